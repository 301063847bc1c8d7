import type { JsonObject } from "../../../../contract/envoy/json";
import type { Sidecar, SidecarIssuer } from "../../../../contract/envoy/policy";

/** The smallest sidecar: one user pool with two clients, two routes. */
export const SMALL: Sidecar = {
  project: "shop-dev",
  ports: { ingress: 10_000, probe: 10_001, app: 8080 },
  timeoutSeconds: 30,
  clockSkewSeconds: 5,
  keysSeconds: 300,
  routes: [
    { key: "GET /orders", access: { scopes: ["orders/read"] } },
    { key: "GET /orders/{id}", access: { scopes: ["orders/support", "orders/read"] } },
  ],
  issuers: [
    {
      kind: "cognito",
      id: "customers",
      url: "https://cognito.example/pool",
      keys: { host: "cognito.example", path: "/pool/.well-known/jwks.json" },
      clientClaim: "client_id",
      scopeClaim: "scope",
      clients: [
        { name: "customers/web", claim: "web1", scopes: ["orders/read"] },
        { name: "customers/desk", claim: "desk1", scopes: ["orders/support"] },
      ],
    },
  ],
};

/** The value at a path of names and positions. Fails if there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): JsonObject {
  let found = value;
  for (const key of path) {
    found = (found as Record<string | number, unknown> | undefined)?.[key];
    if (found === undefined) throw new Error(`nothing at ${key} of ${path.join(".")}`);
  }
  return found as JsonObject;
}

/** The HTTP connection manager of the listener that callers reach. */
export function manager(configuration: JsonObject): JsonObject {
  return at(configuration, "static_resources", "listeners", 0, "filter_chains", 0, "filters", 0, "typed_config");
}

export function filter(configuration: JsonObject, name: string): JsonObject {
  const filters = at(manager(configuration), "http_filters") as unknown as readonly { name: string }[];
  return at(
    filters.find((each) => each.name === name),
    "typed_config",
  );
}

export function routes(configuration: JsonObject): readonly JsonObject[] {
  return at(manager(configuration), "route_config", "virtual_hosts", 0, "routes") as unknown as readonly JsonObject[];
}

/** The issuer of `SMALL`. */
export const [CUSTOMERS] = SMALL.issuers as [SidecarIssuer];

/** An OIDC issuer whose tokens carry their scopes. */
export const WORKFORCE: SidecarIssuer = {
  kind: "token",
  id: "workforce",
  url: "https://okta.example",
  keys: { host: "okta.example", path: "/v1/keys" },
  audiences: ["api://shop"],
  scopeClaim: "scp",
  clientClaim: "cid",
  clients: [{ name: "workforce/0oa1", claim: "0oa1", scopes: ["orders/read"] }],
};
