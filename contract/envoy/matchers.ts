import type { Json, JsonObject } from "./json";

/** Metadata namespace in which the JWT filter stores verified tokens. */
export const JWT_FILTER = "envoy.filters.http.jwt_authn";

/** The filter that compares a path with claims, and the namespaces of what it compares and of its result. */
export const OWN_PATH_FILTER = "own-path";

/** A principal that matches if each segment which the route compares is the caller's own. */
export const OWN_PATH: JsonObject = {
  sourced_metadata: {
    metadata_matcher: { filter: OWN_PATH_FILTER, path: [{ key: "path" }], value: { string_match: { exact: "own" } } },
  },
};

/** Metadata namespace in which a script names the verified caller, for rules and log lines. */
export const CALLER_NAMESPACE = "caller";

/** Stands for "no value" in a header, in a log line and for the rules. */
export const NONE = "-";

/** Matches the name of the declared party that acts for the token's subject: `NONE` if the subject acts itself. */
export function actor(value: JsonObject): JsonObject {
  return { sourced_metadata: { metadata_matcher: { filter: CALLER_NAMESPACE, path: [{ key: "actor" }], value } } };
}

/** Namespace of a route's own metadata, which holds its required access. */
export const ACCESS_NAMESPACE = "front_door";

/** Matches if one of these values matches. */
export function anyOf(values: readonly string[]): JsonObject {
  const [first = "", ...rest] = values;
  if (rest.length === 0) return exactly(first);
  return { or_match: { value_matchers: values.map(exactly) } };
}

export function exactly(value: string): JsonObject {
  return { string_match: { exact: value } };
}

/** Matches a text that is one of these values, and a list with one of them. */
export function textOrInList(values: readonly string[]): JsonObject {
  return {
    or_match: { value_matchers: values.flatMap((each) => [exactly(each), { list_match: { one_of: exactly(each) } }]) },
  };
}

export function matching(regex: string): JsonObject {
  return { string_match: { safe_regex: { regex } } };
}

export function claim(name: string, value: JsonObject): JsonObject {
  return verified(["claims", name], value);
}

/** Matches a field of a claim that is an object. */
export function fieldOfClaim(name: string, field: string, value: JsonObject): JsonObject {
  return verified(["claims", name, field], value);
}

/** Matches a field of the token's header. */
export function headerField(name: string, value: JsonObject): JsonObject {
  return verified(["header", name], value);
}

function verified(keys: readonly string[], value: JsonObject): JsonObject {
  const path: Json = keys.map((key) => ({ key }));
  return { sourced_metadata: { metadata_matcher: { filter: JWT_FILTER, path, value } } };
}

/** A permission that matches if the request's route requires this access. */
export function routeRequires(access: string): JsonObject {
  const matcher = { filter: ACCESS_NAMESPACE, path: [{ key: "access" }], value: exactly(access) };
  return { sourced_metadata: { metadata_matcher: matcher, metadata_source: "ROUTE" } };
}

export function either(...rules: readonly JsonObject[]): JsonObject {
  return { or_ids: { ids: rules } };
}

export function all(...rules: readonly JsonObject[]): JsonObject {
  const [first = {}, ...rest] = rules;
  return rest.length === 0 ? first : { and_ids: { ids: rules } };
}
