import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { claimsOfCaller } from "../../contract/identity-providers";
import { audienceFor, type McpServer, mcpServerIn } from "../../contract/policy-callers";
import {
  type AuthorizerPolicy,
  type PolicyIssuer,
  type PolicyJwtIssuer,
  signsJwts,
  tokenClients,
} from "../../contract/policy-file";
import { comparedClaims, withPathClaims } from "../../contract/route-access";
import type { Caller } from "../../packages/terraform-access-review/access/callers";
import { awsPrincipals, type TestPrincipals } from "./aws-principals";

/** Stand-ins for the issuers that a policy trusts. */
export interface TestIssuers {
  /** Variables of the function that name issuers, clients and the federation. */
  readonly environment: Readonly<Record<string, string>>;
  /** ARN that AWS STS names, by access key id. */
  readonly principals: TestPrincipals["principals"];
  /** Discovery documents and keys, by URL. */
  readonly documents: Readonly<Record<string, string>>;
  /** A token of a caller; undefined for any other name. */
  readonly tokenOf: (caller: string) => string | undefined;
}

const KEY_ID = "test";
const HOUR = 3600;

type Claims = Readonly<Record<string, unknown>>;

/**
 * Issuers whose tokens carry all scopes that a caller can have, signed with a key of this run.
 *
 * @param alg default: the one whose keys are made fastest
 */
export function testIssuers(
  policy: AuthorizerPolicy,
  callers: readonly Caller[],
  alg: keyof typeof KEYS = "ES256",
): TestIssuers {
  const { publicKey, privateKey } = signingKeys(alg);
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: KEY_ID, alg, use: "sig" }] });
  const scopes = new Map(callers.map((caller) => [caller.name, caller.scopes]));
  const server = mcpServerIn(policy);
  const claims = new Map(policy.issuers.filter(signsJwts).flatMap((issuer) => claimsOf(issuer, scopes, server)));
  const compared = comparedClaims(Object.values(policy.routes).map(({ access }) => access));
  const aws = awsPrincipals(policy);
  const urls = policy.issuers
    .filter(signsJwts)
    .map((issuer) => ({ url: urlOf(issuer), isCognito: issuer.kind === "cognito" }));
  return {
    environment: {
      [policy.federation.providerFrom]: "projects/1/locations/global/workloadIdentityPools/p/providers/p",
      ...Object.fromEntries(policy.issuers.flatMap(variablesOf)),
    },
    principals: aws.principals,
    documents: Object.fromEntries(urls.flatMap(({ url, isCognito }) => documentsOf(url, isCognito, keys))),
    tokenOf: (caller) => {
      const own = claims.get(caller);
      if (own === undefined) return aws.tokens.get(caller);
      const now = Math.floor(Date.now() / 1000);
      const text = [
        { alg, kid: KEY_ID, typ: "JWT" },
        { iat: now, exp: now + HOUR, jti: randomUUID(), ...withPathClaims(own, compared) },
      ]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${text}.${signature.toString("base64url")}`;
    },
  };
}

const [publicKeyEncoding, privateKeyEncoding] = [
  { type: "spki", format: "der" },
  { type: "pkcs8", format: "der" },
] as const;

const KEYS = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256", publicKeyEncoding, privateKeyEncoding }),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048, publicKeyEncoding, privateKeyEncoding }),
};

/**
 * The keys are read from DER, so that they share no lock with the job that made them. Node 20 hangs if the garbage
 * collector frees that job while one of its keys is exported as a JWK.
 */
function signingKeys(alg: keyof typeof KEYS): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const made = KEYS[alg]();
  return {
    publicKey: createPublicKey({ key: made.publicKey, type: "spki", format: "der" }),
    privateKey: createPrivateKey({ key: made.privateKey, type: "pkcs8", format: "der" }),
  };
}

function urlOf(issuer: PolicyJwtIssuer): string {
  return issuer.kind === "cognito" ? `https://cognito-idp.example.com/${issuer.id}` : issuer.issuer;
}

function variablesOf(issuer: PolicyIssuer): readonly (readonly [string, string])[] {
  if (issuer.kind !== "cognito") return [];
  return [
    [issuer.issuerFrom, urlOf(issuer)],
    ...issuer.clients.map(({ id, clientIdFrom }): [string, string] => [clientIdFrom, `id-of-${id}`]),
  ];
}

function documentsOf(url: string, isCognito: boolean, keys: string): readonly (readonly [string, string])[] {
  const base = url.replace(/\/$/, "");
  if (isCognito) return [[`${base}/.well-known/jwks.json`, keys]];
  const jwksUri = `${base}/test-keys`;
  return [
    [`${base}/.well-known/openid-configuration`, JSON.stringify({ issuer: url, jwks_uri: jwksUri })],
    [jwksUri, keys],
  ];
}

/** The claims of each caller's token, by the caller's name. */
function claimsOf(
  issuer: PolicyJwtIssuer,
  scopes: ReadonlyMap<string, readonly string[]>,
  server: McpServer | undefined,
): readonly (readonly [string, Claims])[] {
  const iss = urlOf(issuer);
  if (issuer.kind === "cognito") {
    return issuer.clients.map(({ id }) => {
      const name = `${issuer.id}/${id}`;
      const own = scopes.get(name) ?? [];
      const aud = audienceFor({ scopes: own }, "on-request", server);
      const named = { iss, sub: id, version: 2, client_id: `id-of-${id}`, token_use: "access", username: id };
      return [name, { ...named, scope: own.join(" "), ...(aud !== undefined && { aud }) }];
    });
  }
  const audOf = (own: readonly string[]) => audienceFor({ scopes: own }, issuer.audiences, server);
  if (issuer.grants === "token") {
    return tokenClients(issuer).map(({ id, client, scopes: own }) => [
      `${issuer.id}/${id}`,
      { iss, aud: audOf(own), sub: client, ...claimsOfCaller(issuer, client, own) },
    ]);
  }
  return [
    ...issuer.subjects.map(({ subject, scopes: own }): [string, Claims] => [
      `${issuer.id}/${subject}`,
      { iss, aud: audOf(own), sub: subject },
    ]),
    ...(issuer.claimants ?? []).map(({ id, claims, scopes: own }): [string, Claims] => [
      `${issuer.id}/${id}`,
      { iss, aud: audOf(own), sub: id, ...claims },
    ]),
  ];
}
