import { type AccessPolicy, EMPTY_POLICY, type PolicyRoute } from "../../../contract/policy-file";
import { boundSegments, callersThatMeet, type ScopedAccess } from "../../../contract/route-access";
import { isNoStricter, type ScopeNeed, scopesOfNeed } from "../../../contract/scope-need";
import { type Fact, factKey, needFact, ownPathFact } from "../model/fact";
import { policyPlace } from "../model/place";
import { type AccessRow, type RowTerms, rowKey } from "../model/row";
import { listOf, type Resource, type StackJson } from "../terraform-json/stack-json";
import { named, ownRole, plain } from "../types/named";
import { type Caller, callersOf } from "./callers";
import { envoyRouteRows, isOpen } from "./envoy-route-rows";
import { tokenAudiences } from "./envoy-rows";
import { callersOn, type Envoy, type Envoys } from "./envoys";
import { type GatewayRoute, gatewayRoutes } from "./gateway/routes";
import { accountWith } from "./google-bindings";

/** The callers of each route, by the authorizer's decision and the cache that replays it, or by Envoy's rules. */
export function routeRows(stack: StackJson, policy: AccessPolicy | "not read", envoys: Envoys): readonly AccessRow[] {
  const routes = gatewayRoutes(stack);
  const rows = [...decidedRows(stack, routes, policy, envoys), ...envoyRouteRows(stack, routes, envoys)];
  // If two APIs let a caller pass under the same condition, they share one row. Otherwise each has its own.
  return [...new Map(rows.map((row) => [rowKey(row), row])).values()];
}

/** Rows of routes on which the gateway or its function decides: all but those of a service without invoker check. */
function decidedRows(
  stack: StackJson,
  routes: readonly GatewayRoute[],
  given: AccessPolicy | "not read",
  envoys: Envoys,
): readonly AccessRow[] {
  const policy = given === "not read" ? EMPTY_POLICY : given;
  const callers = callersOf(stack, policy);
  const verifiers = new Map<string, EnvoyDecision | undefined>();
  // Cached, because hundreds of routes share a few services.
  const verifierAt = (address: string) => {
    if (!verifiers.has(address)) verifiers.set(address, envoyDecision(stack, envoys.get(address)));
    return verifiers.get(address);
  };
  return routes.flatMap(({ key, service, resource, decision, handling, from }): readonly AccessRow[] => {
    if (service !== undefined && isOpen(service)) return [];
    const known = policy.routes[key];
    const isDecided = decision.terms.requires !== undefined;
    const network = isDecided ? networksOf(policy) : [];
    const server = serverFacts(isDecided ? known : undefined);
    const other = isDecided ? otherAudience(policy, known?.service, service) : [];
    const conditions = [
      ...server.requires,
      ...server.permits,
      ...decision.conditions,
      ...handling.conditions,
      ...network,
      ...other,
    ];
    const asked: RowTerms = { permits: [...other, ...server.permits], requires: [...network, ...server.requires] };
    const terms = [handling.terms, asked].reduce(both, decision.terms);
    const row = {
      effect: "allow",
      action: { kind: "call", key, ...(isDecided && known?.mcp && { mcp: known.service }) },
      resource,
      ...(decision.decision && { decision: decision.decision }),
    } as const;
    const anyone = { ...row, principal: { kind: "anyone" }, conditions, terms } as const;
    if (decision.admits !== undefined)
      return decision.admits.map((principal) => ({ ...row, principal, conditions, terms, from }));
    if (!isDecided) return [{ ...anyone, from }];
    if (given === "not read") {
      const unread: readonly Fact[] = [...conditions, { kind: "unreadable-rules" }];
      return [{ ...row, principal: { kind: "not-read" }, conditions: unread, terms, from }];
    }
    // A function denies routes that its policy does not list, so such a route opens nothing.
    if (known === undefined) {
      const closed: readonly Fact[] = [...conditions, { kind: "not-in-policy" }];
      return [{ ...row, principal: { kind: "no-caller" }, conditions: closed, from }];
    }
    const place = policyPlace(`routes.${key}`);
    if (known.access === "public") return [{ ...anyone, from: place }];
    const envoyDecides = verifierAt(service?.address ?? "");
    const own = boundSegments(key, known.access.where).map(ownPathFact);
    return scopedRows(known.access, callers).map(({ caller, met, pinned, scopes }) => {
      const envoy = caller === undefined ? undefined : envoyDecides?.(key, caller.name, met);
      return {
        ...row,
        principal: caller ?? { kind: "no-caller" },
        conditions: [scopes, ...own, ...pinned, ...conditions, ...(envoy === undefined ? [] : [envoy.says])],
        terms: both(both({ permits: met.map(needFact) }, terms), {
          requires: distinct([...own, ...pinned, ...(envoy?.requires ?? [])]),
        }),
        from: place,
      };
    });
  });
}

