import type { TerraformStack } from "cdktf";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { Intent } from "../../intent/model/intent";
import { AgentsOnlyRead } from "./agents-only-read";
import { Allowances } from "./allowances";
import { AllowedNetworks } from "./allowed-networks";
import { AttachedPolicies } from "./attached-policies";
import { AuditorsReadLogsAlone } from "./auditors-read-logs-alone";
import { AuthoritativeGrants } from "./authoritative-grants";
import { CustomDomain } from "./custom-domain";
import { DeletionProtection } from "./deletion-protection";
import { enforce } from "./enforce";
import type { ExpectedEnvoy } from "./envoy-container";
import { serviceLocks } from "./expected-locks";
import { FederationLocks } from "./federation-locks";
import { FunctionCallers } from "./function-callers";
import { JwtRoute } from "./jwt-route";
import { LatestRevision } from "./latest-revision";
import { LogRetention } from "./log-retention";
import { MutualTls } from "./mutual-tls";
import { NoOpenRoute } from "./no-open-route";
import { NoPublicInvoker } from "./no-public-invoker";
import { NoTokenInLogs } from "./no-token-in-logs";
import { NoWildcardGrant } from "./no-wildcard-grant";
import { OneReaderPerSecret } from "./one-reader-per-secret";
import { RestMethod } from "./rest-method";
import { RotatedSecret } from "./rotated-secret";
import { RouteAuthorizer } from "./route-authorizer";
import type { PolicyRule } from "./rule";
import { TagsEverywhere } from "./tags-everywhere";
import { VerifiedCallers } from "./verified-callers";
import { WebAcl } from "./web-acl";

/** Every rule that an environment's stack must pass before anything of it is written. */
export function enforcePolicies(
  stack: TerraformStack,
  intent: Intent,
  policy: AuthorizerPolicy,
  envoyOf: (service: string) => ExpectedEnvoy | undefined,
): void {
  const allowances = new Allowances(intent.allowances);
  enforce(stack, policyRules(intent, policy, envoyOf, allowances), allowances);
}

/** The rules of one environment, as its handshake and its kind of API have them. */
export function policyRules(
  intent: Intent,
  policy: AuthorizerPolicy,
  envoyOf: (service: string) => ExpectedEnvoy | undefined,
  allowances = new Allowances(intent.allowances),
): readonly PolicyRule[] {
  const { handshake, gateway } = intent;
  return [
    new AgentsOnlyRead(allowances, intent, policy),
    new AllowedNetworks(allowances, gateway.allowedNetworks, policy),
    new AttachedPolicies(allowances),
    new AuditorsReadLogsAlone(allowances, intent),
    new AuthoritativeGrants(allowances, "nothing"),
    new CustomDomain(allowances, gateway.domain),
    new DeletionProtection(allowances, intent.protect),
    new FederationLocks(allowances, serviceLocks(intent)),
    new FunctionCallers(allowances, intent.aws.account),
    new LatestRevision(allowances),
    new LogRetention(allowances),
    new MutualTls(allowances, gateway.mutualTls),
    new NoPublicInvoker(allowances, handshake),
    new NoTokenInLogs(allowances),
    new NoWildcardGrant(allowances),
    new OneReaderPerSecret(allowances, intent),
    new RotatedSecret(allowances, intent.clients),
    ...routeRules(intent, allowances, policy),
    new TagsEverywhere(allowances, intent.tags),
    new VerifiedCallers(allowances, intent.services, envoyOf),
    new WebAcl(allowances, gateway.waf),
  ];
}

/** Who decides on a route's calls, as its handshake and its kind of API have it. */
function routeRules(
  { handshake, gateway, services }: Intent,
  allowances: Allowances,
  policy: AuthorizerPolicy,
): PolicyRule[] {
  if (handshake === "shared-issuer") return [new JwtRoute(allowances, policy), new NoOpenRoute(allowances)];
  const rules = {
    http: () => new RouteAuthorizer(allowances, policy),
    rest: () => new RestMethod(allowances, policy, services),
  };
  const kinds = [gateway.kind, ...(gateway.alsoServe ? [gateway.alsoServe] : [])];
  return kinds.map((kind) => rules[kind]());
}
