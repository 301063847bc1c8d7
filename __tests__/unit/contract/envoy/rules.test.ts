import { envoyConfiguration } from "../../../../contract/envoy/configuration";
import { actor, all, anyOf, claim, exactly, textOrInList } from "../../../../contract/envoy/matchers";
import { at, CUSTOMERS, filter, SMALL } from "./support";

test("a user pool's caller is identified by client and token use together, in one rule", () => {
  const rule = at(
    filter(envoyConfiguration(SMALL), "callers"),
    "rules",
    "policies",
    "customers",
    "principals",
    0,
    "and_ids",
  );
  const text = JSON.stringify(rule);
  for (const needed of [
    '"client_id"',
    '"desk1"',
    '"web1"',
    '"token_use"',
    '"access"',
    '"https://cognito.example/pool"',
  ]) {
    expect(text).toContain(needed);
  }
});

test("there is one rule for each set of scopes, and only a client's own scopes count", () => {
  const policies = at(filter(envoyConfiguration(SMALL), "scopes"), "rules", "policies");
  expect(Object.keys(policies)).toEqual(["orders/read", "orders/read orders/support", "public"]);
  const first = JSON.stringify(policies["orders/read"]);
  expect(first).toContain('"web1"');
  expect(first).not.toContain('"desk1"');
});

test("an allOf has its own rule, for the clients that have all of its scopes", () => {
  const clients = [
    { name: "customers/web", claim: "web1", scopes: ["orders/read", "orders/write"] },
    { name: "customers/desk", claim: "desk1", scopes: ["orders/read"] },
  ];
  const access = { scopes: ["orders/support", { allOf: ["orders/read", "orders/write"] }] };
  const policies = at(
    filter(
      envoyConfiguration({
        ...SMALL,
        issuers: [{ ...CUSTOMERS, clients }],
        routes: [{ key: "GET /audit", access }],
      }),
      "scopes",
    ),
    "rules",
    "policies",
  );
  const text = "orders/read&orders/write orders/support";
  expect(Object.keys(policies)).toEqual([text, "public"]);
  const has = (scope: string) => claim("scope", { list_match: { one_of: exactly(scope) } });
  expect(at(policies, text, "principals")).toEqual([
    all(
      claim("iss", exactly("https://cognito.example/pool")),
      claim("client_id", exactly("web1")),
      actor(anyOf(["-", "customers/web"])),
      has("orders/read"),
      has("orders/write"),
    ),
  ]);
});

test("who acts must be able to meet the same need, and only be named if every client can", () => {
  const clients = [
    { name: "customers/web", claim: "web1", scopes: ["orders/read", "orders/write"] },
    { name: "customers/desk", claim: "desk1", scopes: ["orders/read"] },
  ];
  const routes = [{ key: "GET /orders", access: { scopes: ["orders/read", "orders/write"] } }];
  const configuration = envoyConfiguration({ ...SMALL, issuers: [{ ...CUSTOMERS, clients }], routes });
  const policies = at(filter(configuration, "scopes"), "rules", "policies");
  const has = (scope: string) => claim("scope", { list_match: { one_of: exactly(scope) } });
  const iss = claim("iss", exactly("https://cognito.example/pool"));
  expect(at(policies, "orders/read orders/write", "principals")).toEqual([
    all(iss, actor({ present_match: true }), has("orders/read")),
    all(iss, claim("client_id", exactly("web1")), actor(anyOf(["-", "customers/web"])), has("orders/write")),
  ]);
});

test("routes with different audiences have rules of their own", () => {
  const access = { scopes: ["orders/read"] };
  const routes = [
    { key: "GET /orders", access },
    { key: "POST /mcp", access, audiences: ["https://api.shop.example/mcp", "6e74172b"] },
  ];
  const policies = at(filter(envoyConfiguration({ ...SMALL, routes }), "scopes"), "rules", "policies");
  const bound = "orders/read  audience=https://api.shop.example/mcp 6e74172b";
  expect(Object.keys(policies)).toEqual(["orders/read", bound, "public"]);
  const asked = JSON.stringify(claim("aud", textOrInList(["https://api.shop.example/mcp", "6e74172b"])));
  expect(JSON.stringify(policies[bound])).toContain(asked);
  expect(JSON.stringify(policies["orders/read"])).not.toContain("aud");
});

test("a scope that no caller can hold has no rule, so no call is allowed", () => {
  const access = { scopes: ["orders/export"] };
  const policies = at(
    filter(envoyConfiguration({ ...SMALL, routes: [{ key: "GET /export", access }] }), "scopes"),
    ...["rules", "policies"],
  );
  expect(Object.keys(policies)).toEqual(["public"]);
});
