import { Construct } from "constructs";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import type { AuthorizerFunctionIntent } from "../../intent/model/gateway-intent";
import type { Service } from "../../intent/model/intent";
import { callersRole, publicRole } from "../../intent/model/names";
import { AuthorizerFunction } from "./authorizer-function";
import { FunctionArchive } from "./function-archive";
import type { WatchedFunction } from "./watched";

export interface AuthorizerFunctionsProps {
  /** Prefix of both functions' names. */
  readonly prefix: string;
  readonly environment: string;
  readonly buildFolder: string;
  readonly policy: AuthorizerPolicy;
  readonly services: readonly Service[];
  /** ARN of a service's invoker role, known before apply. */
  readonly invokerRoleArn: (service: Service) => string;
  /** Name of the federation provider, by variable. Public routes need nothing else. */
  readonly federation: Readonly<Record<string, string>>;
  /** Issuer URLs and client ids that tokens are checked against, by variable. */
  readonly issuers: Readonly<Record<string, string>>;
  readonly settings: AuthorizerFunctionIntent;
  readonly logRetentionDays: number;
}

/**
 * Two functions from one archive, so that a flood of junk tokens cannot starve the public routes. Each may assume the
 * invoker roles of the services whose routes it serves.
 */
export class AuthorizerFunctions extends Construct {
  readonly callers: AuthorizerFunction;
  readonly public: AuthorizerFunction;
  readonly fingerprint: string;
  private readonly settings: AuthorizerFunctionIntent;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionsProps) {
    super(scope, id);
    this.settings = props.settings;
    const { buildFolder, environment } = props;
    const files = { [POLICY_FILE]: policyText(props.policy) };
    const archive = new FunctionArchive(this, "Archive", { buildFolder, environment, name: "authorizer", files });
    this.fingerprint = archive.fingerprint;
    const shared = { archive, memoryMb: props.settings.memoryMb, logRetentionDays: props.logRetentionDays };
    const provisionedFor = (serves: (service: Service) => boolean) =>
      props.services.some(serves) ? props.settings.provisionedConcurrency : undefined;
    this.callers = new AuthorizerFunction(this, "callers", {
      ...shared,
      name: callersRole(props.prefix),
      handler: "index.callers",
      invokerRoleArns: props.services.filter(servesCallers).map(props.invokerRoleArn),
      environment: { ...props.federation, ...props.issuers },
      reservedConcurrency: props.settings.reservedConcurrency?.callers,
      provisionedConcurrency: provisionedFor(servesCallers),
    });
    this.public = new AuthorizerFunction(this, "public", {
      ...shared,
      name: publicRole(props.prefix),
      handler: "index.public",
      invokerRoleArns: props.services.filter(servesPublic).map(props.invokerRoleArn),
      environment: props.federation,
      reservedConcurrency: props.settings.reservedConcurrency?.public,
      provisionedConcurrency: provisionedFor(servesPublic),
    });
  }

  /** Both functions, for alarms and dashboards. */
  get watched(): readonly WatchedFunction[] {
    return (["callers", "public"] as const).map((id) => {
      const { name, log } = this[id];
      const reservedConcurrency = this.settings.reservedConcurrency?.[id];
      return { id, name, log, ...(reservedConcurrency !== undefined && { reservedConcurrency }) };
    });
  }

  /** Roles of the functions that serve this service's routes. Only these may assume its invoker role. */
  rolesFor(service: Service): string[] {
    return [
      ...(servesCallers(service) ? [this.callers.roleArn] : []),
      ...(servesPublic(service) ? [this.public.roleArn] : []),
    ];
  }
}

function servesCallers(service: Service): boolean {
  return service.routes.some(({ access }) => access.kind === "scopes");
}

function servesPublic(service: Service): boolean {
  return service.routes.some(({ access }) => access.kind === "public");
}

/** The policy text as zipped and committed: indented by two spaces, keys in the order in which the policy was built. */
export function policyText(policy: AuthorizerPolicy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}
