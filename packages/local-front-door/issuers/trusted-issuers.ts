import { type McpServer, mcpServerIn } from "../../../contract/policy-callers";
import {
  type AuthorizerPolicy,
  POLICY_FILE,
  type PolicyJwtIssuer,
  signsJwts,
  tokenClients,
} from "../../../contract/policy-file";
import { comparedClaims, type PathClaim } from "../../../contract/route-access";
import type { ScopeClaims } from "../../../contract/scope-claims";
import type { EnvoyConfiguration, EnvoyIssuer } from "../envoy/configuration";
import type { LocalFunction } from "../function/function";

/**
 * An issuer whose tokens the stack accepts, according to a policy in a function's archive, an Envoy, or a JWT
 * authorizer.
 */
const SCOPE: ScopeClaims = { scopeClaim: "scope" };

export interface TrustedIssuer {
  /** Id in the config, used everywhere. */
  readonly id: string;
  /** `cognito`: a user pool, whose tokens are issued for a client. */
  readonly kind: "cognito" | "oidc";
  readonly url: string;
  /** URL of its keys. Default: where its kind publishes them. */
  readonly keysUrl?: string;
  readonly audiences: readonly string[];
  /** The claim that names the client. */
  readonly clientClaim: string;
  /** Where its tokens carry scopes; undefined if only config grants them. */
  readonly carries?: ScopeClaims;
  readonly clients: readonly TrustedClient[];
  /** Claims that some route compares with its path. */
  readonly compared?: readonly PathClaim[];
  /** The server of the Model Context Protocol, whose callers need tokens for it. */
  readonly server?: McpServer | undefined;
}

export interface TrustedClient {
  /** `<issuer>/<client>`, or `<issuer>/<exact subject>`, as in the access ledger. */
  readonly name: string;
  /** Value of the issuer's client claim. */
  readonly claim: string;
  /** The scopes that may count for it. */
  readonly scopes: readonly string[];
  /** Where its tokens carry scopes. Default: as its issuer's. */
  readonly carries?: ScopeClaims;
  /** Exact values of its tokens' claims, if claims other than the issuer's client claim identify it. */
  readonly claims?: Readonly<Record<string, string>>;
}

/** A JWT authorizer's declaration of its issuer, in API Gateway. */
export interface AuthorizerIssuer {
  /** Name of the resource. */
  readonly name: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/**
 * Every issuer, with all callers that any function or Envoy of the stack knows. If only a JWT authorizer names the
 * issuer, only a user pool's app clients are known.
 */
export function trustedIssuers(
  functions: readonly Pick<LocalFunction, "file" | "variables">[],
  envoys: readonly EnvoyConfiguration[],
  authorizers: readonly AuthorizerIssuer[] = [],
): readonly TrustedIssuer[] {
  const found = new Map<string, TrustedIssuer>();
  const declared = [...functions.flatMap(ofFunction), ...envoys.flatMap(({ issuers }) => issuers.map(ofEnvoy))];
  for (const issuer of declared) found.set(issuer.id, merged(found.get(issuer.id), issuer));
  const urls = new Set([...found.values()].map(({ url }) => url));
  for (const each of authorizers) {
    if (urls.has(each.issuer)) continue;
    urls.add(each.issuer);
    // Another issuer already has this id.
    const id = found.has(each.name) ? each.issuer : each.name;
    found.set(id, ofAuthorizer({ ...each, name: id }));
  }
  const compared = sorted([...functions.flatMap(comparedByFunction), ...envoys.flatMap((envoy) => envoy.compared)]);
  return [...found.values()].map((issuer) => (compared.length === 0 ? issuer : { ...issuer, compared }));
}

/** Each claim once. */
function sorted(claims: readonly PathClaim[]): readonly PathClaim[] {
  const byName = [...new Map(claims.map((each) => [each.claim, each]))];
  return byName.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, claim]) => claim);
}

