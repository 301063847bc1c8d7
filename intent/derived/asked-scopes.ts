import type { RouteConfig } from "../schema/config";
import type { Draft } from "./draft";
import { scopesOf } from "./routes";

/** Who may call a route: any caller, or one that has one of these scopes. */
export type Access = "public" | ReadonlySet<string>;

/** Who may call a route; undefined where it does not say, or says two things. */
export function accessOf(route: RouteConfig): Access | undefined {
  if (route === "public") return route;
  if ((route.scopes === undefined) === (route.access === undefined)) return undefined;
  return route.access ?? new Set(route.scopes);
}

/** The scopes that a service's routes ask for. */
export function askedScopes({ services }: Draft, id: string): readonly string[] {
  return [...(services.get(id)?.routes.values() ?? [])].flatMap(scopesOf);
}
