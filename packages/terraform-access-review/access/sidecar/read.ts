import type { ScopeNeed } from "../../../../contract/scope-need";
import {
  type Attributes,
  oncePerStack,
  type Resource,
  resourcesOf,
  type StackJson,
} from "../../terraform-json/stack-json";
import { type EnvoyContainer, envoyContainer } from "./container";
import { fields, hashed, list, NotUnderstood, only, type RouteEntry, single, typeOf } from "./fields";
import { clientClaim, issuersOf, type Names, ofIssuer, otherThan } from "./issuers";
import type { Admission, Sidecar, SidecarIssuer, UnreadSidecar } from "./model";
import { routeTable } from "./routes";
import { both, idlePolicies, type Principal, principalsFor, type Rules, rulesOf } from "./rules";

/** By address of the service; no entry if no Envoy is in front of it. */
export type Sidecars = ReadonlyMap<string, Sidecar | UnreadSidecar>;

/**
 * The requests that each Envoy in front of a service's app permits, read from the stack alone. A part that is not
 * understood is a fault, and is never skipped.
 */
export const sidecarsOf = oncePerStack((stack): Sidecars => {
  const services = resourcesOf(stack, "google_cloud_run_v2_service");
  const found = services.map((service) => [service.address, sidecarOf(stack, service)] as const);
  return new Map(found.flatMap(([address, sidecar]) => (sidecar === undefined ? [] : [[address, sidecar]])));
});

type Read = Sidecar | UnreadSidecar;

/** Cached by a service's own attributes: two states share equal services, and each is read twice. */
const READ = new WeakMap<Attributes, { readonly configuration: string | undefined; readonly sidecar: Read }>();

function sidecarOf(stack: StackJson, service: Resource): Read | undefined {
  const container = envoyContainer(stack, service);
  if (container === undefined) return undefined;
  const { configuration } = container;
  const known = READ.get(service.attributes);
  // The text may be in a secret's version, which can differ in another stack.
  if (known !== undefined && known.configuration === configuration) return known.sidecar;
  const sidecar = readOf(container);
  READ.set(service.attributes, { configuration, sidecar });
  return sidecar;
}

function readOf(container: EnvoyContainer): Read {
  const { image, configuration } = container;
  if (configuration === undefined) return { image, fault: "its configuration is not in this stack" };
  try {
    const parsed = JSON.parse(configuration);
    // If a key occurs twice, Envoy may use the other value.
    if (JSON.stringify(parsed) !== configuration)
      return { image, fault: "its configuration is not written as one object" };
    return sidecar(parsed, container);
  } catch (error) {
    if (error instanceof NotUnderstood) return { image, fault: error.message };
    if (error instanceof SyntaxError) return { image, fault: "its configuration is no JSON" };
    throw error;
  }
}

/** The listener's filters, in this order and without others. */
const FILTERS = ["HeaderMutation", "JwtAuthentication", "RBAC", "Lua", "RBAC", "Router"];

function sidecar(configuration: Attributes, container: EnvoyContainer): Sidecar {
  if ("dynamic_resources" in configuration) throw new NotUnderstood("settings that it gets while it runs");
  const { clusters, listeners, ...resources } = fields(configuration.static_resources, "static_resources");
  const [ingress, ...others] = byPort(list(listeners, "the listeners"), container.port);
  const { http_filters, route_config, ...manager } = managerOf(ingress);
  const filters = list(http_filters, "the filters");
  const types = filters.map(typeOf);
  if (types.join() !== FILTERS.join()) throw new NotUnderstood(`the filters ${types.join(", ")}`);
  const host = hostOf(route_config);
  const names = namesOf(host.typed_per_filter_config);
  const [strip, jwt, first, script, second, router] = filters;
  const rules: readonly [Rules, Rules] = [rulesOf(first, "the first rule"), rulesOf(second, "the second rule")];
  const all = list(clusters, "the clusters").map((each) => fields(each, "a cluster"));
  const issuers = issuersOf(jwt, rules[0], names, all);
  const table = routeTable(host.routes);
  const fetching = Object.values((jwt as Attributes).typed_config.providers as Attributes).map(
    (provider) => provider.remote_jwks?.http_uri?.cluster,
  );
  const { typed_per_filter_config, routes, ...hostRest } = host;
  const { static_resources, ...boot } = configuration;
  return {
    image: container.image,
    issuers,
    routes: table.routes.map((route) => ({
      key: route.key,
      isPublic: route.isPublic,
      admissions: admissionsOf(route, rules, issuers, names),
    })),
    readings: table.readings,
    idle: rules.flatMap((each, index) => idlePolicies(each, table.routes).map((text) => `rule ${index + 1}: ${text}`)),
    refusals: table.refusals,
    rest: hashed({
      container: container.rest,
      ...{ boot, resources, others, manager, hostRest, strip, script, router, onwards: table.onwards },
      rules: [first, second].map((rule) => (rule as Attributes).typed_config.rules_stat_prefix),
      names: (filters as readonly Attributes[]).map(({ name, typed_config }) => [name, typed_config["@type"]]),
      strips: (jwt as Attributes).typed_config.strip_failure_response,
      clusters: all.filter(({ name }) => !fetching.includes(name)),
    }),
  };
}

