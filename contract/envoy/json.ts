/** JSON of Envoy's configuration. Names are those of its v3 API, in snake_case. */
export type Json = string | number | boolean | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

const TYPES = "type.googleapis.com/envoy.extensions.";

/** An extension's configuration with its type, which Envoy requires. */
export function typed(type: string, fields: JsonObject = {}): JsonObject {
  return { "@type": `${TYPES}${type}`, ...fields };
}
