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
  const listeners: Json[] = static_resources.listeners;
  const ingress = listeners.find(({ name }) => name === "ingress");
  const manager = ingress.filter_chains[0].filters[0].typed_config;
  const filters: Json[] = manager.http_filters;
  const names = filters.map(({ name }) => name);
  const routes: Json[] = manager.route_config.virtual_hosts.flatMap((host: Json) => host.routes);
  const passing = routes.filter((route) => route.route !== undefined);
  const policies = filters.find(({ name }) => name === "scopes")?.typed_config.rules.policies ?? {};
  const open = passing.filter((route) => opensToAnybody(route) && accessOf(route) !== "public");
  return {
    routes: new Map(passing.map((route) => [String(route.name), accessOf(route)])),
    faults: [
      ...(admin === undefined ? [] : ["opens Envoy's admin port"]),
      ...("dynamic_resources" in others ? ["lets Envoy fetch its rules elsewhere"] : []),
      ...(names.join() === FILTERS.join()
        ? []
        : [`has the filters ${names.join(", ")}: expected ${FILTERS.join(", ")}`]),
      ...filters.filter(({ disabled }) => disabled).map(({ name }) => `switches the filter ${name} off`),
      ...open.map(({ name }) => `lets ${name} pass without a token`),
      ...Object.keys(policies)
        .filter((access) => access !== "public" && allowsAnybody(policies[access]))
        .map((access) => `lets anybody pass where ${access} is asked for`),
    ],
  };
}

function accessOf({ metadata }: Json): string {
  return String(metadata?.filter_metadata?.front_door?.access);
}

function opensToAnybody({ typed_per_filter_config }: Json): boolean {
  return typed_per_filter_config !== undefined;
}

function allowsAnybody({ principals }: Json): boolean {
  return (principals as Json[]).some((principal) => "any" in principal);
}
