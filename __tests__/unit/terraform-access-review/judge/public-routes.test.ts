import { rowOf } from "../../../../packages/terraform-access-review/model/change";
import { calledRoute } from "../../../../packages/terraform-access-review/model/row";
import { patched } from "../../../support/merge-patch";
import { synthesizedStateOf } from "../../../support/synthesized";
import { accessBetween, lines, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

type Json = { readonly [key: string]: unknown };

const REST: Json = { gateway: { kind: "rest" } };
const VERIFIED: Json = {
  envoy: { image: `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${"7d".repeat(32)}` },
  issuers: {
    workforce: { jwksUri: "https://acme.okta.com/oauth2/v1/keys" },
    aws: { jwksUri: "https://11111111-2222-3333-4444-555555555555.tokens.sts.global.api.aws/.well-known/jwks.json" },
  },
  services: { orders: { verifyCallerToken: true } },
};
/** Without any other public route, so that the function for public routes comes and goes. */
const ALONE: Json = {
  services: { catalog: null },
  issuers: { workforce: { scopes: ["orders/read", "orders/support", "accounts/read"] } },
};

/** Each kind of gateway, with each way in which a service trusts a call. */
const FRONT_DOORS: readonly (readonly [name: string, environment: "dev" | "preview", patches: readonly Json[]])[] = [
  ["http, federated", "dev", []],
  ["http, federated, no other public route", "dev", [ALONE]],
  ["rest, federated", "dev", [REST]],
  ["rest, federated, no other public route", "dev", [REST, ALONE]],
  ["http, federated, verifyCallerToken", "dev", [VERIFIED]],
  ["rest, federated, verifyCallerToken", "dev", [REST, VERIFIED]],
  // A REST API has no such handshake.
  ["http, shared-issuer", "preview", []],
];

const KEYS = ["GET /status", "GET /status/{id}"];

/** The whole state of a front door whose routes of `KEYS` have this access. */
function withRoutes(environment: string, patches: readonly Json[], access: unknown) {
  const routes: Json = { services: { orders: { routes: Object.fromEntries(KEYS.map((key) => [key, access])) } } };
  return synthesizedStateOf(variantOf(environment, [...patches, routes].reduce(patched, {}) as Json));
}

testAll(FRONT_DOORS)("%s: closing a public route is narrower, and opening it is broader", (_, environment, patches) => {
  const open = withRoutes(environment, patches, "public");
  const closed = withRoutes(environment, patches, { scopes: ["orders/read"] });
  const [closing, opening] = [accessBetween(open, closed), accessBetween(closed, open)];
  expect(lines(closing).filter((line) => line.startsWith("+"))).toEqual([]);
  expect([verdict(closing), verdict(opening)]).toEqual(["narrowed", "broadened"]);
  const anyone = opening.rows.filter(
    (change) => rowOf(change).principal.kind === "anyone" && change.effect === "broadened",
  );
  expect([...new Set(anyone.map((change) => calledRoute(rowOf(change))))]).toEqual(KEYS);
});
