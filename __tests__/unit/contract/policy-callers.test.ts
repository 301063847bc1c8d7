import { policyCallers, routesOpenTo } from "../../../contract/policy-callers";
import type { AccessPolicy, PolicyIssuer } from "../../../contract/policy-file";

const POOL: PolicyIssuer = {
  id: "customers",
  kind: "cognito",
  issuerFrom: "ISSUER",
  clients: [
    { id: "web", clientIdFrom: "WEB", scopes: ["orders/read"] },
    { id: "bot", clientIdFrom: "BOT", scopes: [], kind: "agent" },
  ],
};
const WORKLOADS: PolicyIssuer = {
  id: "workloads",
  kind: "oidc",
  grants: "subjects",
  issuer: "https://ci.example.com",
  audiences: ["front-door"],
  subjects: [{ subject: "repo:shop", scopes: ["orders/audit"] }],
  claimants: [{ id: "deployer", claims: { ref: "main" }, scopes: ["orders/read"], kind: "agent" }],
};
const STAFF: PolicyIssuer = {
  id: "staff",
  kind: "oidc",
  grants: "token",
  issuer: "https://staff.example.com",
  audiences: ["front-door"],
  scopes: ["orders/read", "orders/audit"],
  scopeClaim: "scp",
  clientClaim: "cid",
  clients: ["0oa1", "0oa2"],
};
const ROLES: PolicyIssuer = {
  id: "roles",
  kind: "aws-iam",
  door: "shop-dev",
  subjects: [{ subject: "arn:aws:iam::111122223333:role/worker", scopes: ["orders/read"], uniqueId: "AROA1" }],
};

test("a client has no scope that no value of its issuer's claims grants", () => {
  const issuers = [{ ...STAFF, scopeValues: { Reader: ["orders/read"] } }];
  expect(policyCallers({ issuers }).map(({ scopes }) => scopes)).toEqual([["orders/read"], ["orders/read"]]);
});

test("the callers of a policy are its clients, subjects, claimants, principals and the clients of issuers that grant", () => {
  const callers = policyCallers({ issuers: [POOL, WORKLOADS, STAFF, ROLES] });
  expect(callers.map(({ issuer, id, scopes, kind, uniqueId }) => [issuer.id, id, scopes, kind, uniqueId])).toEqual([
    ["customers", "web", ["orders/read"], undefined, undefined],
    ["customers", "bot", [], "agent", undefined],
    ["workloads", "repo:shop", ["orders/audit"], undefined, undefined],
    ["workloads", "deployer", ["orders/read"], "agent", undefined],
    ["staff", "0oa1", ["orders/read", "orders/audit"], undefined, undefined],
    ["staff", "0oa2", ["orders/read", "orders/audit"], undefined, undefined],
    ["roles", "arn:aws:iam::111122223333:role/worker", ["orders/read"], undefined, "AROA1"],
  ]);
});

test("scopes open the routes of which they meet a need, and no public route counts", () => {
  const routes: AccessPolicy["routes"] = {
    "GET /orders": { service: "orders", access: { scopes: ["orders/read", "orders/admin"] } },
    "GET /audit": { service: "orders", access: { scopes: [{ allOf: ["orders/read", "orders/audit"] }] } },
    "GET /about": { service: "orders", access: "public" },
  };
  expect(routesOpenTo({ scopes: ["orders/read"] }, { routes })).toEqual(["GET /orders"]);
  expect(routesOpenTo({ scopes: ["orders/read", "orders/audit"] }, { routes })).toEqual(["GET /orders", "GET /audit"]);
  expect(routesOpenTo({ scopes: [] }, { routes })).toEqual([]);
});
