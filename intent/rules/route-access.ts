import type { Rule } from "../derived/rule";
import { nearest } from "../model/nearest";

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
export const routesHaveOneAccess: Rule = (draft, report) => {
  for (const [id, { routes }] of draft.services) {
    for (const [key, route] of routes) {
      if (route === "public") continue;
      const path = ["services", id, "routes", key];
      const given = [route.scopes, route.access].filter((each) => each !== undefined).length;
      if (given === 0) {
        report(path, {
          got: "neither scopes nor access",
          expected: "scopes, or access: public",
          remedy: `${meant(key, routes.keys())}add the scopes that may call it, as in scopes: [${id}/read], or set access: public`,
        });
      }
      if (given === 2) {
        report(path, {
          got: "scopes and access: public",
          expected: "one of the two",
          remedy: "remove access to require scopes, or remove scopes to allow any caller",
        });
      }
    }
  }
};

/** If an overlay misspells the key of a route in the base, it declares a new route without access. */
function meant(key: string, keys: Iterable<string>): string {
  const other = nearest(key, keys);
  return other === undefined ? "" : `did you mean ${JSON.stringify(other)}? Otherwise `;
}
