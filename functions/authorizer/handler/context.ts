import type { Outcome } from "../request/outcome";

/** Stands for "no value" in a header and in the log. */
export const NONE = "-";

/**
 * The integrations and the access log refer to these as `$context.authorizer.<key>`. Every answer has every key, and
 * none is empty: how a mapping treats a missing key is not documented.
 */
export interface AuthorizerContext {
  readonly googleAuthorization: string;
  readonly subject: string;
  readonly client: string;
  /** Who uses the token on the subject's behalf. */
  readonly actor: string;
  readonly scopes: string;
  readonly issuer: string;
  /** Agents act without a person: logs distinguish them from all other callers. */
  readonly callerKind: "agent" | "client" | "anonymous" | typeof NONE;
  readonly decision: Outcome["decision"];
}

/** Throws for `unavailable`, which both kinds of API answer with 500 and do not cache. */
export function contextOf(outcome: Outcome): AuthorizerContext {
  const { decision, caller } = outcome;
  if (decision === "unavailable") throw new Error(decision);
  const allowed = decision === "allowed";
  return {
    googleAuthorization: allowed ? outcome.googleAuthorization : NONE,
    subject: caller?.subject ?? (allowed ? "anonymous" : NONE),
    client: caller?.client ?? NONE,
    actor: caller?.actor ?? NONE,
    // A refusal does not name the caller's scopes, because that would reveal which ones are missing.
    scopes: (allowed && caller?.scopes.join(" ")) || NONE,
    issuer: caller?.issuer ?? NONE,
    callerKind: caller?.client ? (caller.kind ?? "client") : allowed ? "anonymous" : NONE,
    decision,
  };
}
