import type { TerraformStack } from "cdktf";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import { agentsOnlyRead } from "./agents-only-read";
import { allowedNetworks } from "./allowed-networks";
import { attachedPolicies } from "./attached-policies";
import { auditorsReadLogsAlone } from "./auditors-read-logs-alone";
import { authoritativeGrants } from "./authoritative-grants";
import { createBeforeDestroy } from "./create-before-destroy";
import { customDomain } from "./custom-domain";
import { deletionProtection } from "./deletion-protection";
import { PolicyAspect } from "./enforce";
import type { ExpectedEnvoy } from "./envoy-container";
import { jobTrust, serviceTrust } from "./expected-trust";
import { federationTrust } from "./federation-trust";
import { functionCallers } from "./function-callers";
import { jwtRoute, noOpenRoute } from "./jwt-route";
import { knownRevisions } from "./known-revisions";
import { liveAlias } from "./live-alias";
import { mutualTls } from "./mutual-tls";
import { noPublicInvoker } from "./no-public-invoker";
import { logRetention, noTokenInLogs } from "./no-token-in-logs";
import { noWildcardGrant } from "./no-wildcard-grant";
import { oneReaderPerSecret } from "./one-reader-per-secret";
import { restMethod } from "./rest-method";
import { rotatedSecret } from "./rotated-secret";
import { routeAuthorizer } from "./route-authorizer";
import type { PolicyRule } from "./rule";
import { tagsEverywhere } from "./tags-everywhere";
import { verifiedCallers } from "./verified-callers";
import { webAcl } from "./web-acl";

/** Runs every rule that an environment's stack must pass before any of it is written. */
export function enforcePolicies(
  stack: TerraformStack,
  intent: Intent,
  policy: AuthorizerPolicy,
  envoyOf: (service: string) => ExpectedEnvoy | undefined,
): void {
  const allowances = { entries: intent.allowances, file: "config/allowances.yaml" } as const;
  PolicyAspect.enforce(stack, policyRules(intent, policy, envoyOf), allowances);
}

/** The rules of one environment, depending on its handshake and kind of API. */
export function policyRules(
  intent: Intent,
  policy: AuthorizerPolicy,
  envoyOf: (service: string) => ExpectedEnvoy | undefined,
): readonly PolicyRule[] {
  const { handshake, gateway } = intent;
  return [
    ...policyFileRules(intent, policy),
    attachedPolicies,
    auditorsReadLogsAlone(intent),
    authoritativeGrants("nothing"),
    createBeforeDestroy,
    customDomain(gateway.domain),
    deletionProtection(intent.protect),
    federationTrust(serviceTrust(intent)),
    functionCallers(intent.aws.account),
    knownRevisions,
    liveAlias,
    logRetention,
    mutualTls(gateway.mutualTls),
    noPublicInvoker(handshake),
    noTokenInLogs,
    noWildcardGrant,
    oneReaderPerSecret(intent),
    rotatedSecret(intent.clients),
    tagsEverywhere(intent.tags),
    verifiedCallers(intent.services, envoyOf),
    webAcl(gateway.waf),
  ];
}

/** The rules that check the authorizer's policy, or compare the stack with it. */
export function policyFileRules(intent: Intent, policy: AuthorizerPolicy): readonly PolicyRule[] {
  return [
    agentsOnlyRead(intent, policy),
    allowedNetworks(intent.gateway.allowedNetworks, policy),
    ...routeRules(intent, policy),
  ];
}

/** The rules on the authorizers of routes, depending on the handshake and kind of API. */
function routeRules({ handshake, gateway, services }: Intent, policy: AuthorizerPolicy): PolicyRule[] {
  if (handshake === "shared-issuer") return [jwtRoute(policy), noOpenRoute];
  return [gateway.kind === "rest" ? restMethod(policy, services) : routeAuthorizer(policy)];
}

/** Runs the rules that a bootstrap stack must pass: on identities, the state and who may get access. */
export function enforceBootstrapPolicies(stack: TerraformStack, intent: BootstrapIntent): void {
  const allowances = { entries: intent.allowances, file: "config/bootstrap.yaml" } as const;
  const rules = [
    attachedPolicies,
    authoritativeGrants("own-roles"),
    deletionProtection(true),
    federationTrust(jobTrust(intent)),
    functionCallers(intent.aws.account),
    noWildcardGrant,
    tagsEverywhere(intent.tags),
  ];
  PolicyAspect.enforce(stack, rules, allowances);
}
