import { isDeepStrictEqual } from "node:util";
import type { RouteAccess, ScopedAccess } from "../../contract/route-access";
import { commonPath, keysOfOne, type RouteKeys, reachedBy } from "../../contract/route-selection";
import { isNoStricter } from "../../contract/scope-need";
import { clashes } from "../derived/clashes";
import type { Draft, Rule, ServiceDraft } from "../derived/draft";
import { routeKeyFault, validRoutes } from "../derived/route-key";
import { type ExpandedRoute, expandRoutes, pathPattern, splitRouteKey } from "../derived/routes";
import { accessOf } from "../derived/scopes";
import { nearest } from "../model/nearest";
import type { Report } from "../source/finding";

/** Reports route keys that API Gateway would refuse, or whose requests would never reach the service. */
export const routeKeysAreValid: Rule = ({ routes }, report) => {
  for (const { key, path } of routes) {
    const fault = routeKeyFault(key);
    if (fault) report(path, fault);
  }
};

/** A request matches one route, and a route has one Terraform address. */
export const routesAreDistinct: Rule = (draft, report) => {
  const routes = validRoutes(draft);
  const clashing = reportClashes(routes, (route) => `${route.method} ${route.pattern}`, sameRequests, report);
  const others = routes.filter((route) => !clashing.has(route));
  reportClashes(others, (route) => route.address, sameAddress, report);
};

/** Reports each line once, however many methods of an ANY clash. Returns the routes that clash. */
function reportClashes(
  routes: readonly ExpandedRoute[],
  keyOf: (route: ExpandedRoute) => string,
  verdictOn: (route: ExpandedRoute, other: ExpandedRoute) => Parameters<Report>[1],
  report: Report,
): ReadonlySet<ExpandedRoute> {
  const found = clashes(routes, keyOf);
  const lines = new Set<string>();
  for (const { claim, other } of found) {
    const line = JSON.stringify([claim.serviceId, claim.written]);
    if (!lines.has(line)) report(["services", claim.serviceId, "routes", claim.written], verdictOn(claim, other));
    lines.add(line);
  }
  return new Set(found.map(({ claim }) => claim));
}

function sameRequests(route: ExpandedRoute, other: ExpandedRoute) {
  return {
    got: `${route.key}, which matches the same requests as ${other.written} of ${other.serviceId}`,
    expected: "one route for each method and path (variable names do not count)",
    remedy: "remove one of the two",
  };
}

function sameAddress(route: ExpandedRoute, other: ExpandedRoute) {
  return {
    got: `${route.key}, whose Terraform address ${route.address} is that of ${other.written} of ${other.serviceId}`,
    expected: "a unique address",
    remedy: "rename a segment of the path, or the variable in it",
  };
}

/** A service without callers would need a role that no principal may assume. AWS refuses such a role. */
export const servicesHaveRoutes: Rule = ({ services }, report) => {
  for (const [id, { routes }] of services) {
    if (routes.size > 0) continue;
    report(["services", id, "routes"], {
      got: "no route",
      expected: "at least one",
      remedy: `add a route, or remove the service from an environment with ${id}: null`,
    });
  }
};

/** Each route must set its access: an omission never makes a route public. */
export const routesHaveOneAccess: Rule = ({ routes, services }, report) => {
  for (const { service, key, config, path } of routes) {
    const { scopes, access } = config;
    if (scopes === undefined && access === undefined) {
      const others = services.get(service)?.routes.keys() ?? [];
      report(path, {
        got: "neither scopes nor access",
        expected: "scopes, or access: public",
        remedy: `${meant(key, others)}add the scopes that may call it, as in scopes: [${service}/read], or set access: public`,
      });
    }
    if (scopes !== undefined && access !== undefined) {
      report(path, {
        got: "scopes and access: public",
        expected: "one of the two",
        remedy: "remove access to require scopes, or remove scopes to allow any caller",
      });
    }
  }
};

/** If an overlay misspells the key of a route in the base, it declares a new route without access. */
function meant(key: string, keys: Iterable<string>): string {
  const other = nearest(key, keys);
  return other === undefined ? "" : `did you mean ${JSON.stringify(other)}? Otherwise `;
}

/**
 * The gateway distinguishes `/orders`, `/Orders` and `/orders.json`. Many frameworks do not, whatever the method. The
 * authorizer cannot help on a path without variables, so such routes must allow the same callers.
 */
export const twinRoutesHaveOneAccess: Rule = (draft, report) => {
  for (const [id, service] of draft.services) {
    const literal = readRoutes(id, service).filter(({ path }) => !path.includes("{"));
    const reported = new Set<string>();
    for (const route of literal) {
      const twin = literal.find((other) => isLooseTwin(other.path, route.path) && !isSame(other, route));
      if (twin === undefined || reported.has(route.written)) continue;
      reported.add(route.written);
      report(["services", id, "routes", route.written], {
        got: `${route.key} with other callers than ${twin.written}`,
        expected:
          "the same access for paths that differ only in case or extension: frameworks can treat them as one path",
        remedy: "give both the same scopes, or rename one of the paths",
      });
    }
  }
};

