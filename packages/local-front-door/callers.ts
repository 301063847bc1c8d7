import { claimsOfCaller } from "../../contract/identity-providers";
import { audienceFor } from "../../contract/policy-callers";
import type { AppClient } from "./cognito/app-client";
import { accessToken, type UserPool } from "./cognito/pool";
import type { LocalIssuer } from "./issuers/issuers";
import type { TrustedIssuer } from "./issuers/trusted-issuers";

/** A caller that the stack knows by name, with tokens as its issuer would issue them. */
export interface DeclaredCaller {
  /** `<issuer>/<client>`, or `<issuer>/<exact subject>`, as in the access ledger. */
  readonly name: string;
  /**
   * `program` gets its token for a secret, `person` signs in, `external` has a token of another issuer, and `aws` signs
   * its own request.
   */
  readonly kind: "program" | "person" | "external" | "aws";
  readonly client?: AppClient;
  readonly pool?: UserPool;
  /** What a person asks for a token for (RFC 8707): the MCP server, if the client may call it. */
  readonly resource?: string | undefined;
  /**
   * A token with all claims that the issuer would set. It is valid for the declared time, an external token for an
   * hour, an AWS principal's for five minutes.
   */
  token(): Promise<string>;
  /** The same for an external caller, with claims that add to or replace its own. */
  sign?(claims: Claims): Promise<string>;
}

/** An issuer that the stack trusts and does not create. Signs any claims on request. */
export interface ExternalIssuer {
  /** Its id in the config. */
  readonly id: string;
  readonly url: string;
  /** The first audience of its tokens; undefined if they have none. */
  readonly audience?: string;
  /** Signs these claims in addition to its own `iss`, first audience, `iat` and `exp` (an hour). */
  sign(claims: Claims): Promise<string>;
}

type Claims = Readonly<Record<string, unknown>>;

/** Returns every caller that a function's policy or an Envoy of the stack names, if its issuer signs here. */
export function declaredCallers(
  trusted: readonly TrustedIssuer[],
  pools: readonly UserPool[],
  issuers: ReadonlyMap<string, LocalIssuer>,
): readonly DeclaredCaller[] {
  return trusted.flatMap((issuer) => {
    const signer = issuers.get(issuer.id);
    if (signer === undefined) return [];
    const pool = pools.find((each) => each.issuer === signer);
    if (issuer.kind === "cognito" && pool !== undefined) return cognitoCallers(issuer, pool);
    return externalCallers(issuer, externalIssuer(issuer, signer));
  });
}

/** Returns every issuer other than the stack's user pools, whether or not the stack names its callers. */
export function externalIssuers(
  trusted: readonly TrustedIssuer[],
  pools: readonly UserPool[],
  issuers: ReadonlyMap<string, LocalIssuer>,
): readonly ExternalIssuer[] {
  const own = new Set(pools.map(({ issuer }) => issuer));
  return trusted.flatMap((issuer) => {
    const signer = issuers.get(issuer.id);
    return signer === undefined || own.has(signer) ? [] : [externalIssuer(issuer, signer)];
  });
}

function externalIssuer({ id, url, audiences }: TrustedIssuer, signer: LocalIssuer): ExternalIssuer {
  return {
    id,
    url,
    audience: audiences[0],
    sign: (claims) => signer.token({ aud: audiences[0], nbf: undefined, ...claims }),
  };
}

function cognitoCallers({ clients, server }: TrustedIssuer, pool: UserPool): readonly DeclaredCaller[] {
  return clients.flatMap(({ name, claim }) => {
    const client = pool.clients.find(({ id }) => id === claim);
    if (client === undefined) return [];
    const { scopes } = client;
    const person = client.flows.includes("code");
    const resource = person ? audienceFor({ scopes }, "on-request", server) : undefined;
    const granted = person ? { scopes, subject: "ann", audience: resource } : { scopes };
    const token = async () => (await accessToken(pool, client, granted)).token;
    return [{ name, kind: person ? "person" : "program", client, pool, resource, token } as const];
  });
}

function externalCallers(issuer: TrustedIssuer, signer: ExternalIssuer): readonly DeclaredCaller[] {
  const { url, clientClaim, kind } = issuer;
  // A user pool of another stack: as the pool of this one, it writes what a client asks for.
  const audiences = kind === "cognito" ? "on-request" : issuer.audiences;
  return issuer.clients.map(({ name, claim, scopes, claims: declared, carries = issuer.carries }) => {
    const { server } = issuer;
    const own = {
      aud: audienceFor({ scopes }, audiences, server),
      sub: claim,
      ...declared,
      ...(carries ? claimsOfCaller({ issuer: url, clientClaim, ...carries }, claim, scopes) : { [clientClaim]: claim }),
    };
    return {
      name,
      kind: "external",
      token: () => signer.sign(own),
      sign: (claims) => signer.sign({ ...own, ...claims }),
    };
  });
}
