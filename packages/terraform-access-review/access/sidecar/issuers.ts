import { canonical } from "../../terraform-json/order";
import type { Attributes } from "../../terraform-json/stack-json";
import { fields, hashed, list, NotUnderstood, only, single, text } from "./fields";
import type { SidecarClient, SidecarIssuer } from "./model";
import { type Principal, principalsFor, type Rules } from "./rules";

/** Names of callers as in the headers that the app gets, by `iss`. */
export type Names = Readonly<Record<string, Attributes>>;

/** The issuers whose tokens are accepted, and the conditions for every token of each. */
export function issuersOf(filter: unknown, callers: Rules, names: Names, clusters: readonly Attributes[]) {
  const { typed_config } = only(filter, ["name", "typed_config"], "the JWT filter");
  const config = only(typed_config, ["@type", "providers", "rules", "strip_failure_response"], "the JWT filter");
  const rule = only(single(config.rules, "rules of the JWT filter"), ["match", "requires"], "the JWT filter's rule");
  if (canonical(rule.match) !== '{"prefix":"/"}') throw new NotUnderstood("what the JWT filter's rule matches");
  const required = requiredOf(rule.requires);
  const providers = fields(config.providers, "the providers");
  const spare = Object.keys(providers).find((id) => !required.includes(id));
  if (spare !== undefined) throw new NotUnderstood(`the provider ${spare}, which nothing requires`);
  return required.map((id): SidecarIssuer => {
    const provider = fields(providers[id], `the provider ${id}`);
    const url = text(provider.issuer, `issuer of ${id}`);
    const known = principalsFor(callers, {}).flatMap((each) => ofIssuer(each, url));
    return { id, url, ...keysOf(provider, clusters), ...callersOf(known, names[url]) };
  });
}

function requiredOf(requires: unknown): readonly string[] {
  const where = "what the JWT filter requires";
  const one = (value: unknown) => text(only(value, ["provider_name"], where).provider_name, where);
  const { requires_any } = fields(requires, where);
  if (requires_any === undefined) return [one(requires)];
  only(requires, ["requires_any"], where);
  return list(only(requires_any, ["requirements"], where).requirements, where).map(one);
}

/** A principal without its `iss`, if its tokens can come from this issuer. */
export function ofIssuer(principal: Principal, url: string): readonly Principal[] {
  const { iss, ...claims } = principal.claims;
  return iss === undefined || iss.includes(url) ? [{ ...principal, claims }] : [];
}

function keysOf(provider: Attributes, clusters: readonly Attributes[]) {
  const { issuer, audiences = [], remote_jwks, clock_skew_seconds, jwt_cache_config, ...rest } = provider;
  const { http_uri, cache_duration, ...fetched } = remote_jwks ?? {};
  const { uri, cluster: name, ...uriRest } = http_uri ?? {};
  const { jwt_cache_size = 100, ...cache } = jwt_cache_config ?? {};
  const host = /^https:\/\/([^/:]+)[/:]/.exec(String(uri))?.[1] ?? "";
  // Independent of the host, so that an additional issuer does not count as another way to fetch keys.
  const place = clusters.filter((cluster) => cluster.name === name);
  const way = JSON.stringify(place).replaceAll(host === "" ? "\u0000" : host, "<host>");
  return {
    audiences: list(audiences, "audiences").map(String),
    keys: uri === undefined ? `KEYS IN THE CONFIGURATION (${hashed(rest)})` : String(uri),
    seconds: { keysKept: seconds(cache_duration, 600), clockSkew: Number(clock_skew_seconds ?? 60) },
    rememberedTokens: jwt_cache_config === undefined ? 0 : Number(jwt_cache_size),
    rest: hashed({ rest, fetched, uriRest, way: JSON.parse(way), jwt_cache_config: cache }),
  };
}

/** `300s`; unlimited if it is not readable. */
function seconds(duration: unknown, preset: number): number {
  if (duration === undefined) return preset;
  const [, number] = /^(\d+(?:\.\d+)?)s$/.exec(String(duration)) ?? [];
  return number === undefined ? Number.POSITIVE_INFINITY : Number(number);
}

/**
 * The claim that names the client: the one that the script passes to the app, or else the only other claim that must be
 * exact.
 */
export function clientClaim({ claims }: Principal, names: Attributes | undefined): string | undefined {
  return names?.client ?? Object.keys(claims).find((name) => name !== "token_use");
}

function callersOf(known: readonly Principal[], names: Attributes | undefined) {
  const clients = known.map((principal): readonly SidecarClient[] | undefined => {
    const claim = clientClaim(principal, names);
    const values = claim === undefined ? undefined : principal.claims[claim];
    return values?.map((value) => {
      const { name, scopes = [] }: Attributes = names?.clients?.[value] ?? {};
      return { claim: String(claim), value, name, scopes: scopes.map(String) };
    });
  });
  const [first, ...more] = known;
  const { clients: _, ...others } = names ?? {};
  return {
    clients: clients.some((each) => each === undefined) ? undefined : clients.flatMap((each) => each ?? []),
    conditions: [
      ...(first === undefined ? [] : otherThan(first, clientClaim(first, names))),
      ...more.map((each) => `or ${hashed(otherThan(each, clientClaim(each, names)))}`),
      `other settings ${hashed(others)}`,
    ],
  };
}

/** What a principal requires in addition to the client, each as a text. */
export function otherThan({ claims, lists, conditions }: Principal, client: string | undefined): readonly string[] {
  const exact = Object.entries(claims).filter(([name]) => name !== client);
  return [
    ...exact.map(([name, values]) => `${name} is ${[...values].sort().join(" or ")}`),
    ...Object.entries(lists).flatMap(([name, groups]) =>
      groups.map((values) => `${name} has ${[...values].sort().join(" or ")}`),
    ),
    ...conditions,
  ];
}
