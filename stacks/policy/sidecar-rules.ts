import type { Attributes, DeclaredResource, DeclaredStack } from "./declared-stack";

/** What Envoy's configuration lets through, as far as a rule must know it. */
export interface SidecarRules {
  /** By route key: `public`, or the scopes that the route asks for, sorted, in one text. */
  readonly routes: ReadonlyMap<string, string>;
  /** In what it does not refuse what it should. */
  readonly faults: readonly string[];
}

const JWT = "envoy.filters.http.jwt_authn";

/** Filters between the caller and the app, in this order: what is verified later would be verified too late. */
const FILTERS = ["strip", JWT, "callers", "envoy.filters.http.lua", "scopes", "envoy.filters.http.router"];

// biome-ignore lint/suspicious/noExplicitAny: Envoy's JSON, read field by field
type Json = any;

/** Reads the configuration back out of the declaration, whoever wrote it; a text says why there is none to read. */
export function sidecarRules(
  stack: DeclaredStack,
  service: DeclaredResource,
  args: readonly string[],
): SidecarRules | string {
  const text = configurationOf(stack, service, args);
  if (text === undefined) return "has an Envoy without a configuration: pass it as --config-yaml, or mount it";
  try {
    return rulesOf(JSON.parse(text));
  } catch (error) {
    return `has an Envoy whose configuration cannot be read: ${(error as Error).message}`;
  }
}

function configurationOf(stack: DeclaredStack, service: DeclaredResource, args: readonly string[]): string | undefined {
  const inline = args[args.indexOf("--config-yaml") + 1];
  if (args.includes("--config-yaml")) return args.includes("--config-path") ? undefined : inline;
  const { volumes } = (service.attributes.template ?? {}) as { volumes?: readonly Attributes[] };
  const mounted = volumes?.flatMap(({ secret }) => (secret as { items?: readonly Attributes[] })?.items ?? []) ?? [];
  const file = args[args.indexOf("--config-path") + 1]?.split("/").at(-1);
  const item = mounted.find(({ path }) => path === file);
  const version = stack.referred(item?.version)?.attributes.secret_data;
  return version === undefined ? undefined : String(version);
}

function rulesOf({ static_resources, admin, ...others }: Json): SidecarRules {
  const ingress = (static_resources.listeners as Json[]).find(({ name }) => name === "ingress");
  const manager = ingress.filter_chains[0].filters[0].typed_config;
  const filters: Json[] = manager.http_filters;
  const names = filters.map(({ name }) => name).join(", ");
  const routes: Json[] = manager.route_config.virtual_hosts.flatMap((host: Json) => host.routes);
  const passing = routes.filter((route) => route.direct_response === undefined);
  return {
    routes: new Map(passing.map((route) => [String(route.name), accessOf(route)])),
    faults: [
      ...(admin === undefined ? [] : ["opens Envoy's admin port"]),
      ...("dynamic_resources" in others ? ["lets Envoy fetch its rules elsewhere"] : []),
      ...(names === FILTERS.join(", ") ? [] : [`has the filters ${names}: expected ${FILTERS.join(", ")}`]),
      ...filters.filter(({ disabled }) => disabled).map(({ name }) => `switches the filter ${name} off`),
      ...passing
        .filter((route) => accessOf(route) !== "public" && "typed_per_filter_config" in route)
        .map(({ name }) => `lets ${name} pass without a token`),
      ...filters.filter(({ name }) => ["callers", "scopes"].includes(name)).flatMap(openings),
    ],
  };
}

function accessOf({ metadata }: Json): string {
  return String(metadata?.filter_metadata?.front_door?.access);
}

/** In what one of the two filters that judge callers lets in whom it should not. */
function openings({ name, typed_config: { rules } }: Json): readonly string[] {
  if (rules?.policies === undefined) return [`has no rules in the filter ${name}, which lets everybody pass`];
  if (rules.action !== undefined) return [`turns the filter ${name} round: leave its action out`];
  return Object.entries<Json>(rules.policies)
    .filter(([, { principals, permissions }]) => principals.some(isAnybody) && !permissions.every(wantsPublic))
    .map(([access]) => `lets anybody pass where ${access} is asked for`);
}

function isAnybody(principal: Json): boolean {
  return "any" in principal;
}

function wantsPublic({ sourced_metadata }: Json): boolean {
  const { metadata_matcher, metadata_source } = sourced_metadata ?? {};
  const { filter, path, value } = metadata_matcher ?? {};
  const isAccess = filter === "front_door" && path?.length === 1 && path[0].key === "access";
  return metadata_source === "ROUTE" && isAccess && value?.string_match?.exact === "public";
}
