import {
  AWS_IAM_LIFE_SECONDS,
  AWS_IAM_PREFIX,
  BINDING_HEADERS,
  SESSION_TOKEN_HEADER,
  SIGNED_HEADERS,
  stsHost,
} from "../../../../contract/aws-iam-token";
import { unauthenticated } from "../../request/outcome";
import { CLOCK_SKEW_SECONDS, nowSeconds } from "../clock";

/** What a token must be bound to. */
export interface Binding {
  /** Host name that the caller's request was sent to. */
  readonly host: string;
  /** Name of this front door. */
  readonly door: string;
  /** The only region whose AWS STS is asked. */
  readonly region: string;
}

/** The headers of a token that passed every check that needs no answer from AWS. */
export interface SignedIdentity {
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

const DATE_HEADER = "x-amz-date";
const AUTHORIZATION_HEADER = "authorization";

/** Captures the day and region of the signature, and the header names that it covers. */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[A-Z0-9]{16,128}\/(\d{8})\/([a-z0-9-]+)\/sts\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=[0-9a-f]{64}$/;

/** Patterns of the members. Only `SESSION_TOKEN_HEADER` may be missing. */
const MEMBERS: ReadonlyMap<string, RegExp> = new Map([
  [AUTHORIZATION_HEADER, AUTHORIZATION],
  ["host", /^[a-z0-9.-]{1,255}$/],
  [DATE_HEADER, /^\d{8}T\d{6}Z$/],
  [SESSION_TOKEN_HEADER, /^[\w/+=-]{1,6000}$/],
  [BINDING_HEADERS.host, /^[a-z0-9.:-]{1,255}$/],
  [BINDING_HEADERS.name, /^[a-z0-9-]{1,100}$/],
  [BINDING_HEADERS.expires, /^\d{10}$/],
]);

export function isAwsIamToken(text: string): boolean {
  return text.startsWith(AWS_IAM_PREFIX);
}

/**
 * Reads a token and checks everything except the signature, which only AWS STS can check. The request itself is not
 * taken from the token, so a token cannot choose another action, host or parameter.
 */
export function readSignedIdentity(token: string, binding: Binding): SignedIdentity {
  const headers = membersOf(token.slice(AWS_IAM_PREFIX.length));
  const [, day, region, signed] = AUTHORIZATION.exec(headers?.[AUTHORIZATION_HEADER] ?? "") ?? [];
  const date = headers?.[DATE_HEADER] ?? "";
  if (headers?.host !== stsHost(binding.region) || region !== binding.region || !date.startsWith(`${day}T`)) {
    throw unauthenticated("token-shape");
  }
  const expected = [...SIGNED_HEADERS, ...(headers[SESSION_TOKEN_HEADER] ? [SESSION_TOKEN_HEADER] : [])];
  if (signed !== expected.sort().join(";")) throw unauthenticated("token-claims");
  if (headers[BINDING_HEADERS.host] !== binding.host || headers[BINDING_HEADERS.name] !== binding.door) {
    throw unauthenticated("audience");
  }
  const expiresAt = Number(headers[BINDING_HEADERS.expires]);
  requireTime(secondsOf(date), expiresAt);
  return { headers, expiresAt };
}

/** Undefined for anything but a JSON object of the known members, each matching its pattern, in canonical base64url. */
function membersOf(encoded: string): Readonly<Record<string, string>> | undefined {
  const bytes = Buffer.from(encoded, "base64url");
  if (bytes.toString("base64url") !== encoded) return undefined;
  try {
    const members = new Map(Object.entries(JSON.parse(bytes.toString("utf8"))));
    const isKnown = [...members].every(([name, value]) => typeof value === "string" && MEMBERS.get(name)?.test(value));
    const isWhole = [...MEMBERS.keys()].every((name) => members.has(name) || name === SESSION_TOKEN_HEADER);
    return isKnown && isWhole ? (Object.fromEntries(members) as Record<string, string>) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds since 1970 of `20261128T093000Z`; not a number for a date that does not exist. */
function secondsOf(date: string): number {
  const time = new Date(date.replace(/(....)(..)(..T..)(..)/, "$1-$2-$3:$4:"));
  // JavaScript reads 30 February as 2 March, which AWS refuses.
  return time.toJSON()?.replace(/[-:]|\.000/g, "") === date ? time.getTime() / 1000 : Number.NaN;
}

function requireTime(signedAt: number, expiresAt: number): void {
  const now = nowSeconds();
  const life = expiresAt - signedAt;
  if (!(life > 0 && life <= AWS_IAM_LIFE_SECONDS)) throw unauthenticated("token-claims");
  if (expiresAt + CLOCK_SKEW_SECONDS < now) throw unauthenticated("expired");
  if (signedAt - CLOCK_SKEW_SECONDS > now) throw unauthenticated("not-yet-valid");
}
