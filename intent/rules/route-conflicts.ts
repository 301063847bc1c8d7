import type { Draft } from "../draft";
import type { Report } from "../finding";
import { routeKeyFault } from "../route-key";
import { type ExpandedRoute, expandRoutes } from "../routes";
import type { Rule } from "../rule";

/** One request has one route, and one route has one Terraform address. */
export const routesAreDistinct: Rule = (draft, report) => {
  const routes = allRoutes(draft);
  const clashing = reportClashes(routes, (route) => `${route.method} ${route.pattern}`, sameRequests, report);
  const others = routes.filter((route) => !clashing.has(route));
  reportClashes(others, (route) => route.address, sameAddress, report);
};

function allRoutes({ services }: Draft): ExpandedRoute[] {
  // A key that is no route has a fault of its own; what it might clash with says nothing.
  const valid = [...services].map(
    ([id, { routes }]) => [id, [...routes].filter(([key]) => !routeKeyFault(key))] as const,
  );
  return valid.flatMap(([id, routes]) => expandRoutes(id, routes));
}

/** Reports each line once, however many methods of an ANY clash. Gives the routes that came second. */
function reportClashes(
  routes: readonly ExpandedRoute[],
  keyOf: (route: ExpandedRoute) => string,
  verdictOn: (route: ExpandedRoute, first: ExpandedRoute) => Parameters<Report>[1],
  report: Report,
): ReadonlySet<ExpandedRoute> {
  const firsts = new Map<string, ExpandedRoute>();
  const reported = new Set<string>();
  const clashing = new Set<ExpandedRoute>();
  for (const route of routes) {
    const first = firsts.get(keyOf(route));
    if (first === undefined) {
      firsts.set(keyOf(route), route);
      continue;
    }
    clashing.add(route);
    const line = JSON.stringify([route.serviceId, route.written]);
    if (reported.has(line)) continue;
    reported.add(line);
    report(["services", route.serviceId, "routes", route.written], verdictOn(route, first));
  }
  return clashing;
}

function sameRequests(route: ExpandedRoute, first: ExpandedRoute) {
  return {
    got: `${route.key}, which matches the same requests as ${first.written} of ${first.serviceId}`,
    expected: "one route a method and path, whatever its variables are called",
    remedy: "remove one of the two",
  };
}

function sameAddress(route: ExpandedRoute, first: ExpandedRoute) {
  return {
    got: `${route.key}, whose Terraform address ${route.address} is that of ${first.written} of ${first.serviceId}`,
    expected: "an address of its own",
    remedy: "rename a segment of the path, or the variable in it",
  };
}
