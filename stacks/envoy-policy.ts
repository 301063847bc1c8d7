import { sidecarPorts } from "../contract/envoy/delivery";
import type { EnvoyPolicy, EnvoyService, KeyLocation, SidecarIssuer } from "../contract/envoy/policy";
import {
  type AuthorizerPolicy,
  type PolicyJwtIssuer,
  type PolicyMcp,
  signsJwts,
  tokenClients,
} from "../contract/policy-file";
import type { Intent, Issuer } from "../intent/model/intent";
import * as names from "../intent/model/names";
import { authorizerPolicy } from "./authorizer-policy";
import { literal } from "./shared/literal";

/** Tolerated clock skew of an issuer, in seconds. Same as the authorizer's; Envoy's default is 60. */
export const CLOCK_SKEW_SECONDS = 5;

/** How long fetched keys count, in seconds. Same as the authorizer's refresh age. */
export const KEYS_SECONDS = 300;

/**
 * What each Envoy of an environment enforces: the authorizer's own policy. Undefined if no service has an Envoy. Its texts
 * are in Terraform's syntax, so that they equal those in the stack.
 */
export function envoyPolicy(escapable: Intent): EnvoyPolicy | undefined {
  const intent = literal(escapable);
  const services = intent.services.filter(({ verifiesCallerToken }) => verifiesCallerToken);
  if (intent.envoy === undefined || services.length === 0) return undefined;
  const values = poolValues(intent);
  const keys = new Map(intent.issuers.flatMap((issuer) => keysOf(issuer, intent.aws.region)));
  return envoyPolicyOf(authorizerPolicy(intent), {
    image: intent.envoy.image,
    project: intent.google.project,
    services: services.map(({ id, name, port, timeoutSeconds }) => ({ id, name, port, timeoutSeconds })),
    resolve: (variable) => known(values, variable),
    keysOf: (issuer) => known(keys, issuer),
  });
}

/** Values that the authorizer's policy does not contain. */
export interface EnvoyValues {
  readonly image: string;
  readonly project: string;
  /** The services with an Envoy. `id` is that of the policy, `name` that of the Cloud Run service. */
  readonly services: readonly {
    readonly id: string;
    readonly name: string;
    /** Port of the app. */
    readonly port: number;
    readonly timeoutSeconds: number;
  }[];
  /**
   * Value of a variable that the policy names (`…From`): an issuer URL or an app client id. May be a Terraform
   * reference.
   */
  resolve(variable: string): string;
  /** Location of the signing keys of an issuer in the policy. */
  keysOf(issuerId: string): KeyLocation;
}

/**
 * What Envoy leaves of a part of the authorizer's policy. Where `satisfies Nothing` does not compile, the policy has a key
 * that Envoy does not enforce: translate it there, or refuse it in `intent/rules/shared-issuer.ts` and `clients.ts`.
 */
type Nothing = Readonly<Record<string, never>>;

export function envoyPolicyOf(policy: AuthorizerPolicy, values: EnvoyValues): EnvoyPolicy {
  const { image, project, services } = values;
  return {
    version: 1,
    image,
    project,
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
    keysSeconds: KEYS_SECONDS,
    issuers: policy.issuers.filter(signsJwts).map((issuer) => sidecarIssuer(issuer, values)),
    services: Object.fromEntries(
      services.map(({ id, name, port, timeoutSeconds }): [string, EnvoyService] => {
        const routes = Object.entries(policy.routes).filter(([, { service }]) => service === id);
        const own = routes.map(([key, { service, access, mcp, ...rest }]) => {
          rest satisfies Nothing;
          return [key, access] as const;
        });
        const audiences = routes.flatMap(([key, { mcp }]) =>
          mcp === undefined ? [] : [[key, audienceOf(mcp)] as const],
        );
        const named = audiences.length > 0 && { audiences: Object.fromEntries(audiences) };
        return [name, { ports: sidecarPorts(port), timeoutSeconds, routes: Object.fromEntries(own), ...named }];
      }),
    ),
  };
}

/** The authorizer alone compares the origin of a page. */
function audienceOf({ audience, origins, ...rest }: PolicyMcp) {
  rest satisfies Nothing;
  return audience;
}

