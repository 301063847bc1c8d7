import { headerValues, type LocalRequest } from "../net/local-http";

/** A signed `GetCallerIdentity`, as the caller wants Google to send it. */
export interface CallerIdentityRequest {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface ExchangeRequest {
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
