import type { Answers } from "./call";
import { type Row, STATUS_DIFFERENCES } from "./status-differences";

/** Requests whose responses differ between the three, and why. All others must get the same response. */
export interface Difference {
  /** What is sent, in words. */
  readonly sent: string;
  /** Names in the table of requests. */
  readonly cases: readonly string[];
  readonly answers: Answers;
  readonly why: string;
}

/** First those that one accepts and another refuses, then those in which only the status differs. */
const ROWS: readonly Row[] = [
  [
    "the claim `scope` as a list",
    ["scopes as a list"],
    [403, 200, 200],
    "the authorizer accepts a string only; a list grants no more †",
  ],
  ["a token over 8 kB", ["9 kB"], [403, 200, 200], "API Gateway accepts 10 KiB of headers, Envoy 16"],
  ["a token over 10 KiB", ["11 kB"], [431, 200, 431], "the same, for a caller that bypasses the gateway"],
  [
    "`iat` in the future",
    ["issued in a minute"],
    [403, 200, 401],
    "Envoy checks `exp` and `nbf` only; the issuer signed the token",
  ],
  [
    "a token signed by a weak RSA key: ROCA's fingerprint, or the exponent 3",
    ["a key with ROCA's fingerprint", "a key with the exponent 3"],
    [403, 200, 200],
    "Envoy accepts every RSA key, also of 1,024 bits. Anyone who can factor such a key can sign as its issuer †",
  ],
  [
    "a token signed by a key that is not for verifying (`key_ops`), or whose private half is published (`d`)",
    ["a key that is not for verifying", "a key with its private half"],
    [403, 200, 401],
    "Envoy reads neither `key_ops` nor `d`, nor `use` †",
  ],
  [
    "an RS256 signature with bits set after its last byte",
    ["a signature with a spare bit"],
    [403, 200, 200],
    "Envoy drops the bits †",
  ],
  [
    "an ES256 signature with such bits",
    ["a curve's signature with a spare bit"],
    [403, 200, 401],
    "the same, and API Gateway accepts RSA only",
  ],
  [
    "clock skew of up to 5 s (`exp`, `nbf`)",
    ["expired two seconds ago", "valid in three seconds"],
    [200, 200, 401],
    "API Gateway documents no leeway; the other two allow 5 s",
  ],
  [
    "an access token with `aud`, which a user pool adds when a client requests a resource",
    ["another audience"],
    [200, 200, 401],
    "API Gateway reads `client_id` only if there is no `aud`; the others read `client_id` only",
  ],
  [
    "a token signed with ES256, also with `n - s` in place of `s`",
    ["a key on a curve", "a curve's other signature"],
    [200, 200, 401],
    "API Gateway accepts RSA only. A user pool signs with RS256",
  ],
  [
    "an escape in the path, including one of a letter that needs none",
    ["a variable of accents", "an encoded letter of a literal"],
    [200, 403, 200],
    "servers disagree on when to decode it",
  ],
  [
    "a scope that the config does not grant to this client, or to an `oidc` issuer",
    ["a scope that the client was not given", "oidc: a scope outside the issuer's list"],
    [403, 403, 200],
    "API Gateway does not know which client has which scope",
  ],
  [
    "a token with another `token_use` that nevertheless has a scope",
    ["an ID token with a scope", "no stated use"],
    [403, 403, 200],
    "API Gateway does not read it. A pool's ID token has scopes only by a trigger",
  ],
  [
    "an `oidc` issuer's token for an unknown client, or for no client",
    ["oidc: another client", "oidc: no client", "oidc: a client in a list", "oidc: the client as client_id alone"],
    [403, 403, 200],
    "API Gateway does not read `clientClaim`",
  ],
  [
    "an `oidc` issuer's audience in `client_id`, without an `aud`",
    ["oidc: the audience as client_id alone"],
    [403, 403, 200],
    "API Gateway then reads `client_id`, for every issuer",
  ],
  [
    "a token used by a party (`act`) that is not declared for its issuer, or lacks the scope",
    [
      "an actor without the scope",
      "an undeclared actor",
      "an actor with the scope before an undeclared one",
      "an actor of another issuer",
      "an act that is a text",
      "an act that is null",
    ],
    [403, 403, 200],
    "API Gateway does not read `act`",
  ],
  [
    "a user pool's client in `aud`, or in a list, in place of `client_id`",
    ["the client as audience alone", "a client in a list"],
    [403, 403, 200],
    "API Gateway accepts either †",
  ],
  [
    "a `sub` that is missing, too long, not plain text, or has a quote or a backslash",
    [
      "no subject",
      "oidc: no subject",
      "a subject with a space",
      "a subject with a quote",
      "a subject with a backslash",
      "a subject that would write a header",
      "a subject of 256 characters",
    ],
    [403, 403, 200],
    "the others write it into a header",
  ],
  [
    "scopes in another claim than the issuer's: `scp` of a user pool, `scope` where `scopeClaim` is another",
    ["scopes in the claim scp", "oidc: scopes in the claim scope", "oidc: the right scope in the claim scope alone"],
    [403, 403, 200],
    "API Gateway reads `scope` and `scp` for every issuer",
  ],
  [
    "RS512 with a key whose key set names no algorithm",
    ["RS512 under a key for any algorithm"],
    [403, 403, 200],
    "API Gateway accepts all RSA algorithms",
  ],
  [
    "a path that servers read differently, or that a more specific route could match",
    [
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
    [403, 403, 200],
    "API Gateway has no path rule †",
  ],
  ["a token without `exp`", ["no expiry"], [403, 401, 200], "API Gateway compares `exp`, and may not require one †"],
  [
    "the token without `Bearer`, or with `bearer` in another case",
    ["no scheme", "bearer in small letters", "bearer in capitals"],
    [403, 401, 200],
    "`Bearer` is optional for API Gateway; its case †",
  ],
  ...STATUS_DIFFERENCES,
];

export const DIFFERENCES: readonly Difference[] = ROWS.map(([sent, cases, [authorizer, envoy, gateway], why]) => ({
  sent,
  cases,
  answers: { authorizer, envoy, gateway },
  why,
}));

export const HEADING = "## Where the two handshakes decide differently";

const accepts = ({ answers }: Difference) => Object.values(answers).includes(200);

/** The requests that one accepts and another refuses, as Markdown. */
export function differencesTable(): string {
  const rows = DIFFERENCES.filter(accepts).map(({ sent, answers: { authorizer, envoy, gateway }, why }) =>
    [sent, ...[authorizer, envoy, gateway].map(answer), why].join(" | "),
  );
  return [
    "| case | federated authorizer | Envoy | API Gateway's JWT authorizer | why |",
    "|---|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

function answer(status: number): string {
  return status === 200 ? "**yes**" : `${status}`;
}
