import { explanationOf } from "../../../../cli/explain/explanation";
import type { AuthorizerPolicy } from "../../../../contract/policy-file";
import { ENVIRONMENT, OKTA_URL, POLICY } from "../../../support/authorizer/policy";
import { testAll } from "../../../support/test-all";

const NOW = 1_900_000_000;
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const policy: AuthorizerPolicy = {
  ...POLICY,
  issuers: POLICY.issuers.map((issuer) =>
    issuer.id === "workforce" ? { ...issuer, pathClaims: ["tenant_id", "teams"] } : issuer,
  ) as AuthorizerPolicy["issuers"],
  routes: {
    "GET /tenants/{tenant}/orders": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { tenant: { claim: "tenant_id" } } },
    },
    "POST /mcp": {
      service: "orders",
      access: { scopes: ["orders/read"] },
      mcp: { audience: "https://api.shop.example/mcp", origins: [] },
    },
    "GET /teams/{team}": {
      service: "orders",
      access: { scopes: ["orders/read"], where: { team: { claim: "teams", list: true } } },
    },
  },
};

testAll<[object, readonly string[]]>([
  [{ tenant_id: "acme" }, ["GET /tenants/acme/orders"]],
  [{ teams: ["red"] }, ["GET /teams/red"]],
  [{ tenant_id: "acme", teams: ["red", "blue"] }, ["GET /tenants/acme/orders", "GET /teams/{red|blue}"]],
  [{ tenant_id: ["acme"], teams: "red" }, []],
  [{ tenant_id: "" }, []],
  [{ aud: ["api://shop", "https://api.shop.example/mcp"] }, ["POST /mcp"]],
  [{}, []],
])("a token with %j opens the paths %j", async (claims, routes) => {
  const own = { iss: OKTA_URL, aud: "api://shop", sub: "ann", cid: "0oa1example", scp: ["orders/read"], iat: NOW };
  const token = `${part({ alg: "RS256", kid: "k" })}.${part({ ...own, exp: NOW + 600, ...claims })}.c2ln`;
  const signatureOf = async () => "valid" as const;
  const found = await explanationOf(token, { policy, variables: ENVIRONMENT, now: NOW, signatureOf });
  expect(found.routes).toEqual(routes);
});
