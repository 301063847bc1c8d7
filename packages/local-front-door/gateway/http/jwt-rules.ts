import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JSONWebKeySet } from "jose";
import type { UndocumentedId } from "./http-choices";

/** A JWT authorizer's input for one request. */
export interface JwtQuestion {
  readonly authorizer: {
    readonly issuer: string;
    /** Never empty: API Gateway requires at least one. */
    readonly audiences: readonly string[];
  };
  /** Scopes of the route, of which the token needs one. Empty: no scope is required. */
  readonly scopes: readonly string[];
  /** Value of the identity source: the token alone or after `Bearer`; undefined or empty: none. */
  readonly authorization: string | undefined;
  /** Keys of the issuer's `jwks_uri`. Called only for a token that can be decoded. A rejection refuses the request. */
  readonly keys: () => JSONWebKeySet | Promise<JSONWebKeySet>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

type Claims = Readonly<Record<string, unknown>>;

export type JwtDecision = {
  /** Undocumented behaviour on which this decision depends. Undefined: none. */
  readonly undocumented: readonly UndocumentedId[];
} & (
  | { readonly status: 200; readonly claims: Claims }
  | {
      readonly status: 401 | 403;
      readonly reason: string;
      /** The attribute of authorizer or route that refused. Undefined: the authorizer as a whole. */
      readonly by?:
        | "identity_sources"
        | "jwt_configuration.issuer"
        | "jwt_configuration.audience"
        | "authorization_scopes";
      /** Value of the answer's `www-authenticate`. */
      readonly challenge: string;
    }
);

type By = Extract<JwtDecision, { reason: string }>["by"];

const ISSUER = "jwt_configuration.issuer";

/**
 * All RSA algorithms. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html:
 * "RSA-based"
 */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

class Refusal extends Error {
  constructor(
    readonly by: By,
    message: string,
    readonly undocumented: readonly UndocumentedId[] = [],
  ) {
    super(message);
  }
}

/**
 * The decision of API Gateway's JWT authorizer, in the documented order. First the identity source, the token's form,
 * algorithm and signature. Then kid, iss, aud or client_id, exp, nbf, iat, and scope or scp.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html#http-api-jwt-authorizer.evaluation
 */
export async function decideJwt(question: JwtQuestion): Promise<JwtDecision> {
  const { authorization = "", scopes } = question;
  if (authorization === "") {
    const reason = "there is no token";
    return { status: 401, reason, by: "identity_sources", challenge: "Bearer", undocumented: [] };
  }
  try {
    const [, scheme, token = ""] = /^(Bearer )?([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization) ?? [];
    const claims = await verified(token, question);
    const undocumented = [
      ...(scheme === undefined || scheme === "Bearer " ? [] : (["jwt-scheme"] as const)),
      ...requireClaims(claims, question),
    ];
    const carried = scopesOf(claims);
    if (scopes.length === 0 || scopes.some((scope) => carried.includes(scope))) {
      const plain = typeof claims.scope === "string" && claims.scp === undefined;
      const forms: readonly UndocumentedId[] = scopes.length === 0 || plain ? [] : ["jwt-scope-forms"];
      return { status: 200, claims, undocumented: [...undocumented, ...forms] };
    }
    const wanted = scopes.join(" ");
    return {
      status: 403,
      reason: `the token has none of the scopes ${wanted}`,
      by: "authorization_scopes",
      challenge: `Bearer scope="${wanted}" error="insufficient_scope" error_description="the token does not have a required scope"`,
      undocumented: [...undocumented, "jwt-scope-status"],
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { message: reason, by, undocumented } = error;
    const challenge = `Bearer scope="${scopes.join(" ")}" error="invalid_token" error_description="${reason}"`;
    return { status: 401, reason, by, challenge, undocumented };
  }
}

/** Decodes, and checks algorithm, key and signature. */
async function verified(token: string, { keys }: JwtQuestion): Promise<Claims> {
  const header = read(() => decodeProtectedHeader(token));
  const claims: Claims | undefined = read(() => decodeJwt(token));
  if (header === undefined || claims === undefined) throw new Refusal("identity_sources", "the token is not a JWT");
  const { alg = "", crit, kid } = header;
  if (!ALGORITHMS.includes(alg)) throw new Refusal(ISSUER, "the token is not signed by an RSA-based algorithm");
  if (crit !== undefined) throw new Refusal(ISSUER, "the token has critical extensions", ["jwt-crit"]);
  if (typeof kid !== "string") throw new Refusal(ISSUER, "the token names no key");
  const published = await Promise.resolve()
    .then(keys)
    .catch(() => {
      throw new Refusal(ISSUER, "the keys of the issuer cannot be fetched");
    });
  try {
    await compactVerify(token, createLocalJWKSet(published), { algorithms: ALGORITHMS });
    return claims;
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey)
      throw new Refusal(ISSUER, "no key of the issuer has the token's kid");
    throw new Refusal(ISSUER, "the signature is not the issuer's");
  }
}

/** Rejects at the first claim that does not match. Returns the decisions that no documentation covers. */
function requireClaims(claims: Claims, { authorizer, now }: JwtQuestion): readonly UndocumentedId[] {
  const { issuer, audiences } = authorizer;
  if (claims.iss !== issuer) throw new Refusal(ISSUER, "the token was issued by another issuer");
  // `client_id` counts only if there is no `aud`.
  const meantFor = [claims.aud === undefined ? claims.client_id : claims.aud].flat();
  if (!meantFor.some((audience) => typeof audience === "string" && audiences.includes(audience))) {
    throw new Refusal("jwt_configuration.audience", "the token does not have a valid audience");
  }
  const times = {
    exp: "the token has expired",
    nbf: "the token is not valid yet",
    iat: "the token was issued in the future",
  };
  for (const [name, message] of Object.entries(times)) {
    const value = claims[name];
    if (value === undefined) continue;
    const isPast = typeof value === "number" && value * 1000 <= now;
    if (typeof value !== "number" || isPast === (name === "exp")) throw new Refusal(undefined, message);
  }
  return claims.exp === undefined ? ["jwt-missing-times"] : [];
}

/** OAuth writes `scope` as one text, Okta and Entra `scp`, as a list or a text. */
function scopesOf({ scope, scp }: Claims): readonly string[] {
  return [scope, scp].flat().flatMap((value) => (typeof value === "string" ? value.split(" ") : []));
}

function read<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
