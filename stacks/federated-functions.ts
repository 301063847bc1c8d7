import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { AuthorizerPolicy } from "../contract/policy-file";
import type { Client } from "../intent/model/client-intent";
import type { Intent, Service } from "../intent/model/intent";
import { callerName, FEDERATION_VARIABLE, REVOKED_VARIABLE, roleArn } from "../intent/model/names";
import { AuthorizerFunctions } from "./aws/authorizer-functions";
import { ExclusiveRole } from "./aws/exclusive-role";
import type { FederatedProps } from "./aws/http-gateway";
import type { WatchedFunction } from "./aws/watched";

export interface FederatedFunctionsProps {
  readonly intent: Intent;
  readonly buildFolder: string;
  readonly policy: AuthorizerPolicy;
  /** Full name of Google's federation provider. */
  readonly provider: string;
  /** Issuer URLs and client ids, by variable. */
  readonly issuers: Readonly<Record<string, string>>;
}

/**
 * The AWS half of the federated handshake: the authorizer functions, and the invoker roles, which impersonate accounts
 * in Google.
 */
export class FederatedFunctions extends Construct {
  readonly handshake: FederatedProps;
  /** Log groups with the functions' decisions. */
  readonly logs: readonly CloudwatchLogGroup[];
  readonly watched: readonly WatchedFunction[];
  /** By service. */
  private readonly roles = new Map<string, ExclusiveRole>();

  constructor(scope: Construct, id: string, { intent, provider, ...props }: FederatedFunctionsProps) {
    super(scope, id);
    const functions = new AuthorizerFunctions(this, "AuthorizerFunctions", {
      ...props,
      issuers: { ...props.issuers, ...revokedCallers(intent.clients) },
      prefix: intent.prefix,
      environment: intent.environment,
      services: intent.services,
      invokerRoleArn: (service) => roleArn(intent.aws.account, service.name),
      federation: { [FEDERATION_VARIABLE]: provider },
      settings: intent.gateway.authorizer,
      logRetentionDays: intent.logs.retentionDays,
    });
    this.watched = functions.watched;
    this.logs = this.watched.map(({ log }) => log);
    const invokerRoles = new Construct(this, "InvokerRoles");
    for (const service of intent.services) {
      this.roles.set(service.id, invokerRole(invokerRoles, service, functions.rolesFor(service)));
    }
    this.handshake = {
      kind: "federated",
      callers: functions.callers.target,
      public: functions.public.target,
      policyFingerprint: functions.fingerprint,
      cacheSeconds: intent.gateway.authorizerCacheSeconds,
      byAddress: intent.gateway.allowedNetworks !== undefined,
    };
  }

  /** Wait for these before creating a route to the service. */
  readyFor(service: Service): readonly ITerraformDependable[] {
    return this.roles.get(service.id)?.ready ?? [];
  }
}

/**
 * The AWS half of a service's invoker: a role without any AWS permission. Google exchanges its signed
 * `GetCallerIdentity` request for the service account of the same name, whose limit of 6-30 characters is the smaller one.
 *
 * @param assumedBy ARNs of the authorizer functions' roles that serve the service's routes. No other may assume it.
 */
function invokerRole(scope: Construct, { key, name }: Service, assumedBy: readonly string[]): ExclusiveRole {
  return new ExclusiveRole(scope, key, {
    name,
    description: `Becomes the Google service account ${name}; may do nothing in AWS`,
    trust: [{ Sid: "AuthorizerFunctions", Effect: "Allow", Principal: { AWS: assumedBy }, Action: "sts:AssumeRole" }],
  });
}

/**
 * Callers that config disables. They are also removed from the policy. `npm run revoke` writes the same variable, so an
 * emergency revocation becomes permanent without a gap.
 */
function revokedCallers(clients: readonly Client[]): Record<string, string> {
  const names = clients.flatMap((client) => (client.disabled ? [callerName(client)] : []));
  return names.length === 0 ? {} : { [REVOKED_VARIABLE]: JSON.stringify(names.sort()) };
}
