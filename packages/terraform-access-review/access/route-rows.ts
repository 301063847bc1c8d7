import { type AccessPolicy, EMPTY_POLICY } from "../../../contract/policy-file";
import { isMet, isNoStricter, needInWords, needsInWords, type ScopeNeed } from "../../../contract/scope-need";
import { type AccessRow, NO_CALLER, type RowTerms, rowKey } from "../model/row";
import { listOf, type Resource, type StackJson } from "../terraform-json/stack-json";
import { type Caller, callersOf } from "./callers";
import { envoyRouteRows, isOpen } from "./envoy-route-rows";
import type { GatewayRoute } from "./gateway/routes";
import { gatewayRoutes } from "./gateway/routes";
import { admittedCallers } from "./sidecar/callers";
import type { Sidecar, UnreadSidecar } from "./sidecar/model";
import type { Sidecars } from "./sidecar/read";
import { NOT_READ } from "./unread-rows";

/** Who may call which route: the authorizer's decision, and the cache that replays it; or what Envoy lets pass. */
export function routeRows(
  stack: StackJson,
  policy: AccessPolicy | "not read",
  sidecars: Sidecars,
): readonly AccessRow[] {
  const routes = gatewayRoutes(stack);
  return once([...decidedRows(stack, routes, policy, sidecars), ...envoyRouteRows(stack, routes, sidecars)]);
}

/** Rows of routes whose service has the invoker check, or that lead elsewhere: the gateway, or its function, decides. */
function decidedRows(
  stack: StackJson,
  routes: readonly GatewayRoute[],
  given: AccessPolicy | "not read",
  sidecars: Sidecars,
): readonly AccessRow[] {
  const policy = given === "not read" ? EMPTY_POLICY : given;
  const callers = callersOf(stack, policy);
  const onceVerified = memo<Again | undefined>();
  return routes.flatMap(({ key, service, resource, decision, handling }): readonly AccessRow[] => {
    if (service !== undefined && isOpen(service)) return [];
    const known = policy.routes[key];
    const { requires: asked } = decision.terms;
    const from = asked === undefined ? {} : networksOf(policy);
    const other = asked === undefined ? {} : otherAudience(policy, known?.service, service);
    const condition = inWords([
      decision.condition,
      handling.condition,
      from.requires?.[0] ?? "",
      other.permits?.[0] ?? "",
    ]);
    const terms = both(both(both(decision.terms, handling.terms), from), other);
    const by = decision.decision && { decision: decision.decision };
    if (decision.admits !== undefined)
      return decision.admits.map((principal) => ({ principal, permission: key, resource, condition, terms }));
    if (asked === undefined) return [{ principal: "anyone", permission: key, resource, condition, terms }];
    if (given === "not read") {
      return [
        {
          principal: NOT_READ,
          permission: key,
          resource,
          condition: `${condition}; by rules that are not in the stack`,
          ...by,
          terms,
        },
      ];
    }
    // A function denies what its policy does not list, so such a route opens nothing.
    if (known === undefined)
      return [{ principal: NO_CALLER, permission: key, resource, condition: `${condition}; not in the policy`, ...by }];
    if (known.access === "public") return [{ principal: "anyone", permission: key, resource, condition, ...by, terms }];
    const again = onceVerified(service?.address ?? "", () =>
      verifiedAgain(stack, sidecars.get(service?.address ?? "")),
    );
    return scopedRows(key, known.access.scopes, callers).map(({ met, ...row }) => {
      const envoy = row.principal === NO_CALLER ? undefined : again?.(key, row.principal, met);
      const requires = envoy === undefined ? [] : ["a token that Envoy takes", ...envoy.refusals];
      return {
        ...row,
        resource,
        condition: inWords([row.condition, condition, envoy?.words ?? ""]),
        ...by,
        terms: both(both({ permits: met.map(needInWords) }, terms), { requires }),
      };
    });
  });
}

/** Two APIs that let the same caller through alike have one row: only where they differ a row is one API's. */
function once(rows: readonly AccessRow[]): readonly AccessRow[] {
  return [...new Map(rows.map((row) => [rowKey(row), row])).values()];
}

/** From where callers may come, where the function asks. */
function networksOf({ allowedNetworks }: AccessPolicy): RowTerms {
  return allowedNetworks === undefined ? {} : { requires: [`only from ${allowedNetworks.join(", ")}`] };
}

/** Where the token that the function gets for a route is not one that its service asks for. */
function otherAudience({ services }: AccessPolicy, name: string | undefined, service: Resource | undefined): RowTerms {
  if (name === undefined || service === undefined) return {};
  const audience = services[name]?.audience;
  if (audience !== undefined && listOf(service.attributes.custom_audiences).includes(audience)) return {};
  return { permits: [audience === undefined ? "WITHOUT A TOKEN FOR IT" : `WITH A TOKEN FOR ${audience}`] };
}

function inWords(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("; ");
}

function both(one: RowTerms, other: RowTerms): RowTerms {
  const permits = [...(one.permits ?? []), ...(other.permits ?? [])];
  const requires = [...(one.requires ?? []), ...(other.requires ?? [])];
  return {
    ...(permits.length > 0 && { permits }),
    ...(requires.length > 0 && { requires }),
    ...((one.limits || other.limits) && { limits: { ...one.limits, ...other.limits } }),
  };
}

/** What Envoy in the instance says of a caller whom the authorizer lets pass. */
type Again = (
  key: string,
  principal: string,
  needs: readonly ScopeNeed[],
) => { readonly words: string; readonly refusals: readonly string[] };

function verifiedAgain(stack: StackJson, sidecar: Sidecar | UnreadSidecar | undefined): Again | undefined {
  if (sidecar === undefined || "fault" in sidecar) return undefined;
  const passing = new Map(
    sidecar.routes.map(({ key, admissions }) => [key, admittedCallers(stack, sidecar, admissions)]),
  );
  return (key, principal, needs) => {
    const same = passing.get(key)?.filter(({ name }) => name === principal) ?? [];
    const isTaken = (need: ScopeNeed) =>
      same.some(({ scopes }) => scopes?.some((other) => isNoStricter(other, need)) ?? true);
    const refused = needs.filter((need) => !isTaken(need));
    const what = refused.length === needs.length ? "IT" : needsInWords(refused);
    return {
      words: refused.length === 0 ? "Envoy verifies the token again" : `ENVOY REFUSES ${what}`,
      refusals: refused.map((need) => `not by ${needInWords(need)}`),
    };
  };
}

/** `met`: the needs of which a caller's token must meet one. */
type ScopedRow = Omit<AccessRow, "resource" | "terms"> & { readonly met: readonly ScopeNeed[] };

function scopedRows(key: string, needs: readonly ScopeNeed[], callers: readonly Caller[]): readonly ScopedRow[] {
  const rows = callers.flatMap(({ name, scopes: held }) => {
    const met = needs.filter((need) => isMet(need, held));
    return met.length === 0 ? [] : [{ principal: name, permission: key, condition: needsInWords(met), met }];
  });
  return rows.length > 0
    ? rows
    : [{ principal: NO_CALLER, permission: key, condition: `no caller has ${needsInWords(needs)}`, met: [] }];
}

/** Hundreds of routes share a few services. */
function memo<T>(): (key: string, make: () => T) => T {
  const made = new Map<string, T>();
  return (key, make) => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
}