/** Frameworks serve HEAD with the handler of GET, so HEAD must not allow callers that GET refuses. */
export const headIsNoWiderThanGet: Rule = (draft, report) => {
  for (const [id, service] of draft.services) {
    const all = readRoutes(id, service);
    for (const head of all.filter(({ method }) => method === "HEAD")) {
      const get = all.find(({ method, pattern }) => method === "GET" && pattern === head.pattern);
      if (get === undefined || isWithin(head, get)) continue;
      report(["services", id, "routes", head.written], {
        got: `${head.key}, open to callers whom ${get.written} refuses`,
        expected: "a HEAD that admits no more callers than the GET of its path: frameworks run the same handler",
        remedy: `use only scopes of ${get.written}`,
      });
    }
  }
};

/**
 * The requests of an operation that has no route must not get to its service by another route: a wider one, or one that
 * frameworks treat as the same path. Reports each such route once.
 */
export const unroutedOperationsStayClosed: Rule = (draft, report) => {
  for (const [taker, [key = "", ...more]] of groupedByTaker(draft, validRoutes(draft))) {
    const others = more.length === 0 ? "" : `, and of ${more.length} more`;
    report(["services", taker.serviceId, "routes", taker.written], {
      got: `${taker.key}, which takes requests of ${key}${others}: operations of the service's document without a route`,
      expected: "no other way to an operation that config or the front door leaves out",
      remedy: `write ${key} in config with its access, or change this route`,
    });
  }
};

/** Keys of operations without a route, by the route of their service that takes their requests. */
function groupedByTaker({ unrouted, gateway }: Draft, routes: readonly ExpandedRoute[]) {
  const found = new Map<ExpandedRoute, string[]>();
  for (const { service, key } of unrouted) {
    const own = routes.filter(({ serviceId }) => serviceId === service);
    const taker = takerOf(key, own, (...more) => keysOfOne(gateway.kind, [...routes.map((each) => each.key), ...more]));
    if (taker !== undefined) found.set(taker, [...(found.get(taker) ?? []), key]);
  }
  return found;
}

function takerOf(key: string, own: readonly ExpandedRoute[], keysWith: (...more: readonly string[]) => RouteKeys) {
  const { method = "", path = "" } = splitRouteKey(key) ?? {};
  const isMet = own.some(
    (each) =>
      each.method === method && commonPath(each.path.slice(1).split("/"), path.slice(1).split("/")) !== undefined,
  );
  // Most operations meet no route. To ask which route takes each request would be slow for them.
  const narrower = new Set(isMet ? reachedBy(key, keysWith(key)).map((each) => each.key) : []);
  const reached = isMet ? reachedBy(key, keysWith()).filter((each) => !narrower.has(each.key)) : [];
  return own.find(
    (each) =>
      (each.method === method && each.pattern === pathPattern(path) && each.written !== key) ||
      reached.some((wider) => wider.key === each.key) ||
      isLooseTwin(each.path, path),
  );
}

/** Whether two different paths without variables can be one path for a framework. */
function isLooseTwin(one: string, other: string): boolean {
  return one !== other && !`${one}${other}`.includes("{") && loose(one) === loose(other);
}

function loose(path: string): string {
  return path.toLowerCase().replace(/\.[^/]*$/, "");
}

interface ReadRoute extends ExpandedRoute {
  readonly access: RouteAccess;
}

/** The routes whose access could be read. */
function readRoutes(id: string, { routes }: ServiceDraft): ReadRoute[] {
  return expandRoutes(id, routes).flatMap((route) => {
    const access = accessOf(route.config);
    return access === undefined ? [] : [{ ...route, access }];
  });
}

function isSame(a: ReadRoute, b: ReadRoute): boolean {
  return isWithin(a, b) && isWithin(b, a);
}

/** Whether every caller of the first route may call the second. */
function isWithin({ access: few }: ReadRoute, { access: many }: ReadRoute): boolean {
  if (many === "public") return true;
  if (few === "public" || !comparesAsMuch(few, many)) return false;
  return few.scopes.every((need) => many.scopes.some((other) => isNoStricter(other, need)));
}

/** Whether a path that the first access takes is also compared as the second one asks. */
function comparesAsMuch({ where: few = {} }: ScopedAccess, { where: many = {} }: ScopedAccess): boolean {
  return Object.entries(many).every(([variable, claim]) => isDeepStrictEqual(few[variable], claim));
}
