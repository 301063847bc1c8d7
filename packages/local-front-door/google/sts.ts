import { randomBytes } from "node:crypto";
import {
  type CelInput,
  type CelResult,
  CelScalar,
  celEnv,
  celError,
  celMethod,
  isCelError,
  parse,
  plan,
} from "@bufbuild/cel";
import { AWS_MAPPING } from "../../../contract/federation";
import type { AwsSts } from "../aws/sts";
import { auditEntry } from "../logs/log-entries";
import { headerValues, json, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { type Resource, StackError } from "../terraform/document";
import type { Stack } from "../terraform/stack";
import type { LocalTrace } from "../trace/trace";
import { isAudited } from "./audit";
import { EnabledServices } from "./enabled-services";

/** The identity that a federated access token represents. */
export interface FederatedIdentity {
  /** `projects/…/workloadIdentityPools/…` */
  readonly pool: string;
  readonly attributes: GoogleAttributes;
  readonly scopes: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const POOL = { read: ["workload_identity_pool_id", "disabled"] } as const;
const PROVIDER = {
  read: [
    "workload_identity_pool_id",
    "workload_identity_pool_provider_id",
    "disabled",
    "aws",
    "attribute_mapping",
    "attribute_condition",
  ],
} as const;
const AWS = { read: ["account_id"] } as const;

/** Google's Security Token Service, as the stack's pool and provider define it. */
export class GoogleSts {
  readonly host = "sts.googleapis.com";
  private readonly identities = new Map<string, FederatedIdentity>();
  private readonly services: EnabledServices;
  private readonly pools: readonly Resource[];
  private readonly providers: readonly Resource[];

  constructor(
    private readonly stack: Stack,
    private readonly aws: AwsSts,
    private readonly trace: LocalTrace,
    private readonly now: () => number = Date.now,
  ) {
    this.services = new EnabledServices(stack);
    this.pools = stack.declaredApart("google_iam_workload_identity_pool", POOL);
    this.providers = stack.declaredApart("google_iam_workload_identity_pool_provider", PROVIDER);
    for (const provider of this.providers) stack.apart(provider, () => this.requireKnown(provider));
  }

  /** The identity behind an access token of this service, until it expires. */
  identityOf(accessToken: string): FederatedIdentity | undefined {
    const identity = this.identities.get(accessToken);
    return identity && identity.expiresAt > this.now() ? identity : undefined;
  }

  /** `POST /v1/token` */
  async handle(request: LocalRequest): Promise<LocalAnswer> {
    const off = this.services.refusal(this.trace, "google-sts", "sts.googleapis.com", "iam.googleapis.com");
    if (off !== undefined) return off;
    try {
      return await this.exchange(request);
    } catch (error) {
      if (!(error instanceof ExchangeError || error instanceof StackError)) throw error;
      const { message } = error;
      const [code, declaration] =
        error instanceof StackError ? ["invalid_target", error.address] : [error.code, error.declaration];
      const description = declaration === undefined ? message : `${message} (${declaration})`;
      this.trace.refuse("google-sts", `${code}: ${description}`, declaration);
      return json(400, { error: code, error_description: description });
    }
  }

  private async exchange(request: LocalRequest): Promise<LocalAnswer> {
    const { audience, scopes, signed } = readExchange(request, this.now());
    const [, name = ""] = /^\/\/iam\.googleapis\.com\/(.+)$/s.exec(audience) ?? [];
    const provider = this.stack.find(this.providers, "name", name);
    if (provider === undefined) throw new ExchangeError("invalid_target", `the stack has no provider ${audience}`);
    const pool = this.enabledPool(provider);
    const assertion = await this.callerIdentity(signed);
    const attributes = this.admit(provider, assertion);
    const accessToken = `ya29.local.${randomBytes(48).toString("base64url")}`;
    const identity = { pool: this.stack.text(pool, "name"), attributes, scopes, expiresAt: this.now() + 3_599_000 };
    this.identities.set(accessToken, identity);
    this.trace.allow("google-sts", `accepted ${assertion.arn}`, `${provider.address}.attribute_condition`);
    this.audit(assertion.arn, provider, audience);
    return json(200, {
      access_token: accessToken,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 3599,
    });
  }

  private audit(arn: string, provider: Resource, audience: string): void {
    const { project } = this.stack.google;
    const [serviceName, method] = ["sts.googleapis.com", "ExchangeToken"] as const;
    if (!isAudited(this.stack, serviceName)) return;
    const entry = auditEntry({
      project,
      serviceName,
      methodName: `google.identity.sts.v1.SecurityTokenService.${method}`,
      principalSubject: arn,
      resourceName: this.stack.text(provider, "name"),
      resource: { type: "audited_resource", labels: { project_id: project, service: serviceName, method } },
      request: { audience, subjectTokenType: "urn:ietf:params:aws:token-type:aws4_request" },
      at: this.now(),
    });
    this.trace.logs?.cloudLogging(entry);
  }

  private enabledPool(provider: Resource): Resource {
    const id = this.stack.text(provider, "workload_identity_pool_id");
    const pool = this.stack.find(this.pools, "workload_identity_pool_id", id);
    if (pool === undefined) {
      throw new ExchangeError(
        "invalid_target",
        "the provider's pool is not in the stack",
        `${provider.address}.workload_identity_pool_id`,
      );
    }
    for (const resource of [pool, provider]) {
      const disabled = this.stack.value(resource, "disabled");
      if (disabled !== undefined && disabled !== false) {
        throw new ExchangeError("invalid_target", `${resource.address} is disabled`, `${resource.address}.disabled`);
      }
    }
    return pool;
  }

  /** Sends the signed request to AWS, as Google does, and trusts only the answer. */
  private async callerIdentity({ url, headers }: CallerIdentityRequest): Promise<AwsAssertion> {
    const { host, pathname, search } = new URL(url);
    if (host !== this.aws.host) throw new ExchangeError("invalid_grant", `no AWS STS at ${host} here`);
    const answer = await this.aws.handle({ method: "POST", host, target: `${pathname}${search}`, headers, body: "" });
    const element = (name: string) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer.body)?.[1];
    const [arn, account, userid] = [element("Arn"), element("Account"), element("UserId")];
    // Only a 200 has them.
    if (arn === undefined || account === undefined || userid === undefined) {
      throw new ExchangeError(
        "invalid_grant",
        `AWS refused the signed request: ${element("Message") ?? answer.status}`,
      );
    }
    return { arn, account, userid };
  }

  private requireKnown(provider: Resource): void {
    this.accountOf(provider);
    for (const name of this.stack.textMap(provider, "attribute_mapping").keys()) {
      if (isAttributeName(name)) continue;
      throw new StackError(`${provider.address}.attribute_mapping.${name}`, "unknown attribute of an identity");
    }
  }

  /** The AWS account that a provider accepts; undefined if it names none. */
  private accountOf(provider: Resource): unknown {
    const [aws] = this.stack.blocks(provider, "aws", AWS);
    return aws?.body.account_id;
  }

  private admit(provider: Resource, assertion: AwsAssertion): GoogleAttributes {
    const { address } = provider;
    if (this.accountOf(provider) !== assertion.account) {
      throw new ExchangeError(
        "unauthorized_client",
        `the provider does not accept AWS account ${assertion.account}`,
        `${address}.aws`,
      );
    }
    const attributes = attempt(`${address}.attribute_mapping`, () =>
      mapAttributes(this.stack.textMap(provider, "attribute_mapping"), assertion),
    );
    const condition = this.stack.value(provider, "attribute_condition") as string | undefined;
    const holds = attempt(`${address}.attribute_condition`, () => conditionHolds(condition, attributes, assertion));
    if (!holds) {
      throw new ExchangeError(
        "unauthorized_client",
        "the attribute condition is false",
        `${address}.attribute_condition`,
      );
    }
    return attributes;
  }
}

function attempt<T>(declaration: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AttributeError) throw new ExchangeError("invalid_grant", error.message, declaration);
    throw error;
  }
}

