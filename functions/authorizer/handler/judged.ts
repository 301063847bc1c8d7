import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { traceIdOf } from "../../../contract/trace-context";
import { Trace } from "../request/log";
import { type Outcome, unavailable } from "../request/outcome";
import type { PathRule } from "../request/path-rule";
import type { AuthorizationRequest, Decider } from "./decide";

export interface HandlerProps {
  readonly kind: "callers" | "public";
  readonly policy: AuthorizerPolicy;
  /** Path rules of the policy's routes, by route key. */
  readonly rules: ReadonlyMap<string, PathRule>;
  readonly decider: Decider;
  readonly write: (line: string) => void;
}

/** What both kinds of API have in an event. Any part may be missing in an event that does not come from the gateway. */
interface Called {
  /** Route key. */
  readonly key: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly requestId: string | undefined;
  /** The caller's `traceparent` header, if it sent exactly one. */
  readonly traceparent: string | undefined;
}

/** A request of a route in the policy, without the values that depend on the kind of API. */
export type KnownRequest = Omit<AuthorizationRequest, "authorization">;

/**
 * The decision of `judge` on a call, which is given the call's route if the policy has it. Writes one log line, and never
 * rejects: an unexpected error becomes `unavailable`.
 */
export async function judged(
  { policy, rules, write }: HandlerProps,
  { key, path, host = "", requestId = NONE, traceparent }: Called,
  judge: (known: KnownRequest | undefined, trace: Trace) => Promise<Outcome>,
): Promise<Outcome> {
  const pathRule = rules.get(key);
  const route = pathRule && policy.routes[key];
  const { service } = route ?? { service: NONE };
  const subject = { requestId, route: route ? key : NONE, service, traceId: traceIdOf(traceparent) };
  const trace = new Trace(subject, write);
  const outcome = await judge(route && { route, pathRule, path, host }, trace).catch(() => unavailable("internal"));
  trace.finish(outcome);
  return outcome;
}

/** Stands for "no value" in a header and in the log. */
const NONE = "-";

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

/** The values of a header in an event's headers, under any spelling of its name, which is given in lower case. */
export function headerValues(
  headers: Readonly<Record<string, string | readonly string[] | undefined>> | null | undefined,
  wanted: string,
): readonly string[] {
  return Object.entries(headers ?? {}).flatMap(([name, values]) =>
    name.length === wanted.length && name.toLowerCase() === wanted ? (values ?? []) : [],
  );
}
