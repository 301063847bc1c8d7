import type { AppClient } from "./cognito/app-client";
import { accessToken, type UserPool } from "./cognito/pool";
import type { LocalFunction } from "./function";
import type { LocalIssuer } from "./issuers";

/** Somebody whom the authorizer's policy names, with tokens as their issuer would give them. */
export interface DeclaredCaller {
  /** `<issuer>/<client>`, or `<issuer>/<exact subject>`: as the access ledger calls them. */
  readonly name: string;
  /** `program` gets its token for a secret, `person` signs in, `external` brings one from elsewhere. */
  readonly kind: "program" | "person" | "external";
  readonly client?: AppClient;
  readonly pool?: UserPool;
  /** A token with all that the issuer would put into it; it lives as long as declared, an external one an hour. */
  token(): Promise<string>;
  /** The same of an external caller, with other claims beside or instead of its own. */
  sign?(claims: Claims): Promise<string>;
}

/** An issuer of the policy that the stack does not create: signs what it is told to. */
export interface ExternalIssuer {
  /** Id in the authorizer's policy. */
  readonly id: string;
  /** With these claims beside its own `iss`, first audience, `iat` and `exp` (an hour). */
  sign(claims: Claims): Promise<string>;
}

type Claims = Readonly<Record<string, unknown>>;

/** What matters here of the contract between synthesis and function. */
interface PolicyIssuer {
  readonly id: string;
  readonly kind: "cognito" | "oidc";
  readonly grants?: "subjects" | "token";
  readonly audiences?: readonly string[];
  readonly scopes?: readonly string[];
  readonly scopeClaim?: string;
  readonly clientClaim?: string;
  readonly subjects?: readonly { readonly subject: string }[];
  /** Cognito's app clients, or the client ids of an issuer whose tokens speak for themselves. */
  readonly clients?: readonly (string | { readonly id: string; readonly clientIdFrom: string })[];
}

/** Every caller of the policy that the functions' archives carry. */
export function declaredCallers(
  functions: readonly LocalFunction[],
  pools: readonly UserPool[],
  issuers: ReadonlyMap<string, LocalIssuer>,
): readonly DeclaredCaller[] {
  const found = new Map<string, DeclaredCaller>();
  for (const each of functions) {
    for (const { issuer, signer } of policyIssuers(each, issuers)) {
      const callers =
        issuer.kind === "cognito"
          ? cognitoCallers(issuer, each, pools)
          : externalCallers(issuer, externalIssuer(issuer, signer));
      for (const caller of callers) found.set(caller.name, caller);
    }
  }
  return [...found.values()];
}

/** Every issuer of the policy that is no user pool of the stack, with or without callers that can be named. */
export function externalIssuers(
  functions: readonly LocalFunction[],
  issuers: ReadonlyMap<string, LocalIssuer>,
): readonly ExternalIssuer[] {
  const declared = functions.flatMap((each) => policyIssuers(each, issuers));
  const external = declared.filter(({ issuer }) => issuer.kind !== "cognito");
  return [...new Map(external.map(({ issuer, signer }) => [issuer.id, externalIssuer(issuer, signer)])).values()];
}

function policyIssuers(carrier: LocalFunction, issuers: ReadonlyMap<string, LocalIssuer>) {
  const policy = JSON.parse(carrier.file("authorizer-policy.json")) as { issuers: readonly PolicyIssuer[] };
  return policy.issuers.flatMap((issuer) => {
    const signer = issuers.get(issuer.id);
    return signer === undefined ? [] : [{ issuer, signer }];
  });
}

function externalIssuer({ id, audiences }: PolicyIssuer, signer: LocalIssuer): ExternalIssuer {
  return { id, sign: (claims) => signer.token({ aud: audiences?.[0], nbf: undefined, ...claims }) };
}

function cognitoCallers(issuer: PolicyIssuer, { variables }: LocalFunction, pools: readonly UserPool[]) {
  const pool = pools.find((each) => each.issuer.declaration.id === issuer.id);
  return (issuer.clients ?? []).flatMap((named): DeclaredCaller[] => {
    if (typeof named === "string" || pool === undefined) return [];
    const client = pool.clients.find(({ id }) => id === variables[named.clientIdFrom]);
    if (client === undefined) return [];
    const person = client.flows.includes("code");
    const token = async () => (await accessToken(pool, client, client.scopes, person ? "ann" : undefined)).token;
    return [{ name: `${issuer.id}/${named.id}`, kind: person ? "person" : "program", client, pool, token }];
  });
}

function externalCallers(issuer: PolicyIssuer, signer: ExternalIssuer): readonly DeclaredCaller[] {
  const external = (name: string, own: Claims): DeclaredCaller => ({
    name: `${issuer.id}/${name}`,
    kind: "external",
    token: () => signer.sign(own),
    sign: (claims) => signer.sign({ ...own, ...claims }),
  });
  if (issuer.grants === "subjects")
    return (issuer.subjects ?? []).map(({ subject }) => external(subject, { sub: subject }));
  const { scopeClaim = "scope", clientClaim = "client_id", scopes = [] } = issuer;
  // OAuth writes `scope` as one text; issuers with a claim of their own write a list.
  const carried = scopeClaim === "scope" ? scopes.join(" ") : scopes;
  return (issuer.clients ?? [])
    .filter((client) => typeof client === "string")
    .map((client) => external(client, { sub: client, [clientClaim]: client, [scopeClaim]: carried }));
}
