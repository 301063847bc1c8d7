import type { DeclaredCaller } from "../../intent/model/declared-callers";
import { ANYONE, type Expectation, type ExpectedReason, isTarget, namedCallers } from "../../intent/model/expectation";
import type { Place } from "../../packages/terraform-access-review/model/place";

/** Who may call which route, according to the ledger or to the answers of a running front door. */
export interface CallAccess {
  readonly callers: readonly DeclaredCaller[];
  readonly routes: readonly string[];
  /** Names of the callers that a route lets pass, and `anyone`. */
  readonly admitted: (route: string) => readonly string[];
  /** Why a route refuses a caller. Undefined if that is not known. */
  readonly refusal: (caller: string, route: string) => ExpectedReason | undefined;
}

/** One way in which a stack breaks an expectation. */
export interface Breach {
  readonly expectation: Expectation;
  readonly principal: string;
  /** The route, secret or service; or a target of the expectation that does not exist. */
  readonly target: string;
  readonly got: "allowed" | "refused" | "missing";
  /** The reason of a refusal. */
  readonly reason?: ExpectedReason;
  /** The grants that lead there, in words. */
  readonly through?: string;
  /** The resources and arguments of these grants. */
  readonly from?: readonly Place[];
  /** Address of the secret or service. */
  readonly declaration?: string;
  /** Whether a role or a resource on the way is not known, so that it counts as access. */
  readonly isUnknown?: boolean;
}

/** The breaches of an expectation about calls; none if the stack meets it. */
export function brokenCalls(expectation: Expectation, access: CallAccess): readonly Breach[] {
  const { principals, targets, may, only } = expectation;
  const named = principals.flatMap((principal) => namedCallers(principal, access.callers));
  const routes = access.routes.filter((route) => targets.some((target) => isTarget(target, route)));
  const missing = targets.filter((target) => !access.routes.some((route) => isTarget(target, route)));
  const breach = (principal: string, target: string, got: Breach["got"], reason?: ExpectedReason): Breach => {
    return { expectation, principal, target, got, ...(reason && { reason }) };
  };
  if (may) {
    return [
      ...missing.map((target) => breach(principals.join(", "), target, "missing")),
      ...routes.flatMap((route) => {
        const admitted = access.admitted(route);
        const refused = named.filter((name) => !passes(name, admitted, access));
        const others = only ? admitted.filter((name) => !named.includes(name)) : [];
        return [
          ...refused.map((name) => breach(name, route, "refused", access.refusal(name, route))),
          ...others.map((name) => breach(name, route, "allowed")),
        ];
      }),
    ];
  }
  return routes.flatMap((route) => {
    const admitted = access.admitted(route);
    return [
      // An undeclared principal could be any of the declared ones.
      ...admitted.filter((name) => !isDeclared(name, access)).map((name) => breach(name, route, "allowed")),
      ...named.flatMap((name) => {
        if (admitted.includes(name) || admitted.includes(ANYONE)) return [breach(name, route, "allowed")];
        const reason = access.refusal(name, route);
        const isOther = expectation.because !== undefined && reason !== undefined && reason !== expectation.because;
        return isOther && isDeclared(name, access) ? [breach(name, route, "refused", reason)] : [];
      }),
    ];
  });
}

/** Also callers of public routes must be declared: a name that this environment lacks may not do anything. */
function passes(name: string, admitted: readonly string[], access: CallAccess): boolean {
  return isDeclared(name, access) && (admitted.includes(name) || admitted.includes(ANYONE));
}

function isDeclared(name: string, { callers }: CallAccess): boolean {
  return name === ANYONE || callers.some((caller) => caller.name === name);
}

const VERBS = { call: "call", readSecrets: "read the secret", invoke: "invoke" } as const;

/** The actual behaviour in words: `customers/web allowed to call POST /orders`. */
export function gotOf({ expectation: { action }, principal, target, got, reason, through }: Breach): string {
  if (got === "missing") return `no ${target}`;
  const what = `${VERBS[action]} ${target}`;
  if (got === "allowed") return `${principal} allowed to ${what}${through === undefined ? "" : ` through ${through}`}`;
  return `${principal} not allowed to ${what}${reason === undefined ? "" : ` (${reason})`}`;
}
