import { isNoStricter } from "../../contract/scope-need";
import type { ServiceDraft } from "../derived/draft";
import { type ExpandedRoute, expandRoutes } from "../derived/routes";
import type { Rule } from "../derived/rule";
import { type Access, accessOf } from "../derived/scopes";

/**
 * The gateway distinguishes `/orders`, `/Orders` and `/orders.json`. Many frameworks do not, whatever the method. The
 * authorizer cannot help on a path without variables, so such routes must allow the same callers.
 */
export const twinRoutesHaveOneAccess: Rule = (draft, report) => {
  for (const [id, service] of draft.services) {
    const literal = readRoutes(id, service).filter(({ path }) => !path.includes("{"));
    const reported = new Set<string>();
    for (const route of literal) {
      const twin = literal.find(
        (other) => other.path !== route.path && loose(other.path) === loose(route.path) && !isSame(other, route),
      );
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

function loose(path: string): string {
  return path.toLowerCase().replace(/\.[^/]*$/, "");
}

interface ReadRoute extends ExpandedRoute {
  readonly access: Access;
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
  return few !== "public" && few.every((need) => many.some((other) => isNoStricter(other, need)));
}
