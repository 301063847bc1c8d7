import { writtenKeys } from "../../contract/route-key";
import { namedBy, type Reached, type RouteKeys, reachedBy } from "../../contract/route-selection";
import type { DeclaredCaller } from "../../intent/model/declared-callers";
import { ANYONE, type Expectation, type ExpectedReason, namedCallers } from "../../intent/model/expectation";
import type { Place } from "../../packages/terraform-access-review/model/place";

/** Who may call which route, according to the ledger or to the answers of a running front door. */
export interface CallAccess {
  readonly callers: readonly DeclaredCaller[];
  /** The callers of the config that the expectations were written for, if it is another one. */
  readonly base?: readonly DeclaredCaller[];
  /** Names of callers that are another caller there. */
  readonly changed?: ReadonlySet<string>;
  /** The routes among which the gateway selects. */
  readonly keys: RouteKeys;
  /** Names of the callers that a route lets pass, and `anyone`. */
  readonly admitted: (route: Asked) => readonly string[];
  /** Why a route refuses a caller. Undefined if that is not known. */
  readonly refusal: (caller: string, route: Asked) => ExpectedReason | undefined;
  /** Addresses of resources that are not read and might open a route. */
  readonly unread?: readonly string[];
}

/** A route with a request that it takes. */
export interface Asked extends Reached {
  /** Position of the segment that is another caller's. Undefined: the path is the caller's own. */
  readonly another?: number;
}

/** One way in which a stack breaks an expectation. */
export interface Breach {
  readonly expectation: Expectation;
  readonly principal: string;
  /** The route, secret or service; or a target of the expectation that does not exist. */
  readonly target: string;
  readonly got: "allowed" | "refused" | "missing";
  /** A request of the expectation's target, if the route has another path. */
  readonly request?: string;
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
  /** Whether the principal is a caller that the base does not know, so that it counts as any caller of its issuer. */
  readonly isNew?: boolean;
}

/** The breaches of an expectation about calls; none if the stack meets it. */
export function brokenCalls(expectation: Expectation, access: CallAccess): readonly Breach[] {
  const { principals, targets, may, only, except, another, because } = expectation;
  const namedIn = (callers: readonly DeclaredCaller[]) => [
    ...principals.flatMap((principal) => namedCallers(principal, callers)),
    // A path is another caller's only for a caller.
    ...(another !== undefined && principals.includes(ANYONE) ? callers.map(({ name }) => name) : []),
  ];
  const named = namedIn(access.callers);
  const byBase = access.base && namedIn(access.base);
  const breach = (
    principal: string,
    got: Breach["got"],
    { key, request }: Reached,
    reason?: ExpectedReason,
  ): Breach => {
    const isOther = request !== key && !targets.some((target) => writtenKeys(key).includes(target));
    return { expectation, principal, target: key, got, ...(isOther && { request }), ...(reason && { reason }) };
  };
  // The variable has the same place in all targets.
  const position = targets[0]?.split("/").indexOf(`{${another}}`);
  const once = (found: readonly Reached[]): readonly Asked[] =>
    found
      .filter(({ key }, index) => found.findIndex((other) => other.key === key) === index)
      .map((route) => (another === undefined || position === undefined ? route : { ...route, another: position }));
  const reached = once(targets.flatMap((target) => reachedBy(target, access.keys, { except })));
  if (!may) {
    const excluded = [...new Set([...named, ...(byBase ?? [])])];
    return [
      ...reached.flatMap((route) => {
        const admitted = access.admitted(route);
        return [
          ...admitted
            .filter((name) => !excluded.includes(name) && isAnyOf(name, excluded, access))
            .map((name) => ({ ...breach(name, "allowed", route), isNew: isDeclared(name, access) })),
          ...excluded.flatMap((name) => {
            if (admitted.includes(name) || admitted.includes(ANYONE)) return [breach(name, "allowed", route)];
            const reason = access.refusal(name, route);
            const isOther = because !== undefined && reason !== undefined && reason !== because;
            return isOther && isDeclared(name, access) ? [breach(name, "refused", route, reason)] : [];
          }),
        ];
      }),
      ...unreadBreaches(expectation, access),
    ];
  }
  const own = targets.map((target) => namedBy(target, access.keys));
  const missing = targets.filter((_, index) => own[index]?.length === 0);
  const others = only
    ? reached.flatMap((route) =>
        access
          .admitted(route)
          // A branch makes no caller one of those that the statement names.
          .filter((name) => !named.includes(name) || byBase?.includes(name) === false || access.changed?.has(name))
          .map((name) => breach(name, "allowed", route)),
      )
    : [];
  return [
    ...missing.map((target) => breach(principals.join(", "), "missing", { key: target, request: target })),
    ...once(own.flat()).flatMap((route) =>
      named
        .filter((name) => !passes(name, access.admitted(route), access))
        .map((name) => breach(name, "refused", route, access.refusal(name, route))),
    ),
    ...others,
    ...(only ? unreadBreaches(expectation, access) : []),
  ];
}

/**
 * Whether a caller could be any of those that a statement excludes: a principal that config does not declare, or a caller
 * that the base does not know or knows as another one, of the same issuer or of an issuer that the base does not know.
 */
function isAnyOf(name: string, excluded: readonly string[], access: CallAccess): boolean {
  if (name === ANYONE) return false;
  if (!isDeclared(name, access)) return true;
  const same = access.base?.filter((caller) => !access.changed?.has(caller.name));
  if (same === undefined || same.some((caller) => caller.name === name)) return false;
  const [issuer] = name.split("/");
  const isKnown = same.some((caller) => caller.issuer === issuer);
  return excluded.some((other) => other !== ANYONE && (!isKnown || other.split("/")[0] === issuer));
}

/** A resource that is not read may open the routes to any caller. */
function unreadBreaches(expectation: Expectation, { unread = [] }: CallAccess): readonly Breach[] {
  return unread.map((address) => ({
    expectation,
    principal: ANYONE,
    target: expectation.targets.join(", "),
    got: "allowed",
    through: `${address} (not read)`,
    from: [{ address, argument: "" }],
    isUnknown: true,
  }));
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
export function gotOf({ expectation: { action }, principal, target, request, got, reason, through }: Breach): string {
  if (got === "missing") return `no ${target}`;
  const what = `${VERBS[action]} ${target}${request === undefined ? "" : ` (which takes ${request})`}`;
  if (got === "allowed") return `${principal} allowed to ${what}${through === undefined ? "" : ` through ${through}`}`;
  return `${principal} not allowed to ${what}${reason === undefined ? "" : ` (${reason})`}`;
}
