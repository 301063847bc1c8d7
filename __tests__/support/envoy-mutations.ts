import type { Described } from "./mutation";

// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
type Json = any;

/** Mutations of what Envoy decides by. Each changes the text of its configuration. */
export function* envoyChanges(where: string, at: (copy: Json) => Json): Generator<Described> {
  const containers = (copy: Json) => at(copy).template.containers;
  yield ["Envoy gone, so another way in", where, (copy) => containers(copy).shift()];
  yield ["Envoy's image another", where, (copy) => Object.assign(containers(copy)[0], { image: "other" })];
  const edit = (change: (rules: EnvoyParts) => void) => (copy: Json) => {
    const [envoy] = containers(copy);
    const at = envoy.args[0] === "--config-yaml" ? [envoy.args, 1] : [versionOf(copy, where), "secret_data"];
    const [owner, key] = at as [Json, string];
    const configuration = JSON.parse(owner[key]);
    change(partsOf(configuration));
    owner[key] = JSON.stringify(configuration);
  };
  yield [
    "Envoy's clients loosened",
    where,
    edit(({ callers }) => callers.customers.principals[0].and_ids.ids.splice(1, 1)),
  ];
  yield ["Envoy's client removed", where, edit(({ callers }) => clientsOf(callers).pop())];
  yield [
    "Envoy's client added",
    where,
    edit(({ callers }) => clientsOf(callers).push({ string_match: { exact: "x" } })),
  ];
  yield ["Envoy's rule of scopes removed", where, edit(({ scopes }) => delete scopes[String(Object.keys(scopes)[0])])];
  yield ["Envoy's rule of scopes loosened", where, edit(({ scopes }) => openFirst(scopes))];
  yield ["Envoy's check opened: no token", where, edit(({ jwt }) => Object.assign(jwt, { rules: [] }))];
  yield ["Envoy's keys kept longer", where, edit(({ jwt }) => keysOf(jwt, { cache_duration: "86400s" }))];
  yield [
    "Envoy's clock loosened",
    where,
    edit(({ jwt }) => Object.assign(jwt.providers.customers, { clock_skew_seconds: 900 })),
  ];
  yield [
    "Envoy's issuer another",
    where,
    edit(({ jwt }) => Object.assign(jwt.providers.customers, { issuer: "https://x" })),
  ];
  yield ["Envoy's route removed", where, edit(({ routes }) => routes.pop())];
  yield ["Envoy's route opened", where, edit(({ routes }) => routes.at(-1).match.headers.pop())];
}

interface EnvoyParts {
  readonly jwt: Json;
  readonly callers: Json;
  readonly scopes: Json;
  readonly routes: Json[];
}

function partsOf(configuration: Json): EnvoyParts {
  const [{ filters }] = configuration.static_resources.listeners[0].filter_chains;
  const { http_filters: found, route_config } = filters[0].typed_config;
  const rules = (filter: Json) => filter.typed_config.rules.policies;
  const [{ routes }] = route_config.virtual_hosts;
  return { jwt: found[1].typed_config, callers: rules(found[2]), scopes: rules(found[4]), routes };
}

function versionOf({ stack }: Json, where: string): Json {
  return stack.resource.google_secret_manager_secret_version[`${where.split(".")[1]}_envoy`];
}

function clientsOf(callers: Json): Json[] {
  return callers.customers.principals[0].and_ids.ids[1].sourced_metadata.metadata_matcher.value.or_match.value_matchers;
}

function openFirst(scopes: Json): void {
  const [first] = Object.keys(scopes);
  scopes[String(first)].principals = [{ any: true }];
}

function keysOf({ providers }: Json, change: Json): void {
  Object.assign(providers.customers.remote_jwks, change);
}
