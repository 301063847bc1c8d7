import type { Answers } from "./call";

/** Requests that are not answered alike by all three, and why. Whatever is not here must be. */
export interface Difference {
  /** What is sent, in words. */
  readonly sent: string;
  /** Names in the table of requests. */
  readonly cases: readonly string[];
  readonly answers: Answers;
  readonly why: string;
}

const answers = (authorizer: number, envoy: number, gateway: number): Answers => ({ authorizer, envoy, gateway });

/** First where one lets through what another refuses, then where only the status differs. */
export const DIFFERENCES: readonly Difference[] = [
  {
    sent: "the claim `scope` as a list",
    cases: ["scopes as a list"],
    answers: answers(403, 200, 200),
    why: "the authorizer accepts a string only; a list with the same scopes grants no more. API Gateway's behaviour is not documented",
  },
  {
    sent: "a token over 8 kB",
    cases: ["9 kB"],
    answers: answers(403, 200, 200),
    why: "the issuer signed it; API Gateway accepts 10 KiB of headers, Envoy 16",
  },
  {
    sent: "a token over 10 KiB",
    cases: ["11 kB"],
    answers: answers(431, 200, 431),
    why: "the same, for a caller that bypasses the gateway",
  },
  {
    sent: "`iat` in the future",
    cases: ["issued in a minute"],
    answers: answers(403, 200, 401),
    why: "Envoy checks `exp` and `nbf` only; the issuer signed the token",
  },
  {
    sent: "a token signed by a weak RSA key of the issuer: ROCA's fingerprint, or the exponent 3",
    cases: ["a key with ROCA's fingerprint", "a key with the exponent 3"],
    answers: answers(403, 200, 200),
    why: "Envoy accepts every RSA key of 2,048 bits; what API Gateway accepts is not documented. Anyone who can factor such a key can sign as its issuer",
  },
  {
    sent: "a token signed by a key that its issuer does not publish for verifying (`key_ops`), or whose private half it publishes (`d`)",
    cases: ["a key that is not for verifying", "a key with its private half"],
    answers: answers(403, 200, 401),
    why: "Envoy reads neither `key_ops` nor `d`. API Gateway's behaviour is not documented",
  },
  {
    sent: "an RS256 signature with bits set after its last byte",
    cases: ["a signature with a spare bit"],
    answers: answers(403, 200, 200),
    why: "Envoy drops the bits: the issuer signed the token, which takes one more entry in Envoy's cache. API Gateway's behaviour is not documented",
  },
  {
    sent: "an ES256 signature with such bits",
    cases: ["a curve's signature with a spare bit"],
    answers: answers(403, 200, 401),
    why: "the same, and API Gateway accepts RSA only",
  },
  {
    sent: "clock skew of up to 5 s (`exp`, `nbf`)",
    cases: ["expired two seconds ago", "valid in three seconds"],
    answers: answers(200, 200, 401),
    why: "API Gateway documents no leeway; the other two allow 5 s",
  },
  {
    sent: "an access token with `aud`, which a user pool adds when a client requests a resource",
    cases: ["another audience"],
    answers: answers(200, 200, 401),
    why: "API Gateway reads `client_id` only if there is no `aud`; the other two identify a pool's clients by `client_id` only",
  },
  {
    sent: "a token signed with ES256, including one with `n - s` in place of `s`",
    cases: ["a key on a curve", "a curve's other signature"],
    answers: answers(200, 200, 401),
    why: "issuers sign with either `s`. API Gateway accepts RSA only. A user pool signs with RS256",
  },
  {
    sent: "an escape in the path, including one of a letter that needs none",
    cases: ["a variable of accents", "an encoded letter of a literal"],
    answers: answers(200, 403, 200),
    why: "Envoy refuses every escape, because servers disagree on when to decode it",
  },
  {
    sent: "a scope that the config does not grant to this client, or to an `oidc` issuer",
    cases: ["a scope that the client was not given", "oidc: a scope outside the issuer's list"],
    answers: answers(403, 403, 200),
    why: "API Gateway knows clients and scopes, but not which client has which scope",
  },
  {
    sent: "a token with another `token_use` that nevertheless has a scope",
    cases: ["an ID token with a scope", "no stated use"],
    answers: answers(403, 403, 200),
    why: "API Gateway does not read `token_use`. A pool's ID token has no scopes unless a trigger adds some",
  },
  {
    sent: "an `oidc` issuer's token for an unknown client, or for no client",
    cases: [
      "oidc: another client",
      "oidc: no client",
      "oidc: a client in a list",
      "oidc: the client as client_id alone",
    ],
    answers: answers(403, 403, 200),
    why: "API Gateway does not read the claim that names the client (`clientClaim`); only Envoy does",
  },
  {
    sent: "an `oidc` issuer's audience in `client_id`, without an `aud`",
    cases: ["oidc: the audience as client_id alone"],
    answers: answers(403, 403, 200),
    why: "API Gateway then reads `client_id`, for every issuer; the other two read an audience from `aud` only",
  },
  {
    sent: "a user pool's client in `aud`, or in a list, in place of `client_id`",
    cases: ["the client as audience alone", "a client in a list"],
    answers: answers(403, 403, 200),
    why: "API Gateway requires that either is listed; how it treats a list is not documented",
  },
  {
    sent: "a `sub` that is missing, too long, not plain text, or has a quote or a backslash",
    cases: [
      "no subject",
      "oidc: no subject",
      "a subject with a space",
      "a subject with a quote",
      "a subject with a backslash",
      "a subject that would write a header",
      "a subject of 256 characters",
    ],
    answers: answers(403, 403, 200),
    why: "API Gateway does not check it; the other two write it into a header",
  },
  {
    sent: "scopes in the wrong claim: a user pool's in `scp`, an `oidc` issuer's in one that is not its `scopeClaim`",
    cases: [
      "scopes in the claim scp",
      "oidc: scopes in the claim scope",
      "oidc: the right scope in the claim scope alone",
    ],
    answers: answers(403, 403, 200),
    why: "API Gateway reads `scope` and `scp` for every issuer; the other two read the claim that the config names",
  },
  {
    sent: "RS512 with a key whose key set names no algorithm",
    cases: ["RS512 under a key for any algorithm"],
    answers: answers(403, 403, 200),
    why: "API Gateway accepts all RSA algorithms; the other two accept RS256 and ES256",
  },
  {
    sent: "a path that servers read differently, or that a more specific route could match",
    cases: [
      "a dot segment for a variable",
      "an encoded dot segment",
      "a narrower route in capitals",
      "a narrower route with an extension",
      "a narrower route behind a dot",
      "a narrower route encoded twice",
      "a narrower route with a space",
      "a narrower route in full-width letters",
      "a narrower route by another method",
      "a narrower route of another service",
      "below a narrower route",
      "a variable with a semicolon",
      "a variable with a backslash",
      "a variable with a zero byte",
      "a variable that would write a header",
      "a variable with an encoded question mark",
      "a variable with a dotted capital I",
      "a variable with a sharp s",
      "a variable with a capital sharp s",
      "a variable that is an escape twice",
    ],
    answers: answers(403, 403, 200),
    why: "the authorizer and Envoy have a path rule; API Gateway has none. How it treats escapes is not documented",
  },
  {
    sent: "a token without `exp`",
    cases: ["no expiry"],
    answers: answers(403, 401, 200),
    why: "API Gateway compares `exp`; whether it requires one is not documented",
  },
  {
    sent: "the token without `Bearer`, or with `bearer` in another case",
    cases: ["no scheme", "bearer in small letters", "bearer in capitals"],
    answers: answers(403, 401, 200),
    why: "API Gateway documents that `Bearer` is optional, but not whether its case matters",
  },
  {
    sent: "an invalid token: wrong form, signature, key, issuer or times; two tokens",
    cases: [
      "another's signature",
      "another issuer",
      "oidc: signed by the user pool's key",
      "alg none, no signature",
      "alg none, a signature",
      "no alg",
      "HS256 with the public key",
      "HS256 with the public key in its older form",
      "HS256 with the modulus",
      "RS256 that is an HMAC",
      "alg PS256 over a signature of RS256",
      "ES256 with a signature of zeros",
      "ES256 under the kid of an RSA key",
      "RS256 under the kid of a curve's key",
      "another signature",
      "half its signature",
      "other claims under the signature",
      "a key of its own in the header",
      "an address of keys in the header",
      "an unknown kid",
      "a kid that is a path",
      "a kid that every object has",
      "a kid that is a list",
      "the issuer with a slash",
      "the issuer in capitals",
      "the issuer over http",
      "issuers in a list",
      "no issuer",
      "expired",
      "an expiry in words",
      "not yet valid",
      "lists in lists",
      "an issuer of lists in lists",
      "a payload that is no JSON",
      "__proto__ for a header",
      "two good tokens",
      "two tokens in one value",
      "another scheme",
      "the scheme alone",
      "a tab after the scheme",
      "a parameter",
      "padding",
      "quotes",
      "two parts",
      "five parts",
      "the usual alphabet of base64",
      "garbage",
      "Basic",
    ],
    answers: answers(403, 401, 401),
    why: "API Gateway answers 403 for every refusal by a function; its JWT authorizer answers 401. How that reads two headers is not documented",
  },
  {
    sent: "an `oidc` issuer's token for another audience, or for none",
    cases: [
      "oidc: another audience",
      "oidc: other audiences in a list",
      "oidc: the audience in capitals",
      "oidc: no audience",
      "oidc: another audience, and the right one as client_id",
    ],
    answers: answers(403, 403, 401),
    why: "Envoy refuses a wrong audience with 403, as it does any valid token that is not sufficient",
  },
  {
    sent: "a token from an issuer that is not the route's",
    cases: ["oidc: for a route of the user pool", "the user pool's token for a route of oidc"],
    answers: answers(403, 403, 401),
    why: "API Gateway allows one issuer per route; for the other two, none of the token's scopes counts on this route",
  },
  {
    sent: "a user pool's token for an unknown client, or for no client",
    cases: ["another client", "no client", "the client in capitals"],
    answers: answers(403, 403, 401),
    why: "Envoy's rules refuse with 403; API Gateway treats the client as the audience",
  },
  {
    sent: "a token without `kid`, or with `crit`",
    cases: ["no kid", "an empty kid", "a critical extension"],
    answers: answers(403, 403, 401),
    why: "Envoy's filter accepts it, and the rules after the filter do not. Whether API Gateway refuses `crit` is not documented",
  },
  {
    sent: "two spaces after `Bearer`",
    cases: ["two spaces"],
    answers: answers(403, 403, 401),
    why: "the same",
  },
  {
    sent: "a path or method that no route has",
    cases: [
      "an unknown path",
      "the root",
      "an unknown method",
      "a method that no route has",
      "HEAD where GET is",
      "a path in capitals",
      "a slash at the end",
      "a doubled slash",
      "a dot segment",
    ],
    answers: answers(404, 403, 404),
    why: "Envoy refuses whatever no rule allows (401 without a token), and does not reveal which routes exist",
  },
  {
    sent: "an encoded slash that would lead to another route",
    cases: ["an encoded slash"],
    answers: answers(403, 400, 403),
    why: "Envoy accepts no encoded slash. Whether API Gateway decodes it first is not documented",
  },
  {
    sent: "an encoded slash that would lead to no route",
    cases: ["an encoded slash in a variable"],
    answers: answers(404, 400, 404),
    why: "the same",
  },
  {
    sent: "an invalid escape",
    cases: ["an escape that is none", "an escape that is no text"],
    answers: answers(400, 403, 400),
    why: "API Gateway's answer is not documented",
  },
];

/** The heading of `docs/explanation/trust-model.md` under which the table stands. */
export const HEADING = "## Where the two handshakes decide differently";

/** The same list as Markdown. */
export function differencesTable(differences = DIFFERENCES): string {
  const rows = differences.map(({ sent, answers: { authorizer, envoy, gateway }, why }) =>
    [sent, ...[authorizer, envoy, gateway].map(answer), why].join(" | "),
  );
  return [
    "| case | federated authorizer | Envoy | API Gateway's JWT authorizer | why |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

function answer(status: number): string {
  return status === 200 ? "**yes**" : `no, ${status}`;
}
