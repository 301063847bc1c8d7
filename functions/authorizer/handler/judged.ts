import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { traceIdOf } from "../../../contract/trace-context";
import { Trace } from "../request/log";
import { type Outcome, unavailable } from "../request/outcome";
import type { PathRule } from "../request/path-rule";
import { NONE } from "./context";
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