/** A signed `GetCallerIdentity`, as the caller wants Google to send it. */
interface CallerIdentityRequest {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

interface ExchangeRequest {
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly signed: CallerIdentityRequest;
}

/** A refusal by Google's STS: RFC 8693's error code, and the declaration at fault, if there is one. */
export class ExchangeError extends Error {
  constructor(
    readonly code: "invalid_request" | "invalid_grant" | "invalid_target" | "invalid_scope" | "unauthorized_client",
    message: string,
    readonly declaration?: string,
  ) {
    super(message);
  }
}

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";
const AWS_TOKEN_TYPE = "urn:ietf:params:aws:token-type:aws4_request";
/** The fields, by their names in a form (RFC 8693, 2.1), which Google's own libraries send, and in JSON. */
const FIELDS = new Map([
  ["audience", "audience"],
  ["grant_type", "grantType"],
  ["requested_token_type", "requestedTokenType"],
  ["scope", "scope"],
  ["subject_token_type", "subjectTokenType"],
  ["subject_token", "subjectToken"],
]);
const JSON_FIELDS = [...FIELDS.values()];

/** Either scope gives a token for `generateIdToken`. The stand-in knows no others. */
const SCOPES = ["https://www.googleapis.com/auth/iam", "https://www.googleapis.com/auth/cloud-platform"];

const TARGET_HEADER = "x-goog-cloud-target-resource";

/** Google's documentation limits a signed request to 15 minutes. */
const FRESH_MILLISECONDS = 15 * 60_000;

/**
 * Checks everything in a token exchange that does not require a call of AWS.
 * https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 */
export function readExchange(request: LocalRequest, now: number): ExchangeRequest {
  const { method, target, body } = request;
  if (method !== "POST" || target !== "/v1/token") throw new ExchangeError("invalid_request", `${method} ${target}`);
  const [type = ""] = headerValues(request, "content-type");
  const fields = type.startsWith("application/x-www-form-urlencoded") ? formFields(body) : jsonObject(body, "body");
  const unknown = Object.keys(fields).find((name) => !JSON_FIELDS.includes(name));
  if (unknown !== undefined) throw new ExchangeError("invalid_request", `unknown field ${unknown}`);
  requireValue(fields, "grantType", GRANT_TYPE);
  requireValue(fields, "requestedTokenType", ACCESS_TOKEN_TYPE);
  requireValue(fields, "subjectTokenType", AWS_TOKEN_TYPE);
  const scopes = text(fields, "scope").split(" ");
  if (!scopes.every((scope) => SCOPES.includes(scope))) throw new ExchangeError("invalid_scope", scopes.join(" "));
  const audience = text(fields, "audience");
  return { audience, scopes, signed: readSubjectToken(text(fields, "subjectToken"), audience, now) };
}

function readSubjectToken(token: string, audience: string, now: number): CallerIdentityRequest {
  if (!/^[\w%.!~*'()-]+$/.test(token)) throw new ExchangeError("invalid_request", "subjectToken is not URL-encoded");
  const { url, method, headers, ...others } = jsonObject(decodeURIComponent(token), "subjectToken");
  if (Object.keys(others).length > 0) throw new ExchangeError("invalid_request", "subjectToken has unknown fields");
  if (method !== "POST") throw new ExchangeError("invalid_grant", `method ${method}`);
  const address = requireCallerIdentityUrl(url);
  const pairs = headerPairs(headers);
  const byName = new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  if (byName.size !== pairs.length) throw new ExchangeError("invalid_grant", "a header occurs twice");
  if (byName.get("host") !== address.host) throw new ExchangeError("invalid_grant", "host differs from the URL");
  if (byName.get(TARGET_HEADER) !== audience) {
    throw new ExchangeError("invalid_grant", `${TARGET_HEADER} is not the audience`);
  }
  const signed = /SignedHeaders=([^,]+)/.exec(byName.get("authorization") ?? "")?.[1]?.split(";") ?? [];
  if (!signed.includes(TARGET_HEADER)) throw new ExchangeError("invalid_grant", `${TARGET_HEADER} is not signed`);
  requireFresh(byName.get("x-amz-date"), now);
  return { url: address.href, headers: pairs };
}

/** Accepts only `GetCallerIdentity`, and only at AWS. Otherwise a caller could make Google call any host. */
function requireCallerIdentityUrl(url: unknown): URL {
  const address = typeof url === "string" && URL.canParse(url) ? new URL(url) : undefined;
  const expected =
    /^https:\/\/sts(\.[a-z]{2}-[a-z]+-\d)?\.amazonaws\.com\/\?Action=GetCallerIdentity&Version=2011-06-15$/;
  if (address === undefined || !expected.test(address.href)) throw new ExchangeError("invalid_grant", `URL ${url}`);
  return address;
}

function headerPairs(headers: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(headers)) throw new ExchangeError("invalid_request", "headers is not a list");
  return headers.map((header) => {
    const { key, value, ...others } = (header ?? {}) as Record<string, unknown>;
    if (typeof key !== "string" || typeof value !== "string" || Object.keys(others).length > 0) {
      throw new ExchangeError("invalid_request", "a header is not a key and a value");
    }
    return [key, value] as const;
  });
}

function requireFresh(date: string | undefined, now: number): void {
  const iso = date?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z") ?? "";
  const age = now - new Date(iso).getTime();
  if (!(Math.abs(age) <= FRESH_MILLISECONDS))
    throw new ExchangeError("invalid_grant", "the signed request is not fresh");
}

/** The fields of a form, by their names in JSON. */
function formFields(body: string): Record<string, unknown> {
  const pairs = [...new URLSearchParams(body)].map(([name, value]): [string, string] => {
    const known = FIELDS.get(name);
    if (known === undefined) throw new ExchangeError("invalid_request", `unknown field ${name}`);
    return [known, value];
  });
  const fields = Object.fromEntries(pairs);
  if (Object.keys(fields).length !== pairs.length) throw new ExchangeError("invalid_request", "a field occurs twice");
  return fields;
}

function jsonObject(source: string, name: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ExchangeError("invalid_request", `${name} is not a JSON object`);
  }
  return value as Record<string, unknown>;
}

function text(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value !== "string" || value === "") throw new ExchangeError("invalid_request", `${name} is missing`);
  return value;
}

