import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import {
  AWS_IAM_LIFE_SECONDS,
  awsIamToken,
  BINDING_HEADERS,
  SIGNED_HEADERS,
  stsHost,
} from "../../contract/aws-iam-token";
import { claimsOfCaller } from "../../contract/identity-providers";
import { audienceFor, type McpServer, mcpServerIn } from "../../contract/policy-callers";
import {
  type AuthorizerPolicy,
  POLICY_FILE,
  type PolicyIssuer,
  type PolicyJwtIssuer,
  signsJwts,
  tokenClients,
} from "../../contract/policy-file";
import {
  boundSegments,
  comparedClaims,
  OTHER_TEXT,
  ownSegments,
  type RouteAccess,
  withPathClaims,
} from "../../contract/route-access";
import { type Caller, callersOf } from "../../packages/terraform-access-review/access/callers";
import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { callOf, claimsIn } from "../local/requests";
import { BUILD, PACKAGE } from "../process/project";

/** One caller's call of one route. */
export interface Call {
  readonly route: string;
  /** `anyone` has no token. */
  readonly caller: string;
  /** Position of the segment that is another caller's. Default: the path is the caller's own. */
  readonly another?: number;
}

/** A decision as the authorizer logs it. */
export interface Decision {
  readonly decision: "allowed" | "unauthenticated" | "forbidden" | "unavailable";
  readonly reason?: string;
}

/**
 * The built authorizer's decisions on these calls, with the policy of the synthesis. Each caller has a token with all
 * scopes that config grants it, signed for this run.
 */