/** The listener of this port first. */
function byPort(listeners: readonly unknown[], port: unknown): readonly unknown[] {
  const portOf = (each: unknown) => (each as Attributes).address?.socket_address?.port_value;
  const [found, ...more] = listeners.filter((each) => portOf(each) === Number(port));
  if (found === undefined || more.length > 0) throw new NotUnderstood(`who listens on port ${port}`);
  return [found, ...listeners.filter((each) => each !== found)];
}

/** The connection manager of a listener that has no other filter. */
function managerOf(listener: unknown): Attributes {
  const where = "the listener";
  const { address, filter_chains, name } = only(listener, ["address", "filter_chains", "name"], where);
  const { filters } = only(single(filter_chains, `filter_chains of ${where}`), ["filters"], where);
  const chosen = only(single(filters, `filters of ${where}`), ["name", "typed_config"], where);
  const manager = fields(chosen.typed_config, where);
  const other = ["rds", "scoped_routes", "upgrade_configs"].find((key) => key in manager);
  if (other !== undefined || typeOf(chosen) !== "HttpConnectionManager") {
    throw new NotUnderstood(`${other ?? "the protocol"} of ${where}`);
  }
  return { ...manager, address, names: [name, chosen.name] };
}

function hostOf(routes: unknown): Attributes {
  const { virtual_hosts } = only(routes, ["virtual_hosts"], "route_config");
  const keys = ["domains", "name", "request_headers_to_add", "routes", "typed_per_filter_config"];
  const host = only(single(virtual_hosts, "virtual_hosts"), keys, "the virtual host");
  if (JSON.stringify(host.domains) !== '["*"]') throw new NotUnderstood("domains of the virtual host");
  return host;
}

/** The data of the script that passes the caller's name to the app. */
function namesOf(filters: unknown): Names {
  const [only_, ...more] = Object.values(fields(filters ?? {}, "filters of the virtual host")) as readonly Attributes[];
  if (more.length > 0) throw new NotUnderstood("filters of the virtual host");
  if (only_ === undefined) return {};
  const where = "the names of callers";
  if (typeOf({ typed_config: only_ }) !== "LuaPerRoute") throw new NotUnderstood(where);
  return only(only_, ["@type", "filter_context"], where).filter_context ?? {};
}

function admissionsOf(
  { isPublic, metadata }: RouteEntry,
  [first, second]: readonly [Rules, Rules],
  issuers: readonly SidecarIssuer[],
  names: Names,
): readonly Admission[] {
  const [callers, holders] = [principalsFor(first, metadata), principalsFor(second, metadata)];
  const passing = callers.flatMap((caller) => holders.flatMap((holder) => both(caller, holder)));
  // A call without a verified token has no claims. Any caller may meet the other conditions.
  if (isPublic) {
    const [open] = passing
      .filter(({ claims, lists }) => Object.keys({ ...claims, ...lists }).length === 0)
      .sort((one, other) => one.conditions.length - other.conditions.length);
    return open === undefined ? [] : [{ conditions: open.conditions, scopeClaim: "no claim" }];
  }
  return issuers.flatMap(({ url, conditions: known }) => {
    const ofOne = passing.flatMap((each) => ofIssuer(each, url));
    return ofOne.flatMap((principal) => admissions(principal, url, names[url], known));
  });
}

/** One entry per client, without the conditions that apply to all tokens of the issuer. */
function admissions(
  principal: Principal,
  issuer: string,
  names: Attributes | undefined,
  known: readonly string[],
): readonly Admission[] {
  const claim = clientClaim(principal, names);
  const [scopeClaim = "no claim"] = Object.keys(principal.lists);
  const { [scopeClaim]: groups, ...lists } = principal.lists;
  const conditions = otherThan({ ...principal, lists }, claim).filter((each) => !known.includes(each));
  const common = { issuer, conditions, scopeClaim, ...(groups !== undefined && { scopes: needsOf(groups) }) };
  const clients = claim === undefined ? undefined : principal.claims[claim];
  return clients === undefined ? [common] : clients.map((client) => ({ ...common, client }));
}

/** Groups of scopes as needs, if a token must have one scope of each group. */
function needsOf(groups: readonly (readonly string[])[]): readonly ScopeNeed[] {
  const sets = groups.reduce<readonly (readonly string[])[]>(
    (found, group) => found.flatMap((scopes) => group.map((scope) => [...new Set([...scopes, scope])].sort())),
    [[]],
  );
  return sets.map(([scope = "", ...more]) => (more.length === 0 ? scope : { allOf: [scope, ...more] }));
}
