import { type EnvoyContainer, envoyContainer } from "../../../contract/envoy/container";
import type { EnvoyPolicy, Sidecar, SidecarClient, SidecarIssuer } from "../../../contract/envoy/policy";
import { callersThatMeet, type ScopedAccess } from "../../../contract/route-access";
import { needsInOrder, type ScopeNeed } from "../../../contract/scope-need";
import { issuableScopes } from "../terraform-json/app-client-scopes";
import { ENVOY, envoyFaults, ingressOf } from "../terraform-json/envoy-container";
import { isEnvoyConfiguration } from "../terraform-json/secrets";
import { hashed } from "../terraform-json/sha256";
import {
  type Attributes,
  isFields,
  type Resource,
  referred,
  resourcesOf,
  type StackJson,
} from "../terraform-json/stack-json";

/** The Envoy in front of one service's app: the container that calls reach. */
export type Envoy = ReadEnvoy | UnreadEnvoy;

/** The container is exactly what the policy compiles to, so it enforces the policy. */
export interface ReadEnvoy {
  readonly isRead: true;
  /** With its digest. */
  readonly image: string;
  readonly sidecar: Sidecar;
}

/** No policy is known that the container enforces. It may let anyone pass. */
export interface UnreadEnvoy {
  readonly isRead: false;
  /** The first difference from the policy, or what is wrong with the policy. */
  readonly fault: string;
  /** A digest of all that could decide, so that a change of it is seen. */
  readonly digest: string;
}

/** By address of the service; no entry if calls reach another container. */
export type Envoys = ReadonlyMap<string, Envoy>;

/**
 * The Envoys of a stack. Each counts as read only if its container is exactly what this program compiles from the policy.
 * A policy file proves nothing by itself, so it does not matter who wrote it.
 *
 * @param policy that of the same state; undefined if it has none
 */
export function envoysOf(stack: StackJson, policy: EnvoyPolicy | undefined): Envoys {
  const known = ENVOYS.get(stack) ?? new Map<EnvoyPolicy | undefined, Envoys>();
  const envoys = known.get(policy) ?? new Map(entriesOf(stack, policy));
  ENVOYS.set(stack, known.set(policy, envoys));
  return envoys;
}

/** By stack and policy: rows and guards both ask. Neither may change after it was read. */
const ENVOYS = new WeakMap<StackJson, Map<EnvoyPolicy | undefined, Envoys>>();

function entriesOf(stack: StackJson, policy: EnvoyPolicy | undefined): readonly (readonly [string, Envoy])[] {
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => {
    const envoy = envoyOf(stack, service, policy);
    return envoy === undefined ? [] : [[service.address, envoy]];
  });
}

function envoyOf(stack: StackJson, service: Resource, policy: EnvoyPolicy | undefined): Envoy | undefined {
  const ingress = ingressOf(service);
  if (ingress?.name !== ENVOY) return undefined;
  const found = readBy(stack, service, policy);
  return typeof found === "string" ? { isRead: false, fault: found, digest: digestOf(stack, service, ingress) } : found;
}

/** The Envoy, or why it is not read. */
function readBy(stack: StackJson, service: Resource, policy: EnvoyPolicy | undefined): ReadEnvoy | string {
  if (policy === undefined) return "no policy file states what it enforces";
  const expected = compiled(policy, String(service.attributes.name));
  if (expected === undefined) return "its policy file has no such service";
  if (typeof expected === "string") return expected;
  const [fault] = envoyFaults(stack, service, expected);
  return fault === undefined
    ? { isRead: true, image: expected.image, sidecar: expected.sidecar }
    : `the service ${fault}`;
}

/** A digest of the container and of the configurations that the service could mount. */
function digestOf(stack: StackJson, service: Resource, ingress: Attributes): string {
  const template = JSON.stringify(service.attributes.template);
  const versions = resourcesOf(stack, "google_secret_manager_secret_version").filter(({ address, attributes }) =>
    [address, referred(stack, attributes.secret)?.address].some(
      (each) => each !== undefined && template.includes(each),
    ),
  );
  return hashed([ingress, versions.map(({ attributes }) => attributes.secret_data).filter(isEnvoyConfiguration)]);
}

/** By policy and service, because many states share a policy: the container, or why there is none. */
const COMPILED = new WeakMap<EnvoyPolicy, Map<string, EnvoyContainer | string | undefined>>();

function compiled(policy: EnvoyPolicy, service: string): EnvoyContainer | string | undefined {
  if (!isFields(policy)) return containerOrFault(policy, service);
  const known = COMPILED.get(policy) ?? new Map<string, EnvoyContainer | string | undefined>();
  COMPILED.set(policy, known);
  if (!known.has(service)) known.set(service, containerOrFault(policy, service));
  return known.get(service);
}

function containerOrFault(policy: EnvoyPolicy, service: string): EnvoyContainer | string | undefined {
  try {
    return envoyContainer(policy, service);
  } catch (error) {
    return (error as Error).message;
  }
}

/** A caller that Envoy lets pass on a route that requires a token. */
export interface EnvoyCaller {
  /** `customers/web`, as in the header that the app gets. */
  readonly name: string;
  readonly issuer: SidecarIssuer;
  /** Exact value of the claim that identifies the client. */
  readonly claim: string;
  /** Needs of which its token must meet one; undefined if only config grants scopes, so that its token needs none. */
  readonly needs: readonly ScopeNeed[] | undefined;
}

/** The callers of a route that is not public. An app client's scopes count only if its pool grants them too. */
export function callersOn(stack: StackJson, { issuers }: Sidecar, access: ScopedAccess): readonly EnvoyCaller[] {
  const callers = issuers.flatMap((issuer) =>
    issuer.clients.map((client) => {
      return { ...client, issuer, pathClaims: issuer.pathClaims, scopes: grantedScopes(stack, client) };
    }),
  );
  return callersThatMeet(access, callers).map(({ caller: { name, claim, issuer }, met }) => ({
    ...{ name, claim, issuer },
    needs: issuer.scopeClaim === undefined ? undefined : needsInOrder(met),
  }));
}

function grantedScopes(stack: StackJson, { claim, scopes }: SidecarClient): readonly string[] {
  const app = referred(stack, claim);
  if (app?.type !== "aws_cognito_user_pool_client") return scopes;
  const given = issuableScopes(stack, app);
  return scopes.filter((scope) => given.includes(scope));
}
