import type { PolicyCaller } from "../../../contract/policy-callers";

/** The caller, as a verified token states it. Every string is printable ASCII without spaces, and safe in a header. */
export interface Caller {
  /** The issuer's id in the policy. */
  readonly issuer: string;
  /** `<issuer id>/<client>`; undefined if the policy has no such client. */
  readonly client?: string;
  /** The token's `sub`. */
  readonly subject: string;
  /** Scopes that both token and policy grant, sorted. */
  readonly scopes: readonly string[];
  readonly kind?: "agent" | undefined;
  /** `<issuer id>/<client>` of who uses the token on the subject's behalf, if not the subject's own client. */
  readonly actor?: string | undefined;
  /** Values of the claims that a route may compare with its path. A claim that the token lacks is undefined. */
  readonly pathClaims?: Readonly<Record<string, unknown>> | undefined;
}

/** A caller under its name in the policy. */
export function callerNamed(
  issuer: string,
  subject: string,
  { id, scopes, kind }: Pick<PolicyCaller, "id" | "scopes" | "kind">,
): Caller {
  return { issuer, client: `${issuer}/${id}`, subject, scopes: [...scopes].sort(), kind };
}

/** The decision on a request. The gateway's adapter (`handler/`) translates it into the gateway's format. */
export type Outcome = Allowed | Refusal;

export interface Allowed {
  readonly decision: "allowed";
  readonly reason?: undefined;
  readonly upstreamStatus?: undefined;
  /** Undefined on a public route, which any caller may use. */
  readonly caller?: Caller | undefined;
  /** Whole header value for Cloud Run: `Bearer <Google ID token>`. */
  readonly googleAuthorization: string;
}

/** Thrown by the checks, caught only by `decide`. */
export class Refusal extends Error {
  constructor(
    readonly decision: "unauthenticated" | "forbidden" | "unavailable",
    readonly reason: Reason,
    /** Set if the token was valid and only the caller's rights are missing. */
    readonly caller?: Caller,
    /** HTTP status with which a cloud refused, if one did. */
    readonly upstreamStatus?: number,
  ) {
    // The reason is from a fixed list: the message can carry no token and no claim.
    super(`${decision}: ${reason}`);
  }
}

/** The token does not prove who calls. */
export function unauthenticated(reason: Reason): Refusal {
  return new Refusal("unauthenticated", reason);
}

/** The request is denied: the caller is known, or its identity does not matter. */
export function forbidden(reason: Reason, caller?: Caller): Refusal {
  return new Refusal("forbidden", reason, caller);
}

/** The call cannot be decided now, so the answer must not be cached. */
export function unavailable(reason: Reason, upstreamStatus?: number): Refusal {
  return new Refusal("unavailable", reason, undefined, upstreamStatus);
}

/**
 * Text of an element of AWS STS's XML, or undefined unless the element is there exactly once with such a text. No parser is
 * needed for elements whose text can contain no entity.
 *
 * @param text what the text must match, without groups that capture
 */
export function onlyElement(xml: string, name: string, text: string): string | undefined {
  const [match, second] = xml.matchAll(new RegExp(`<${name}>(${text})</${name}>`, "g"));
  return second ? undefined : match?.[1];
}

/** Reads elements like `onlyElement`, but throws `unavailable` with this reason unless there is exactly one. */
export function elementsOf(xml: string, reason: Reason): (name: string, text: string) => string {
  return (name, text) => {
    const found = onlyElement(xml, name, text);
    if (found === undefined) throw unavailable(reason);
    return found;
  };
}

/** All reasons that a log line may contain. */
export type Reason =
  // The gateway is not wired as the policy expects: never cached, fixed by the next deploy.
  | "route-kind"
  | "identity-sources"
  // The request.
  | "network"
  | "origin"
  | "route-unknown"
  | "path-character"
  | "path-mismatch"
  | "path-ambiguous"
  | "authorization-count"
  | "authorization-shape"
  // The token.
  | "token-size"
  | "token-shape"
  | "token-algorithm"
  | "token-claims"
  | "issuer-unknown"
  | "key-unknown"
  | "keys-unavailable"
  | "caller-identity"
  | "signature"
  | "credentials-expired"
  | "credentials-unknown"
  | "expired"
  | "not-yet-valid"
  | "audience"
  | "token-use"
  | "client-unknown"
  | "subject-shape"
  // The caller's rights.
  | "subject-unknown"
  | "caller-ambiguous"
  | "subject-borrowed"
  | "subject-replaced"
  | "actor-unknown"
  | "client-revoked"
  | "scope"
  | "path-claim"
  // The mint.
  | "aws-credentials"
  | "federation-provider"
  | "assume-role"
  | "token-exchange"
  | "id-token"
  // A bug. Only this reason is logged, because the error itself might quote a token.
  | "internal";
