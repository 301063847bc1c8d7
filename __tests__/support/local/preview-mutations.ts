import { routeGrantsOf } from "../../../cli/local/ledger";
import { callMatrix } from "../../../cli/local/matrix";
import { answerPast, answerTo } from "../../../cli/local/requests";
import type { Clouds } from "../../../packages/local-front-door/clouds";
import { synthesizedFile } from "../synthesized";
import { type Change, set } from "./document";
import { startPreview } from "./preview";
import { type EnvoyParts, envoy } from "./preview-document";

const AUTHORIZER = "aws_apigatewayv2_authorizer.customers";
export const ROUTE = "aws_apigatewayv2_route.orders_get_orders";
const RUN = "google_cloud_run_v2_service.orders";
const ISSUER = "https://${aws_cognito_user_pool.customers.endpoint}";

type Claims = Readonly<Record<string, unknown>>;

/** The ledger's answers at every route of preview. */
export function previewMatrix(clouds: Clouds) {
  return callMatrix(
    "preview",
    clouds,
    routeGrantsOf((file) => synthesizedFile("preview", file)),
  );
}

/** Tokens that the right issuer signed with its own key, each with a route that it must not open. */
function attacks(clouds: Clouds): Readonly<Record<string, readonly [route: string, claims: Claims]>> {
  const client = (name: string) => clouds.callers.find((each) => each.name === `customers/${name}`)?.client?.id;
  const web = { sub: "ann", client_id: client("web"), token_use: "access", scope: "orders/read" };
  return {
    "an ID token": ["GET /orders", { ...web, token_use: "id", aud: client("web") }],
    "a stranger's client": ["GET /orders/{id}", { ...web, client_id: "stranger" }],
    "a scope that the config does not give": [
      "POST /orders",
      { ...web, client_id: client("reporting-agent"), scope: "orders/write" },
    ],
    "an old token": ["GET /orders", { ...web, exp: 1_700_000_000, iat: 1_600_000_000 }],
    "a token without an end": ["GET /orders", { ...web, exp: undefined }],
  };
}

/** Returns what contradicts the ledger after these changes, and which attacks pass: `past the gateway: an ID token`. */
export async function previewFaults(...changes: readonly Change[]): Promise<readonly string[]> {
  const clouds = await startPreview(changes);
  try {
    const { contradictions } = await previewMatrix(clouds);
    const passed: string[] = [];
    const [orders] = clouds.pastGateway.filter(({ service }) => service.endsWith("-orders"));
    for (const [name, [route, claims]] of Object.entries(attacks(clouds))) {
      const token = await clouds.issuers.get("customers")?.token(claims);
      const past = orders && (await answerPast(clouds.tls, orders.url, route, token));
      if (past?.status === 200) passed.push(`past the gateway: ${name}`);
      if ((await answerTo(clouds.url, route, token)).status === 200) passed.push(`by the gateway: ${name}`);
    }
    return [...passed, ...contradictions];
  } finally {
    await clouds.stop();
  }
}

/** Returns the mutations without a fault of the expected kind: `name: the faults that were found`. */
export async function uncaught(mutations: readonly PreviewMutation[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, change, expected] of mutations) {
    const faults = await previewFaults(change);
    if (!faults.some((each) => expected.test(each))) found.push(`${name}: ${faults.join("; ") || "nothing"}`);
  }
  return found;
}

const orders = (rewrite: (parts: EnvoyParts) => unknown) => envoy("orders", rewrite);
const cluster = ({ bootstrap }: EnvoyParts) => bootstrap.static_resources.clusters[1];

export type PreviewMutation = readonly [name: string, change: Change, fault: RegExp];

/** Mutations of one declaration each, and how callers notice them. */
export const PREVIEW_MUTATIONS: readonly PreviewMutation[] = [
  [
    "the authorizer's issuer",
    set(AUTHORIZER, { jwt_configuration: { issuer: "https://other.example", audience: ["x"] } }),
    /^customers\/web got 401 from GET \/orders, /,
  ],
  [
    "the authorizer's audiences",
    set(AUTHORIZER, { jwt_configuration: { issuer: ISSUER, audience: ["x"] } }),
    /^customers\/web got 401 from GET \/orders, /,
  ],
  [
    "another identity source",
    set(AUTHORIZER, { identity_sources: ["$request.header.X-Token"] }),
    /^customers\/web got 401 from GET \/orders, /,
  ],
  [
    "a route's scopes",
    set(ROUTE, { authorization_scopes: ["orders/write"] }),
    /^customers\/reporting-agent got 403 from GET \/orders, /,
  ],
  [
    "a route's target",
    set(ROUTE, { target: "integrations/${aws_apigatewayv2_integration.accounts.id}" }),
    /^customers\/web got 403 from GET \/orders, /,
  ],
  [
    "a provider's issuer",
    orders(({ provider }) => Object.assign(provider, { issuer: "https://other.example" })),
    /^customers\/web got 401 from GET \/orders, /,
  ],
  [
    "a provider's keys",
    orders(({ provider }) => (provider.remote_jwks.http_uri.uri += "x")),
    /^customers\/web got 401 from GET \/orders, /,
  ],
  [
    "a certificate's name",
    orders((parts) => (cluster(parts).transport_socket.typed_config.sni = "x.example")),
    /^customers\/web got 401 from GET \/orders, /,
  ],
  [
    "a route of Envoy, gone",
    orders(({ routes }) =>
      routes.splice(
        routes.findIndex(({ name }) => name === "GET /orders"),
        1,
      ),
    ),
    /^customers\/web got 403 from GET \/orders, /,
  ],
  [
    "what a route of Envoy wants",
    orders(
      ({ routes }) =>
        (routes.find(({ name }) => name === "GET /orders").metadata.filter_metadata.front_door.access =
          "orders/export"),
    ),
    /^customers\/web got 403 from GET \/orders, /,
  ],
  [
    "a rule of Envoy, gone",
    orders(({ scopes }) => delete scopes["orders/read"]),
    /^customers\/web got 403 from GET \/orders, /,
  ],
  [
    "a rule of Envoy, for everybody",
    orders(({ scopes }) => (scopes["orders/export"].principals = [{ any: true }])),
    /^past the gateway, customers\/web got 200 from GET \/orders\/export, which no row/,
  ],
  [
    "all scopes of Envoy, gone",
    orders(
      ({ manager }) =>
        (manager.http_filters = manager.http_filters.filter(({ name }: { name: string }) => name !== "scopes")),
    ),
    /^past the gateway: a scope that the config does not give$/,
  ],
  [
    "the callers of Envoy, gone",
    orders(
      ({ manager }) =>
        (manager.http_filters = manager.http_filters.filter(({ name }: { name: string }) => name !== "callers")),
    ),
    /^past the gateway: an ID token$/,
  ],
  [
    "the kind of token",
    orders(({ callers }) => callers.customers.principals[0].and_ids.ids.splice(2, 1)),
    /^by the gateway: an ID token$/,
  ],
  [
    "an end of tokens",
    orders(({ provider }) => (provider.require_expiration = false)),
    /^by the gateway: a token without an end$/,
  ],
  ["IAM, on again", set(RUN, { invoker_iam_disabled: false }), /^customers\/web got 401 from GET \/orders, /],
  [
    "calls from inside alone",
    set(RUN, { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }),
    /^customers\/web got 404 from GET \/orders, /,
  ],
];