/** What a server of the Model Context Protocol asks of a token in addition, and which pages it lets call. */
function serverFacts(route: PolicyRoute | undefined): Required<Pick<RowTerms, "permits" | "requires">> {
  const { audience = [], origins = [] } = route?.mcp ?? {};
  return {
    permits: origins.map((origin) => ({ kind: "page-origin", origin })),
    requires: tokenAudiences([audience].flat()),
  };
}

/** The networks from which callers may come, if the policy restricts them. */
function networksOf({ allowedNetworks: cidrs }: AccessPolicy): readonly Fact[] {
  return cidrs === undefined ? [] : [{ kind: "networks", cidrs }];
}

/** Set if the function gets a token for a route whose audience is not the one that the service requires. */
function otherAudience(
  { services }: AccessPolicy,
  name: string | undefined,
  service: Resource | undefined,
): readonly Fact[] {
  if (name === undefined || service === undefined) return [];
  const audience = services[name]?.audience;
  if (audience !== undefined && listOf(service.attributes.custom_audiences).includes(audience)) return [];
  return [{ kind: "other-audience", ...(audience !== undefined && { audience }) }];
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

/** Returns the decision of Envoy in the instance on a caller that the authorizer lets pass. */
type EnvoyDecision = (
  key: string,
  principal: string,
  needs: readonly ScopeNeed[],
) => { readonly says: Fact; readonly requires: readonly Fact[] };

function envoyDecision(stack: StackJson, envoy: Envoy | undefined): EnvoyDecision | undefined {
  if (!envoy?.isRead) return undefined;
  const { sidecar } = envoy;
  const bound = new Map(
    sidecar.routes.map(({ key, access }) => [key, access === "public" ? [] : boundSegments(key, access.where)]),
  );
  const passing = new Map(
    sidecar.routes.map(({ key, access }) => [key, access === "public" ? [] : callersOn(stack, sidecar, access)]),
  );
  return (key, principal, needs) => {
    const same = passing.get(key)?.filter(({ name }) => name === principal) ?? [];
    const isTaken = (need: ScopeNeed) =>
      same.some((caller) => caller.needs?.some((other) => isNoStricter(other, need)) ?? true);
    const refused = needs.filter((need) => !isTaken(need));
    const isAll = refused.length === needs.length;
    return {
      says: refused.length === 0 ? { kind: "envoy-verifies" } : { kind: "envoy-refuses", needs: isAll ? [] : refused },
      requires: [
        { kind: "envoy-token" },
        ...(bound.get(key) ?? []).map(ownPathFact),
        ...refused.map((need): Fact => ({ kind: "not-by-envoy", need })),
      ],
    };
  };
}

interface ScopedRow {
  /** Undefined for the row of a route that no caller may call. */
  readonly caller?: Fact<"caller">;
  readonly scopes: Fact;
  /** The needs of which a token must meet one. */
  readonly met: readonly ScopeNeed[];
  /** The one id that the caller must have, if the policy names it. */
  readonly pinned: readonly Fact[];
}

/** Authorizer and Envoy may compare the same segment. */
function distinct(facts: readonly Fact[]): readonly Fact[] {
  return [...new Map(facts.map((fact) => [factKey(fact), fact])).values()];
}

/** A need of one scope has two forms with the same meaning. */
function plainest(need: ScopeNeed): ScopeNeed {
  const [scope, ...more] = scopesOfNeed(need);
  return scope !== undefined && more.length === 0 ? scope : need;
}

/** The callers that have a scope. */
function scopedRows(access: ScopedAccess, callers: readonly Caller[]): readonly ScopedRow[] {
  const rows = callersThatMeet(access, callers).map(({ caller: { name, uniqueId }, met }): ScopedRow => {
    const pinned: readonly Fact[] = uniqueId === undefined ? [] : [{ kind: "unique-id", id: uniqueId }];
    return { caller: { kind: "caller", name }, scopes: { kind: "needs", needs: met.map(plainest) }, met, pinned };
  });
  return rows.length > 0 ? rows : [{ scopes: { kind: "no-caller-has", needs: access.scopes }, met: [], pinned: [] }];
}

/** The identity with which the functions call each service: one row per service, however many routes it has. */
export function mintRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return Object.entries(policy.services).map(([service, { role, serviceAccount, audience }]) => {
    const account = accountWith(stack, serviceAccount);
    return {
      effect: "allow",
      principal: { kind: "authorizer" },
      action: { kind: "get-id-tokens", service },
      resource: account === undefined ? plain(serviceAccount) : named(account),
      conditions: [
        { kind: "minting-role", role: ownRole(stack, plain(role)) },
        { kind: "audience", audience: plain(audience) },
      ],
      from: policyPlace(`services.${service}`),
    };
  });
}