function comparedByFunction(carrier: Pick<LocalFunction, "file">): readonly PathClaim[] {
  const text = carrier.file(POLICY_FILE);
  if (text === undefined) return [];
  const { routes = {} } = JSON.parse(text) as Partial<AuthorizerPolicy>;
  return comparedClaims(Object.values(routes).map(({ access }) => access));
}

/**
 * A user pool's issuer has a fixed URL.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
function ofAuthorizer({ name, issuer, audiences }: AuthorizerIssuer): TrustedIssuer {
  const isPool = /^https:\/\/cognito-idp\.[\w-]+\.amazonaws\.com\//.test(issuer);
  const common = { id: name, url: issuer, clientClaim: "client_id", carries: SCOPE };
  if (!isPool) return { ...common, kind: "oidc", audiences, clients: [] };
  // Its access tokens have no audience, so API Gateway compares the client's id.
  const clients = audiences.map((claim) => ({ name: `${name}/${claim}`, claim, scopes: [] }));
  return { ...common, kind: "cognito", audiences: [], clients };
}

function merged(known: TrustedIssuer | undefined, other: TrustedIssuer): TrustedIssuer {
  if (known === undefined) return other;
  const clients = new Map([...other.clients, ...known.clients].map((client) => [client.name, client]));
  return { ...other, ...known, clients: [...clients.values()] };
}

/** Leaves out a user pool whose issuer the function's environment does not have. */
function ofFunction(carrier: Pick<LocalFunction, "file" | "variables">): readonly TrustedIssuer[] {
  const { variables } = carrier;
  const text = carrier.file(POLICY_FILE);
  if (text === undefined) return [];
  const policy = JSON.parse(text) as AuthorizerPolicy;
  // A function of another program may have another policy.
  const server = mcpServerIn({ routes: policy.routes ?? {} });
  return policy.issuers.filter(signsJwts).flatMap((issuer) => {
    const url = issuer.kind === "cognito" ? variables[issuer.issuerFrom] : issuer.issuer;
    return url === undefined ? [] : [{ ...ofPolicy(issuer, url, variables), server }];
  });
}

function ofPolicy(issuer: PolicyJwtIssuer, url: string, variables: LocalFunction["variables"]): TrustedIssuer {
  const named = (name: string, claim: string, scopes: readonly string[]) => ({
    name: `${issuer.id}/${name}`,
    claim,
    scopes,
  });
  const { id, kind } = issuer;
  if (issuer.kind === "cognito") {
    const clients = issuer.clients.flatMap((client) => {
      const claim = variables[client.clientIdFrom];
      return claim === undefined ? [] : [named(client.id, claim, client.scopes)];
    });
    return { id, kind, url, audiences: [], clientClaim: "client_id", carries: SCOPE, clients };
  }
  const { audiences } = issuer;
  if (issuer.grants === "token") {
    const { clientClaim, scopeClaim, scopeValues } = issuer;
    const clients = tokenClients(issuer).map(({ id: name, client, scopes, carries }) => ({
      ...named(name, client, scopes),
      ...(carries.scopeClaim !== scopeClaim && { carries }),
    }));
    const carries = { scopeClaim, ...(scopeValues && { scopeValues }) };
    return { id, kind, url, audiences, clientClaim, carries, clients };
  }
  const clients = [
    ...issuer.subjects.map((each) => named(each.subject, each.subject, each.scopes)),
    // Any subject is accepted for these, so the stand-in issuer uses the caller's name.
    ...(issuer.claimants ?? []).map((each) => ({
      ...named(each.id, each.claims.sub ?? each.id, each.scopes),
      claims: each.claims,
    })),
  ];
  return { id, kind, url, audiences, clientClaim: "sub", clients };
}

function ofEnvoy({ scopeClaim, ...issuer }: EnvoyIssuer): TrustedIssuer {
  return {
    ...issuer,
    ...(scopeClaim !== undefined && { carries: { scopeClaim } }),
    kind: issuer.audiences.length === 0 ? "cognito" : "oidc",
  };
}
