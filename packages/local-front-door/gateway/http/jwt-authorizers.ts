import { compactVerify, createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, type JSONWebKeySet } from "jose";
import type { LocalHost } from "../../net/local-http";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";
import { within } from "../shared/within";
import { expressionValue, type GatewayRequest } from "./gateway-request";
import { traceChoice, type UndocumentedId } from "./http-choices";

const CONFIGURATION: AttributeUse = { read: ["audience", "issuer"] };

/**
 * How long public keys may be cached:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
const KEYS_KEPT_MILLISECONDS = 2 * 3600 * 1000;

/**
 * Timeout for each of discovery document and keys.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const FETCH_MILLISECONDS = 1_500;

/** Attributes that AWS accepts for an authorizer that calls a function, and refuses for this type. */
const OF_A_FUNCTION = [
  "authorizer_credentials_arn",
  "authorizer_payload_format_version",
  "authorizer_result_ttl_in_seconds",
  "authorizer_uri",
  "enable_simple_responses",
];

export interface JwtAuthorizer {
  readonly resource: Resource;
  readonly identitySource: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** The gateway's next step: forward the request with this context, or answer itself. */
export type JwtVerdict =
  | { readonly status: 200; readonly context: ReadonlyMap<string, string> }
  | { readonly status: 401 | 403; readonly challenge: string; readonly error: string };

/** One authorizer of type JWT, as declared. Anything that AWS would refuse to create is an error. */
function readJwtAuthorizer(stack: Stack, resource: Resource): JwtAuthorizer {
  const { address } = resource;
  const foreign = OF_A_FUNCTION.find((attribute) => resource.body[attribute] !== undefined);
  if (foreign !== undefined)
    throw new StackError(`${address}.${foreign}`, "a JWT authorizer has none: it calls no function");
  const [identitySource, second] = stack.texts(resource, "identity_sources");
  if (identitySource === undefined || second !== undefined) {
    throw new StackError(`${address}.identity_sources`, "expected exactly one for a JWT authorizer");
  }
  if (!/^\$request\.(header|querystring)\.[\w.-]+$/.test(identitySource)) {
    throw new StackError(
      `${address}.identity_sources`,
      `got ${identitySource}, expected a header or a query parameter`,
    );
  }
  const [block] = stack.blocks(resource, "jwt_configuration", CONFIGURATION);
  const { issuer, audience = [] } = (block?.body ?? {}) as { issuer?: unknown; audience?: readonly string[] };
  const at = `${address}.jwt_configuration`;
  if (typeof issuer !== "string" || !URL.canParse(issuer)) throw new StackError(`${at}.issuer`, "expected a URL");
  if (audience.length === 0) throw new StackError(`${at}.audience`, "expected at least one");
  return { resource, identitySource, issuer, audiences: audience };
}

/** Returns those of type JWT. One that AWS would refuse to create is a fault of the stack. */
export function readJwtAuthorizers(stack: Stack, authorizers: readonly Resource[]): readonly JwtAuthorizer[] {
  const declared = authorizers.filter((each) => stack.value(each, "authorizer_type") === "JWT");
  return stack.readEach(declared, (each) => readJwtAuthorizer(stack, each));
}

/** The authorizer of every JWT route, by the route's address. Scopes on any other route are an error, as in AWS. */
export function jwtAuthorizersByRoute(
  stack: Stack,
  authorizers: readonly Resource[],
): ReadonlyMap<string, JwtAuthorizer> {
  const declared = readJwtAuthorizers(stack, authorizers);
  const found = new Map<string, JwtAuthorizer>();
  const read = (route: Resource) => {
    if (stack.value(route, "authorization_type") !== "JWT") {
      if (stack.texts(route, "authorization_scopes").length === 0) return;
      throw new StackError(`${route.address}.authorization_scopes`, "only routes of the type JWT have scopes");
    }
    const id = stack.text(route, "authorizer_id");
    const authorizer = declared.find(({ resource }) => stack.text(resource, "id") === id);
    if (authorizer === undefined)
      throw new StackError(`${route.address}.authorizer_id`, `no JWT authorizer has the id ${id}`);
    stack.requireUnderstood(authorizer.resource);
    found.set(route.address, authorizer);
  };
  for (const route of stack.all("aws_apigatewayv2_route")) stack.apart(route, () => read(route));
  return found;
}

/** Applies the rules to each request, with keys from the issuer's own discovery document. */
export class JwtAuthorizers {
  private readonly kept = new Map<string, { readonly keys: Promise<JSONWebKeySet>; readonly until: number }>();

  constructor(
    private readonly stack: Stack,
    private readonly ask: LocalHost,
    private readonly trace: LocalTrace,
    private readonly now: () => number,
  ) {}

  async judge(authorizer: JwtAuthorizer, request: GatewayRequest): Promise<JwtVerdict> {
    const { address } = authorizer.resource;
    const { route } = request.match;
    const decision = await decideJwt({
      authorizer,
      scopes: this.stack.texts(route, "authorization_scopes"),
      authorization: expressionValue(authorizer.identitySource, request, `${address}.identity_sources`),
      keys: () => this.keysOf(authorizer.issuer),
      now: this.now(),
    });
    for (const id of decision.undocumented) traceChoice(this.trace, id, address);
    if (decision.status === 200) {
      this.trace.allow("jwt-authorizer", `a token of ${authorizer.issuer}`, address, decision.claims);
      return { status: 200, context: contextOf(decision.claims) };
    }
    const { status, reason, by, challenge } = decision;
    const owner = by === "authorization_scopes" ? route.address : address;
    const code = by === "authorization_scopes" ? "scope" : undefined;
    this.trace.refuse("jwt-authorizer", reason, by === undefined ? owner : `${owner}.${by}`, code);
    return { status, challenge, error: reason };
  }

  private keysOf(issuer: string): Promise<JSONWebKeySet> {
    const known = this.kept.get(issuer);
    if (known !== undefined && this.now() < known.until) return known.keys;
    const keys = this.fetchKeys(issuer);
    this.kept.set(issuer, { keys, until: this.now() + KEYS_KEPT_MILLISECONDS });
    keys.catch(() => this.kept.delete(issuer));
    return keys;
  }

  private async fetchKeys(issuer: string): Promise<JSONWebKeySet> {
    const discovery = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const { jwks_uri } = (await this.fetchJson(discovery)) as { jwks_uri?: unknown };
    return (await this.fetchJson(String(jwks_uri))) as JSONWebKeySet;
  }

  /** Fetches only from hosts of this stack: there is no other internet here. */
  private async fetchJson(address: string): Promise<unknown> {
    const { host, pathname, search } = new URL(address);
    const request = {
      method: "GET",
      host,
      target: `${pathname}${search}`,
      headers: [["host", host]] as const,
      body: "",
    };
    const answer = await within(FETCH_MILLISECONDS, this.ask(request));
    if (answer === undefined) throw new Error(`no answer from ${address}`);
    if (answer.status !== 200) throw new Error(`${address} answered ${answer.status}`);
    return JSON.parse(answer.body);
  }
}

/** `$context.authorizer.claims.sub` and so on. */
function contextOf(claims: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(claims).map(([name, value]) => [`claims.${name}`, textOf(value)]));
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(" ")}]`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

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

type JwtDecision = {
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
