import type { ScopedAccess, Where } from "../../contract/route-access";
import { isNoStricter, type ScopeNeed, scopesNamed, scopesOfNeed } from "../../contract/scope-need";
import { METHODS } from "../model/methods";
import { namedAs, routeAddress } from "../model/names";
import type { RouteConfig } from "../schema/config";
import type { Path } from "../source/located";

/** One route of API Gateway, and the line of the config it came from. */
export interface ExpandedRoute {
  readonly serviceId: string;
  /** Route key as written in config: `ANY /carts/{id}`. */
  readonly written: string;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly address: string;
  /** The path without the names of its variables. Two routes with the same pattern match the same requests. */
  readonly pattern: string;
  readonly config: RouteConfig;
  /** Terraform address before the route or its service was renamed. */
  readonly previousAddress?: string;
}

/** Splits `GET /orders/{id}`. Undefined if the text is not a method and a path. */
export function splitRouteKey(key: string): { method: string; path: string } | undefined {
  const match = /^(\S+) (\S+)$/.exec(key);
  return match ? { method: match[1] ?? "", path: match[2] ?? "" } : undefined;
}

/** `/orders/{id}` and `/orders/{orderId}` both become `/orders/{}`. */
export function pathPattern(path: string): string {
  return path.replace(/\{[^{}]*?(\+?)\}/g, "{$1}");
}

/** The needs of which a caller of the route must meet one; none if it is public. */
export function needsOf(route: RouteConfig): readonly ScopeNeed[] {
  return simplest(asWritten(route).map(({ need }) => need));
}

/** Who may call a route that has scopes. */
export function scopedAccess(route: RouteConfig): ScopedAccess {
  const { where } = route;
  return { scopes: needsOf(route), ...(where && { where: pathClaimsOf(where) }) };
}

function pathClaimsOf(where: NonNullable<RouteConfig["where"]>): Where {
  const bound = Object.entries(where).map(([variable, claim]) => [
    variable,
    typeof claim === "string" ? { claim: nameOf(claim) } : { claim: nameOf(claim.in), list: true as const },
  ]);
  return Object.fromEntries(bound.sort(([one = ""], [other = ""]) => (one < other ? -1 : 1)));
}

/** `tenant_id` of `claim.tenant_id`. */
function nameOf(claim: string): string {
  return claim.slice(claim.indexOf(".") + 1);
}

/** The scopes that a route asks for, alone or with others; none if it is public. */
export function scopesOf(route: RouteConfig): readonly string[] {
  return scopesNamed(needsOf(route));
}

/** A route's needs with their paths in the route's config. */
export function asWritten(route: RouteConfig): readonly { readonly need: ScopeNeed; readonly path: Path }[] {
  const { scopes } = route;
  if (scopes === undefined) return [];
  if (!Array.isArray(scopes)) return [{ need: scopes, path: ["scopes"] }];
  return scopes.map((need, index) => ({ need, path: ["scopes", index] }));
}

/** Sorted, without repetitions, and without needs that are stricter than another one. */
function simplest(needs: readonly ScopeNeed[]): readonly ScopeNeed[] {
  const each = new Map(needs.map((need) => scopesNamed([need])).map((scopes) => [scopes.join(" "), scopes]));
  const sets = [...each].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, scopes]) => scopes);
  const all = sets.map((scopes): ScopeNeed => (scopes.length === 1 ? (scopes[0] ?? "") : { allOf: scopes }));
  return all.filter((need) => !all.some((other) => other !== need && isNoStricter(other, need)));
}

/** Every scope of a route with its path in the route's config. */
export function writtenScopes(route: RouteConfig): readonly { readonly scope: string; readonly path: Path }[] {
  return asWritten(route).flatMap(({ need, path }) =>
    typeof need === "string"
      ? [{ scope: need, path }]
      : scopesOfNeed(need).map((scope, index) => ({ scope, path: [...path, "allOf", index] })),
  );
}

/** A service's routes, one per method. `ANY` leaves out the methods that the service declares for the same path. */
export function expandRoutes(
  serviceId: string,
  routes: Iterable<readonly [string, RouteConfig]>,
  service?: { readonly previousName?: string },
): ExpandedRoute[] {
  const written = [...routes].flatMap(([key, config]) => {
    const parts = splitRouteKey(key);
    return parts ? [{ ...parts, written: key, config, pattern: pathPattern(parts.path) }] : [];
  });
  const declared = new Set(written.map(({ method, pattern }) => `${method} ${pattern}`));
  return written.flatMap((route) => {
    const methods =
      route.method === "ANY" ? METHODS.filter((method) => !declared.has(`${method} ${route.pattern}`)) : [route.method];
    return methods.map((method) => {
      const address = routeAddress(serviceId, method, route.path);
      const previousAddress = previousAddressOf(namedAs(serviceId, service), method, route);
      return {
        ...route,
        serviceId,
        method,
        key: `${method} ${route.path}`,
        address,
        ...(previousAddress !== undefined && previousAddress !== address && { previousAddress }),
      };
    });
  });
}

/** `previousName: ANY /a` names the former route of each method. `GET /a` on an `ANY` names that of GET only. */
function previousAddressOf(
  serviceId: string,
  method: string,
  { method: written, path, config }: Pick<ExpandedRoute, "method" | "path" | "config">,
): string | undefined {
  const before = splitRouteKey(config.previousName ?? "");
  if (before === undefined || before.method === "ANY") return routeAddress(serviceId, method, before?.path ?? path);
  return written === "ANY" && before.method !== method
    ? undefined
    : routeAddress(serviceId, before.method, before.path);
}