export async function decisionsOf(
  stack: StackJson,
  policy: AuthorizerPolicy,
  calls: readonly Call[],
): Promise<readonly Decision[]> {
  const issuers = testIssuers(policy, callersOf(stack, policy));
  const folder = mkdtempSync(join(tmpdir(), "front-door-testing-"));
  try {
    const artefact = join(folder, "index.mjs");
    copyFileSync(artefactFile(), artefact);
    writeFileSync(join(folder, POLICY_FILE), JSON.stringify(policy));
    const isRest = stack.resource.aws_api_gateway_rest_api !== undefined;
    const events = calls.map((call) => {
      const { access = "public" } = policy.routes[call.route] ?? {};
      const token = issuers.tokenOf(call.caller);
      const path = pathOf(call, access, token);
      const event = isRest
        ? restEvent(call.route, token, path)
        : httpEvent(call.route, token, addressFor(policy), path);
      return { handler: access === "public" ? "public" : "callers", event };
    });
    const worker = new Worker(join(PACKAGE, "cli/testing/worker.cjs"), {
      workerData: { artefact, documents: issuers.documents, principals: issuers.principals, events },
      env: { ...issuers.environment, ...variablesOf(stack) },
      stdout: true,
    });
    return await new Promise((resolve, reject) => {
      worker.once("message", (decisions) => resolve(decisions));
      worker.once("error", reject);
      worker.once("exit", () => reject(new Error("the authorizer ended without a decision")));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A path that is the caller's own, but for the other segment that the call asks for. */
function pathOf({ route, another }: Call, access: RouteAccess, token: string | undefined): string {
  const bound = access === "public" ? [] : boundSegments(route, access.where);
  const texts = new Map([
    ...ownSegments(bound, claimsIn(token)),
    ...(another === undefined ? [] : [[another, OTHER_TEXT] as const]),
  ]);
  const segments = callOf(route).path.split("/");
  return segments.map((segment, position) => texts.get(position) ?? segment).join("/");
}

/** The authorizer from the package, or from the last build of this repository. */
function artefactFile(): string {
  const found = [join(PACKAGE, "dist"), BUILD, join(PACKAGE, ".build")]
    .map((folder) => join(folder, "authorizer.mjs"))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error("the authorizer is not built\n    build it with: npm run synth");
  return found;
}

/** Literal variables of the function. References are known only after an apply. */
function variablesOf(stack: StackJson): Readonly<Record<string, string>> {
  const [environment = {}] = [stack.resource.aws_lambda_function?.callers?.environment].flat();
  const { REVOKED_CALLERS } = environment?.variables ?? {};
  return {
    AWS_ACCESS_KEY_ID: "x",
    AWS_SECRET_ACCESS_KEY: "x",
    AWS_SESSION_TOKEN: "x",
    ...(REVOKED_CALLERS !== undefined && { REVOKED_CALLERS }),
  };
}

const POLICY_VERSION = "x";

/** An address that may call: the first one of the first allowed network. */
function addressFor({ allowedNetworks: [network = "192.0.2.1"] = [] }: AuthorizerPolicy): string {
  return network.replace(/\/.*$/, "");
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html */
export function httpEvent(
  routeKey: string,
  token: string | undefined,
  sourceIp = "192.0.2.1",
  path = callOf(routeKey).path,
): object {
  const { method } = callOf(routeKey);
  const authorization = token === undefined ? [] : [`Bearer ${token}`];
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:eu-west-1:000000000000:x/$default/${method}${path}`,
    identitySource: [...authorization, routeKey, path, POLICY_VERSION, sourceIp],
    routeKey,
    rawPath: path,
    headers: Object.fromEntries(authorization.map((value) => ["authorization", value])),
    requestContext: { requestId: "x", domainName: TEST_HOST, http: { method, path, sourceIp } },
    stageVariables: { policy: POLICY_VERSION },
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html */
export function restEvent(routeKey: string, token: string | undefined, path = callOf(routeKey).path): object {
  const { method } = callOf(routeKey);
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:eu-west-1:000000000000:x/live/${method}${path}`,
    httpMethod: method,
    resource: routeKey.slice(method.length + 1),
    path,
    multiValueHeaders: token === undefined ? {} : { Authorization: [`Bearer ${token}`] },
    requestContext: { extendedRequestId: "x", domainName: TEST_HOST, path: `/live${path}` },
    stageVariables: { policy: POLICY_VERSION },
  };
}

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
      ...Object.fromEntries(policy.issuers.flatMap(issuerVariables)),
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

function issuerVariables(issuer: PolicyIssuer): readonly (readonly [string, string])[] {
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
    return tokenClients(issuer).map(({ id, client, scopes: own, carries }) => [
      `${issuer.id}/${id}`,
      { iss, aud: audOf(own), sub: client, ...claimsOfCaller({ ...issuer, ...carries }, client, own) },
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

/** Host name that the calls are sent to. */
const TEST_HOST = "front-door.example.com";

interface TestPrincipals {
  /** What AWS STS answers about a principal, by access key id. */
  readonly principals: Readonly<Record<string, { readonly arn: string; readonly userId: string }>>;
  /** By the caller's name. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** Tokens of the policy's AWS principals. Not signed, because a stand-in plays AWS STS, which alone checks signatures. */
function awsPrincipals({ issuers, aws }: AuthorizerPolicy): TestPrincipals {
  const callers = issuers.flatMap((issuer) =>
    issuer.kind === "aws-iam" ? issuer.subjects.map((each) => ({ ...issuer, ...each })) : [],
  );
  const known = callers.map((caller, index) => ({ ...caller, key: `ASIA${String(index).padStart(16, "0")}` }));
  return {
    principals: Object.fromEntries(
      known.map(({ key, subject, uniqueId = "AROATEST" }) => [key, { arn: sessionOf(subject), userId: uniqueId }]),
    ),
    tokens: new Map(known.map(({ id, subject, door, key }) => [`${id}/${subject}`, tokenOf(key, door, aws.region)])),
  };
}

function tokenOf(key: string, door: string, region: string): string {
  const now = new Date();
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${date.slice(0, 8)}/${region}/sts/aws4_request`;
  const signed = [...SIGNED_HEADERS].sort().join(";");
  return awsIamToken({
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${signed}, Signature=${"0".repeat(64)}`,
    host: stsHost(region),
    "x-amz-date": date,
    [BINDING_HEADERS.host]: TEST_HOST,
    [BINDING_HEADERS.name]: door,
    [BINDING_HEADERS.expires]: String(Math.floor(now.getTime() / 1000) + AWS_IAM_LIFE_SECONDS - 1),
  });
}

/** The ARN that `GetCallerIdentity` returns: a role's session, or the user itself. */
function sessionOf(arn: string): string {
  return arn.replace(/^arn:aws:iam::(\d+):role\/(.*)$/, "arn:aws:sts::$1:assumed-role/$2/test");
}