function requireValue(fields: Record<string, unknown>, name: string, expected: string): void {
  if (text(fields, name) !== expected) throw new ExchangeError("invalid_request", `${name} is not ${expected}`);
}

/** What `GetCallerIdentity` returned about the signer of the request. */
export interface AwsAssertion {
  readonly arn: string;
  readonly account: string;
  readonly userid: string;
}

/** A federated identity's attributes by their full names, such as `google.subject` and `attribute.aws_role`. */
type GoogleAttributes = ReadonlyMap<string, string>;

/** Google's mapping for AWS if a provider declares none. Declaring any attribute replaces the whole mapping. */
const DEFAULT_MAPPING: GoogleAttributes = new Map(Object.entries(AWS_MAPPING));

/** In bytes. https://cloud.google.com/iam/docs/workload-identity-federation#mapping */
const SUBJECT_BYTES = 127;

/** A mapping or condition that cannot be evaluated, or that has a result of the wrong type. */
class AttributeError extends Error {}

/** Whether a mapping may set an attribute with this name. */
function isAttributeName(name: string): boolean {
  return /^(google\.(subject|groups)|attribute\.[a-z0-9_]+)$/.test(name);
}

/** Applies a provider's attribute mapping, CEL expressions over `assertion`. */
export function mapAttributes(declared: GoogleAttributes, assertion: AwsAssertion): GoogleAttributes {
  const mapping = declared.size > 0 ? declared : DEFAULT_MAPPING;
  const variables = { assertion: new Map(Object.entries(assertion)) };
  const mapped = new Map<string, string>();
  for (const [name, expression] of mapping) {
    if (!isAttributeName(name)) throw new AttributeError(`attribute ${name}`);
    const value = evaluate(expression, variables);
    if (typeof value !== "string") throw new AttributeError(`${name} is not a string`);
    mapped.set(name, value);
  }
  const subject = mapped.get("google.subject") ?? "";
  if (subject === "" || Buffer.byteLength(subject) > SUBJECT_BYTES) {
    throw new AttributeError(`google.subject has ${Buffer.byteLength(subject)} bytes, expected 1 to ${SUBJECT_BYTES}`);
  }
  return mapped;
}

