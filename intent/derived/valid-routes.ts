import type { Draft } from "./draft";
import { routeKeyFault } from "./route-key";
import { type ExpandedRoute, expandRoutes } from "./routes";

/** Every route of an environment. A key that is no route has a fault of its own; what it might clash with says nothing. */
export function validRoutes({ services }: Pick<Draft, "services">): ExpandedRoute[] {
  return [...services].flatMap(([id, { routes }]) =>
    expandRoutes(
      id,
      [...routes].filter(([key]) => !routeKeyFault(key)),
    ),
  );
}
