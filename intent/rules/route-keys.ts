import { routeKeyFault } from "../derived/route-key";
import type { Rule } from "./rule";

/** A route key that API Gateway would refuse, or that a service behind it would never see. */
export const routeKeysAreValid: Rule = ({ services }, report) => {
  for (const [id, { routes }] of services) {
    for (const key of routes.keys()) {
      const fault = routeKeyFault(key);
      if (fault) report(["services", id, "routes", key], fault);
    }
  }
};
