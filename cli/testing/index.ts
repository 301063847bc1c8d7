// biome-ignore-all lint/performance/noBarrelFile: the door of `cloud-front-door/testing`.
import { ANYONE } from "../../intent/model/expectation";
import { suggestion } from "../../intent/model/nearest";
import type { TestedEnvironment } from "./environment";

/** Tests of who may call what: `expect(await environment("prod")).toLet("customers/web").call("GET /orders")`. */
export { environment, type TestedEnvironment } from "./environment";

/**
 * An expectation that does not hold. No `AssertionError`: Jest and node:test print its unset values under the message, as
 * `Expected value undefined`.
 */
class AccessError extends Error {
  override readonly name = "AccessError";

  constructor(message: string) {
    super(message);
    // So that a runner shows the line of the test, not one of this file.
    this.stack = this.stack
      ?.split("\n")
      .filter((line) => !line.includes(__filename))
      .join("\n");
  }
}

/** The expectations about an environment. Each method throws if it does not hold. */
export interface AccessExpectation {
  /** A caller as in `access.md`, such as `customers/web`, or `anyone`. */
  toLet(caller: string): {
    /** It may call each of these routes. */
    call(...routes: readonly [string, ...string[]]): void;
    /** It may call these routes and no other. Public routes count only for `anyone`. */
    callOnly(...routes: readonly string[]): void;
  };
  toRefuse(caller: string): {
    /** It may call none of these routes. */
    call(...routes: readonly [string, ...string[]]): Refused;
    /** It may call none of these routes under a path that is another caller's, by `where` of the route. */
    callAnother(...routes: readonly [string, ...string[]]): void;
  };
  /** The whole table: each route with its callers. A public route has `anyone`, one without callers an empty list. */
  toAllow(table: Readonly<Record<string, readonly string[]>>): void;
}

export interface Refused {
  /** The reason of each refusal, as the authorizer logs it: `scope`, `client-revoked`, `authorization-count`. */
  because(reason: string): void;
}

/** Chains that have not asserted anything yet: `expect(prod).toLet("customers/web")` alone would always pass. */
let unfinished: string | undefined;

/** @throws AccessError if the last expectation had no end */
export function requireEnd(): void {
  const started = unfinished;
  unfinished = undefined;
  if (started !== undefined) throw new AccessError(`${started} asserts nothing\n    end it with .call(route)`);
}

const { afterEach } = globalThis as { afterEach?: (check: () => void) => void };
// Jest, Vitest and Mocha have `afterEach`. Without it, the next expectation or the end of the process reports a chain.
if (typeof afterEach === "function") afterEach(requireEnd);
process.once("exit", () => {
  if (unfinished === undefined) return;
  console.error(`${unfinished} asserts nothing\n    end it with .call(route)`);
  process.exitCode = 1;
});

export function expect(tested: TestedEnvironment): AccessExpectation {
  requireEnd();
  const { name, access, callers, reason, ownPaths, ledger } = tested;
  const fail = (lines: readonly string[]) => {
    if (lines.length > 0)
      throw new AccessError([...lines, `    ${ledger} lists every route with its callers`].join("\n"));
  };
  /** A misspelt name would make a refusal pass. */
  const known = (what: string, given: string, names: readonly string[]) => {
    if (names.includes(given)) return;
    unfinished = undefined;
    fail([`${name}: ${what} ${JSON.stringify(given)} does not exist; ${suggestion(given, names)}`]);
  };
  const start = (words: string, caller: string) => {
    unfinished = words;
    known("caller", caller, callers);
  };
  const passes = (caller: string, route: string) =>
    access[route]?.includes(ANYONE) === true || access[route]?.includes(caller) === true;
  const ended = (routes: readonly string[]) => {
    unfinished = undefined;
    for (const route of routes) known("route", route, Object.keys(access));
  };
  return {
    toLet: (caller) => {
      start(`expect(${name}).toLet(${JSON.stringify(caller)})`, caller);
      return {
        call: (...routes) => {
          ended(routes);
          const refused = routes.filter((route) => !passes(caller, route));
          fail(refused.map((route) => `${name}: ${caller} may not call ${route} (${reason(caller, route)})`));
        },
        callOnly: (...routes) => {
          ended(routes);
          const own = Object.keys(access).filter((route) => access[route]?.includes(caller));
          fail([
            ...routes
              .filter((route) => !own.includes(route))
              .map((route) => `${name}: ${caller} may not call ${route}`),
            ...own.filter((route) => !routes.includes(route)).map((route) => `${name}: ${caller} may call ${route}`),
          ]);
        },
      };
    },
    toRefuse: (caller) => {
      start(`expect(${name}).toRefuse(${JSON.stringify(caller)})`, caller);
      return {
        callAnother: (...routes) => {
          ended(routes);
          const open = routes.filter((route) => passes(caller, route) && !ownPaths.includes(route));
          fail(open.map((route) => `${name}: ${caller} may call ${route} under another caller's path`));
        },
        call: (...routes) => {
          ended(routes);
          fail(routes.filter((route) => passes(caller, route)).map((route) => `${name}: ${caller} may call ${route}`));
          return {
            because: (expected) =>
              fail(
                routes
                  .filter((route) => reason(caller, route) !== expected)
                  .map(
                    (route) =>
                      `${name}: ${caller} is refused at ${route} because of ${reason(caller, route)}, expected ${expected}`,
                  ),
              ),
          };
        },
      };
    },
    toAllow: (table) => {
      ended(Object.keys(table));
      const text = (list: readonly string[] = []) => [...list].sort().join(", ") || "no caller";
      fail(
        Object.keys(access)
          .filter((route) => table[route] === undefined || text(access[route]) !== text(table[route]))
          .map((route) => {
            const expected = table[route] === undefined ? "no such route" : text(table[route]);
            return `${name}: ${route}: got ${text(access[route])}, expected ${expected}`;
          }),
      );
    },
  };
}
