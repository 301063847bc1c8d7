import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EnvoyPolicy } from "../../contract/envoy/policy";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import type { Client } from "../../intent/model/client-intent";
import type { Intent, Route, Service } from "../../intent/model/intent";
import * as names from "../../intent/model/names";
import { comesFrom } from "../shared/comes-from";
import { authorizerFunction } from "./authorizer-function";
import { ExclusiveRole } from "./exclusive-role";
import { FunctionArchive } from "./function-archive";
import type { FederatedProps } from "./http-gateway";
import type { WatchedFunction } from "./watched";

export interface AuthorizerFunctionsProps {
  readonly intent: Intent;
  readonly buildFolder: string;
  readonly policy: AuthorizerPolicy;
  /** Full name of Google's federation provider. Public routes need nothing else. */
  readonly provider: string;
  /** Issuer URLs and client ids that tokens are checked against, by variable. */
  readonly issuers: Readonly<Record<string, string>>;
}

/**
 * The AWS half of the federated handshake. Two functions from one archive, so that a flood of junk tokens cannot starve
 * the public routes, and the invoker roles, which impersonate accounts in Google. Each function may assume the invoker
 * roles of the services whose routes it serves.
 */
export class AuthorizerFunctions extends Construct {
  readonly handshake: FederatedProps;
  /** Log groups with the functions' decisions. */
  readonly logs: readonly CloudwatchLogGroup[];
  /** Both functions, for alarms and dashboards. */
  readonly watched: readonly WatchedFunction[];
  /** Invoker roles, by service. */
  private readonly roles: ReadonlyMap<string, ExclusiveRole>;

  constructor(scope: Construct, id: string, props: AuthorizerFunctionsProps) {
    super(scope, id);
    const { prefix, environment, services, gateway, aws, clients, logs } = props.intent;
    const { memoryMb, reservedConcurrency, provisionedConcurrency } = gateway.authorizer;
    const { buildFolder } = props;
    comesFrom(this, ["gateway", "authorizer"], {
      memory_size: ["memoryMb"],
      provisioned_concurrent_executions: ["provisionedConcurrency"],
      reserved_concurrent_executions: ["reservedConcurrency"],
    });
    const files = { [POLICY_FILE]: policyText(props.policy) };
    const archive = new FunctionArchive(this, "Archive", { buildFolder, environment, name: "authorizer", files });
    const federation = { [names.FEDERATION_VARIABLE]: props.provider };
    const roles = { callers: names.callersRole(prefix), public: names.publicRole(prefix) };
    const declare = (handles: "callers" | "public", variables: Readonly<Record<string, string>>) => {
      const served = services.filter((service) => serves(service, handles));
      return authorizerFunction(new Construct(this, handles), {
        archive,
        aws,
        memoryMb,
        logRetentionDays: logs.retentionDays,
        name: roles[handles],
        handler: `index.${handles}`,
        invokerRoleArns: served.map((service) => names.roleArn(aws.account, service.name)),
        environment: { ...federation, ...variables },
        reservedConcurrency: reservedConcurrency?.[handles],
        provisionedConcurrency: served.length > 0 ? provisionedConcurrency : undefined,
      });
    };
    const functions = {
      callers: declare("callers", { ...props.issuers, ...revokedCallers(clients) }),
      public: declare("public", {}),
    };
    this.watched = HANDLERS.map((id) => {
      const reserved = reservedConcurrency?.[id];
      return {
        id,
        name: roles[id],
        log: functions[id].log,
        ...(reserved !== undefined && { reservedConcurrency: reserved }),
      };
    });
    this.logs = this.watched.map(({ log }) => log);
    const invokerRoles = new Construct(this, "InvokerRoles");
    this.roles = new Map(
      services.map((service) => {
        const serving = HANDLERS.filter((each) => serves(service, each)).map((each) => functions[each].roleArn);
        return [service.id, invokerRole(invokerRoles, service, serving)];
      }),
    );
    this.handshake = {
      kind: "federated",
      callers: functions.callers.target,
      public: functions.public.target,
      policyFingerprint: archive.fingerprint,
      cacheSeconds: gateway.authorizerCacheSeconds,
      byAddress: gateway.allowedNetworks !== undefined,
    };
  }

  /** Wait for these before creating a route to the service. */
  readyFor(service: Service): readonly ITerraformDependable[] {
    return this.roles.get(service.id)?.ready ?? [];
  }
}

const HANDLERS = ["callers", "public"] as const;

function serves({ routes }: Service, handler: "callers" | "public"): boolean {
  const kind: Route["access"]["kind"] = handler === "public" ? "public" : "scopes";
  return routes.some(({ access }) => access.kind === kind);
}

/**
 * The AWS half of a service's invoker: a role without any AWS permission. Google exchanges its signed
 * `GetCallerIdentity` request for the service account of the same name, whose limit of 6-30 characters is the smaller one.
 *
 * @param assumedBy ARNs of the authorizer functions' roles that serve the service's routes. No other may assume it.
 */
function invokerRole(scope: Construct, { key, name }: Service, assumedBy: readonly string[]): ExclusiveRole {
  const role = new ExclusiveRole(scope, key, {
    name,
    description: `Becomes the Google service account ${name}; may do nothing in AWS`,
    trust: [{ Sid: "AuthorizerFunctions", Effect: "Allow", Principal: { AWS: assumedBy }, Action: "sts:AssumeRole" }],
  });
  return comesFrom(role, ["services", key]);
}

/**
 * Callers that config disables. They are also removed from the policy. `npx front-door revoke` writes the same variable, so an
 * emergency revocation becomes permanent without a gap.
 */
function revokedCallers(clients: readonly Client[]): Record<string, string> {
  const revoked = clients.flatMap((client) => (client.disabled ? [names.callerName(client)] : []));
  return revoked.length === 0 ? {} : { [names.REVOKED_VARIABLE]: JSON.stringify(revoked.sort()) };
}

/** The policy text as zipped and committed: indented by two spaces, keys in the order in which the policy was built. */
export function policyText(policy: AuthorizerPolicy | EnvoyPolicy): string {
  return `${JSON.stringify(policy, null, 2)}\n`;
}
