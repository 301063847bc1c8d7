import type { AuthorizerPolicy, PolicyRoute } from "../../../contract/policy-file";
import { matchesExactly } from "../../../contract/route-pattern";
import { isAnyMet } from "../../../contract/scope-need";
import type { Caller } from "../../../functions/authorizer/request/outcome";
import { type PathRule, pathRules, requireOwnPath } from "../../../functions/authorizer/request/path-rule";
import { nearest } from "../../../intent/model/nearest";
import { usageError } from "../../process/command-error";

/** The value of every variable in a route. No resource is likely to have this name, and a 404 of the service will do. */
export const SAMPLE = "front-door-probe";

/** A GET route of the policy, with a path that calls it. */
export interface ProbeRoute extends PolicyRoute {
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** `/orders/front-door-probe`. */
  readonly path: string;
  readonly hasVariable: boolean;
  /** Whether the last segment is a variable, for one segment or for all remaining ones. */
  readonly endsInVariable: boolean;
}

/**
 * The routes that probes may use, best first: those of `--route`, then public before scoped, literal before variable. A
 * probe takes the first suitable one.
 *
 * @param asked `GET /orders/42`, or a route key
 */
export function probeRoutes(policy: AuthorizerPolicy, asked: readonly string[]): readonly ProbeRoute[] {
  const rules = getRules(policy);
  const preferred = asked.map((text) => askedRoute(text, policy, rules));
  const others = rules
    .map(([key, rule]) => routeOf(policy, key, rule, pathOf(key).replace(/\{[^}]+\}/g, SAMPLE)))
    .filter((route) => route !== undefined)
    .sort((one, other) => rank(one) - rank(other));
  return [...preferred, ...others.filter(({ key }) => !preferred.some((route) => route.key === key))];
}

export function isPublic({ access }: PolicyRoute): boolean {
  return access === "public";
}

/**
 * Whether the caller's scopes open the route with the sample path. False for a public route, which needs no scope, and for
 * one that compares its path with claims.
 */
export function mayCall(caller: Caller | undefined, route: PolicyRoute): boolean {
  const { access } = route;
  return access !== "public" && !comparesPath(route) && isAnyMet(access.scopes, caller?.scopes ?? []);
}

/** Whether the route compares its path with claims of the caller. */
export function comparesPath({ access }: PolicyRoute): boolean {
  return access !== "public" && access.where !== undefined;
}

/** The key of the GET route that a decoded path may pass as; undefined if there is none. */
export function permittedRoute(policy: AuthorizerPolicy, path: string): string | undefined {
  return getRules(policy).find(([key, rule]) => routeOf(policy, key, rule, path) !== undefined)?.[0];
}

function askedRoute(
  text: string,
  policy: AuthorizerPolicy,
  rules: readonly (readonly [string, PathRule])[],
): ProbeRoute {
  const path = pathOf(text).replace(/\{[^}]+\}/g, SAMPLE);
  const matching = rules.flatMap(([key, rule]) => routeOf(policy, key, rule, path) ?? []);
  const found = matching.find(({ hasVariable }) => !hasVariable) ?? matching[0];
  if (text.startsWith("GET /") && found !== undefined) return found;
  const keys = rules.map(([key]) => key);
  const guess = nearest(text, keys);
  throw usageError(
    `--route: no GET route of this environment takes "${text}"${guess === undefined ? "" : `; did you mean ${guess}?`}`,
    `known: ${keys.join(", ")}`,
  );
}

/** The route with this path; undefined if the authorizer would refuse the path for this route. */
function routeOf(policy: AuthorizerPolicy, key: string, rule: PathRule, path: string): ProbeRoute | undefined {
  const route = policy.routes[key];
  if (route === undefined || !matchesExactly(rule.pattern, path)) return undefined;
  try {
    if (rule.hasVariable) requireOwnPath(rule, path);
  } catch {
    return undefined;
  }
  return { ...route, key, path, hasVariable: rule.hasVariable, endsInVariable: key.endsWith("}") };
}

function getRules(policy: AuthorizerPolicy): readonly (readonly [string, PathRule])[] {
  return [...pathRules(policy)].filter(([key]) => key.startsWith("GET "));
}

function pathOf(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(" ") + 1);
}

/** Prefers a variable of one segment to a greedy one: the path rule refuses more there, so a probe can show more. */
function rank(route: ProbeRoute): number {
  return (isPublic(route) ? 0 : 3) + (route.hasVariable ? 1 : 0) + (route.key.endsWith("+}") ? 1 : 0);
}