function sidecarIssuer(issuer: PolicyJwtIssuer, { resolve, keysOf }: EnvoyValues): SidecarIssuer {
  const keys = keysOf(issuer.id);
  const compared = issuer.pathClaims ? { pathClaims: issuer.pathClaims } : {};
  const client = (of: string, claim: string, scopes: readonly string[]) => ({
    name: `${issuer.id}/${of}`,
    claim,
    scopes,
  });
  if (issuer.kind === "cognito") {
    const { id, kind, issuerFrom, clients, pathClaims, ...rest } = issuer;
    rest satisfies Nothing;
    const own = clients.map(({ id, clientIdFrom, scopes, kind, ...rest }) => {
      rest satisfies Nothing;
      return client(id, resolve(clientIdFrom), scopes);
    });
    const claims = { clientClaim: "client_id", scopeClaim: "scope" };
    return { kind, id, url: resolve(issuerFrom), keys, ...claims, ...compared, clients: own };
  }
  if (issuer.grants === "subjects") {
    // A rule refuses `claimants`.
    const { kind, grants, id, issuer: url, audiences, subjects, claimants, pathClaims, ...rest } = issuer;
    rest satisfies Nothing;
    const own = subjects.map(({ subject, scopes, kind, ...rest }) => {
      rest satisfies Nothing;
      return client(subject, subject, scopes);
    });
    return { kind: grants, id, url, keys, audiences, clientClaim: "sub", ...compared, clients: own };
  }
  // A rule refuses `scopeValues`, several claims of scopes, and a client's own.
  const { kind, grants, id, issuer: url, audiences, scopes, clientClaim, pathClaims, ...read } = issuer;
  const { scopeClaim: named, scopeValues, clients, ...rest } = read;
  rest satisfies Nothing;
  const own = tokenClients(issuer).map(({ id, client: claim, scopes, carries, kind, ...rest }) => {
    rest satisfies Nothing;
    return client(id, claim, scopes);
  });
  const [scopeClaim = ""] = [named].flat();
  return { kind: grants, id, url, keys, audiences, clientClaim, scopeClaim, ...compared, clients: own };
}

/**
 * Values of the user pools, by variable of the authorizer: references to those of this stack, which are known only after
 * an apply, and the ids of those that a twin shares.
 */
function poolValues({ issuers, clients }: Intent): ReadonlyMap<string, string> {
  return new Map([
    ...issuers.map((issuer) => [names.issuerVariable(issuer.id), userPoolUrl(issuer)] as const),
    ...clients.flatMap((client) => {
      if (client.grant === "external") return [];
      const app = client.appClientId ?? `\${aws_cognito_user_pool_client.${names.snake(client.key)}.id}`;
      return [[names.clientVariable(client.id), app] as const];
    }),
  ]);
}

/** The issuer URL of a user pool: a reference to that of this stack, or as written if a twin shares it. */
export function userPoolUrl({ id, pool }: { readonly id: string; readonly pool?: string }): string {
  return pool === undefined ? `https://\${${poolOf(id)}.endpoint}` : names.userPoolIssuer(pool);
}

function poolOf(issuer: string): string {
  return `aws_cognito_user_pool.${names.snake(issuer)}`;
}

function keysOf(issuer: Issuer, region: string): readonly (readonly [string, KeyLocation])[] {
  if (issuer.kind === "cognito") {
    const { id, pool = `\${${poolOf(id)}.id}` } = issuer;
    const host = `cognito-idp.${issuer.pool === undefined ? region : names.regionOf(issuer.pool)}.amazonaws.com`;
    return [[id, { host, path: `/${pool}/.well-known/jwks.json` }]];
  }
  if (issuer.kind !== "oidc" || issuer.jwksUri === undefined) return [];
  const { hostname: host, port, pathname, search } = new URL(issuer.jwksUri);
  return [[issuer.id, { host, ...(port !== "" && { port: Number(port) }), path: `${pathname}${search}` }]];
}

function known<T>(values: ReadonlyMap<string, T>, name: string): T {
  const value = values.get(name);
  if (value === undefined) throw new Error(`no value for ${name}`);
  return value;
}
