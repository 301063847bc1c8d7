import type { TerraformStack } from "cdktf";
import type { EnvoyContainer } from "../../contract/envoy/container";
import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import type { Intent } from "../../intent/model/intent";
import type { Statement } from "../aws/policy-document";
import { pipelineStatements } from "../bootstrap/aws/pipeline-roles";
import { agentsOnlyRead } from "./agents-only-read";
import { allowedNetworks } from "./allowed-networks";
import { attachedPolicies } from "./attached-policies";
import { auditorsReadLogsAlone } from "./auditors-read-logs-alone";
import { authoritativeGrants, type ProjectGrants } from "./authoritative-grants";
import { createBeforeDestroy } from "./create-before-destroy";
import { customDomain } from "./custom-domain";
import { deletionProtection } from "./deletion-protection";
import { PolicyAspect } from "./enforce";
import { existingServices } from "./existing-services";
import { type ExpectedTrust, jobTrust, serviceTrust } from "./expected-trust";
import { federationTrust } from "./federation-trust";
import { functionCallers } from "./function-callers";
import { jwtRoute, noOpenRoute } from "./jwt-route";
import { knownRevisions } from "./known-revisions";
import { liveAlias } from "./live-alias";
import { mutualTls } from "./mutual-tls";
import { noCredential } from "./no-credential";
import { noPublicInvoker } from "./no-public-invoker";
import { logRetention, noTokenInLogs } from "./no-token-in-logs";
import { noWildcardGrant } from "./no-wildcard-grant";
import { oneReaderPerSecret } from "./one-reader-per-secret";
import { ownIdentities } from "./own-identities";
import { replacedTogether } from "./replaced-together";
import { restMethod } from "./rest-method";
import { roleTrust } from "./role-trust";
import { rotatedSecret } from "./rotated-secret";
import { routeAuthorizer } from "./route-authorizer";
import type { BuiltInRule, PolicyRule } from "./rule";
import { tagsEverywhere } from "./tags-everywhere";
import { verifiedCallers } from "./verified-callers";
import { webAcl } from "./web-acl";

/** What the rules of an environment and of a bootstrap compare their stacks with. */
interface Shared {
  readonly aws: { readonly account: string };
  readonly protect: boolean;
  readonly tags: Intent["tags"];
  readonly trust: ExpectedTrust;
  readonly projectGrants: ProjectGrants;
  readonly imageReaders: readonly string[];
  readonly reviewed: readonly Statement[];
  readonly services: Intent["services"];
}

type Environment = PolicyFile &
  Pick<Shared, "trust" | "projectGrants" | "imageReaders" | "reviewed"> & {
    readonly envoys: ReadonlyMap<string, EnvoyContainer>;
  };

/** The rules of every stack: on identities, the state and who may get access. */
const OF_EVERY_STACK: readonly BuiltInRule<Shared>[] = [
  attachedPolicies,
  authoritativeGrants,
  deletionProtection,
  federationTrust,
  functionCallers,
  noCredential,
  noWildcardGrant,
  replacedTogether,
  tagsEverywhere,
];

const OF_ENVIRONMENTS: readonly BuiltInRule<Environment>[] = [
  auditorsReadLogsAlone,
  createBeforeDestroy,
  customDomain,
  existingServices,
  knownRevisions,
  liveAlias,
  logRetention,
  mutualTls,
  noPublicInvoker,
  noTokenInLogs,
  oneReaderPerSecret,
  ownIdentities,
  roleTrust,
  rotatedSecret,
  verifiedCallers,
  webAcl,
];

/** The rules of an environment that check the authorizer's policy, or compare the stack with it. */
const ON_POLICY_FILES: readonly BuiltInRule<PolicyFile>[] = [agentsOnlyRead, allowedNetworks];

type PolicyFile = Intent & { readonly policy: AuthorizerPolicy };

/** The rules on the authorizers of routes, by handshake and kind of API. */
const ON_ROUTES: Readonly<Record<"http" | "rest" | "shared-issuer", readonly BuiltInRule<PolicyFile>[]>> = {
  http: [routeAuthorizer],
  rest: [restMethod],
  "shared-issuer": [jwtRoute, noOpenRoute],
};

/** What each rule guarantees, by rule id, sorted. */
export function promises(): readonly (readonly [id: string, promise: string])[] {
  const all = [...OF_EVERY_STACK, ...OF_ENVIRONMENTS, ...ON_POLICY_FILES, ...Object.values(ON_ROUTES).flat()];
  return [...new Map(all.map(({ id, promise }) => [id, promise]))].sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Runs every rule that an environment's stack must pass before any of it is written. */
export function enforcePolicies(
  stack: TerraformStack,
  intent: Intent,
  policy: AuthorizerPolicy,
  envoys: Environment["envoys"],
): void {
  const allowances = { entries: intent.allowances, file: "config/allowances.yaml" } as const;
  PolicyAspect.enforce(stack, policyRules(intent, policy, envoys), allowances);
}

/** The rules of one environment, depending on its handshake and kind of API. */
export function policyRules(
  intent: Intent,
  policy: AuthorizerPolicy,
  envoys: Environment["envoys"],
): readonly PolicyRule[] {
  const environment = {
    ...intent,
    policy,
    envoys,
    trust: serviceTrust(intent),
    projectGrants: "nothing",
    imageReaders: [],
    reviewed: [],
  } as const;
  const rules = [...OF_EVERY_STACK, ...OF_ENVIRONMENTS].map((rule) => about(environment, rule));
  return [...policyFileRules(intent, policy), ...rules];
}

/** Those of the rules that check the authorizer's policy, or compare the stack with it. */
export function policyFileRules(intent: Intent, policy: AuthorizerPolicy): readonly PolicyRule[] {
  const onRoutes = ON_ROUTES[intent.handshake === "shared-issuer" ? intent.handshake : intent.gateway.kind];
  return [...ON_POLICY_FILES, ...onRoutes].map((rule) => about({ ...intent, policy }, rule));
}

/** Runs the rules that a bootstrap stack must pass. */
export function enforceBootstrapPolicies(stack: TerraformStack, intent: BootstrapIntent): void {
  const allowances = { entries: intent.allowances, file: "config/bootstrap.yaml" } as const;
  const imageReaders = intent.google.releases.map(({ member }) => member);
  const bootstrap = {
    ...intent,
    protect: true,
    trust: jobTrust(intent),
    projectGrants: "own-roles",
    imageReaders,
    reviewed: pipelineStatements(intent),
    services: [],
  } as const;
  const rules = OF_EVERY_STACK.map((rule) => about(bootstrap, rule));
  PolicyAspect.enforce(stack, rules, allowances);
}

function about<Declared>(declared: Declared, { id, findings }: BuiltInRule<Declared>): PolicyRule {
  return { id, findings: (stack) => findings(stack, declared) };
}
