import type { Draft, RouteDraft } from "./draft";
import type { Path } from "./located";

type Readable = Pick<Draft, "isUnread">;

/** Who may call a route: anybody, or whoever has one of these scopes. */
export type Access = "public" | ReadonlySet<string>;

/** The scopes that a route asks for, none where it is public; undefined where they cannot be read so far. */
export function scopesAt({ isUnread }: Readable, path: Path, route: RouteDraft | undefined): string[] | undefined {
  if (route === undefined || isUnread([...path, "scopes"])) return undefined;
  const scopes = route === "public" ? [] : (route.scopes ?? []);
  const known = scopes.filter((scope) => scope !== undefined);
  return known.length === scopes.length ? known : undefined;
}

/** Who may call a route; undefined where it does not say, says two things, or cannot be read so far. */
export function accessAt(draft: Readable, path: Path, route: RouteDraft | undefined): Access | undefined {
  const scopes = scopesAt(draft, path, route);
  if (route === undefined || route === "public") return route;
  if (scopes === undefined || draft.isUnread([...path, "access"])) return undefined;
  if ((route.scopes === undefined) === (route.access === undefined)) return undefined;
  return route.access ?? new Set(scopes);
}

/** The scopes that a service's routes ask for; undefined where a route, or all of them, cannot be read so far. */
export function askedScopes(draft: Draft, id: string): readonly string[] | undefined {
  const path = ["services", id, "routes"];
  if (draft.isUnread(path)) return undefined;
  const routes = [...(draft.services.get(id)?.routes ?? [])];
  const asked = routes.map(([key, route]) => scopesAt(draft, [...path, key], route));
  return asked.every((scopes) => scopes !== undefined) ? asked.flat() : undefined;
}