/** Whether a provider's attribute condition holds. Without a condition, every mapped identity is accepted. */
export function conditionHolds(
  condition: string | undefined,
  attributes: GoogleAttributes,
  assertion: AwsAssertion,
): boolean {
  if (condition === undefined || condition === "") return true;
  const below = (prefix: string) =>
    new Map(
      [...attributes]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  const value = evaluate(condition, {
    assertion: new Map(Object.entries(assertion)),
    google: below("google."),
    attribute: below("attribute."),
  });
  if (typeof value !== "boolean") throw new AttributeError("the attribute condition is not a boolean");
  return value;
}

function evaluate(expression: string, variables: Record<string, CelInput>): unknown {
  const value = result(expression, variables);
  if (isCelError(value)) throw new AttributeError(`CEL: ${value.message}`);
  return value;
}

function result(expression: string, variables: Record<string, CelInput>): CelResult {
  try {
    return programOf(expression)(variables);
  } catch (error) {
    return celError(error);
  }
}

/** Limit of the cache. A stack has one mapping and one condition for each provider; tests use many. */
const MOST_PROGRAMS = 100;

const programs = new Map<string, ReturnType<typeof plan>>();

/** Parsed once, because parsing takes much longer than an evaluation. */
function programOf(expression: string): ReturnType<typeof plan> {
  const known = programs.get(expression);
  if (known !== undefined) return known;
  const program = plan(celEnv({ funcs: [extract] }), parse(expression));
  if (programs.size >= MOST_PROGRAMS) programs.clear();
  programs.set(expression, program);
  return program;
}

/**
 * Google's own addition to CEL: the text at a template's only placeholder, or an empty text.
 * https://cloud.google.com/iam/docs/conditions-attribute-reference#extract
 */
const extract = celMethod("extract", CelScalar.STRING, [CelScalar.STRING], CelScalar.STRING, function (template) {
  const [, prefix, suffix] = /^([^{}]*)\{[^{}]*\}([^{}]*)$/.exec(template) ?? [];
  if (prefix === undefined || suffix === undefined) throw new AttributeError(`template ${template}`);
  const found = this.indexOf(prefix);
  if (found < 0) return "";
  const start = found + prefix.length;
  const end = suffix === "" ? this.length : this.indexOf(suffix, start);
  return end < 0 ? "" : this.slice(start, end);
});
