import type { AuthorizerPolicy, PolicyRoute } from "../../../../../contract/policy-file";
import { type AuthorizationRequest, type Decider, decide } from "../../../../../functions/authorizer/handler/decide";
import { GoogleTokens } from "../../../../../functions/authorizer/mint/google-tokens";
import { pathRules } from "../../../../../functions/authorizer/request/path-rule";
import { trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../../../functions/authorizer/token/verify-token";
import { clouds, googleIdToken } from "../../../../support/authorizer/clouds";
import { cognitoDocuments, documents, oidcDocuments, TestIssuer } from "../../../../support/authorizer/issuer";
import {
  AWS_URL,
  CATALOG,
  COGNITO_URL,
  ENVIRONMENT,
  NIGHTLY_EXPORT,
  OKTA_URL,
  POLICY,
} from "../../../../support/authorizer/policy";
import { silentTrace } from "../../../../support/authorizer/trace";

let cognito: TestIssuer;
let okta: TestIssuer;
let aws: TestIssuer;
beforeAll(async () => {
  cognito = await TestIssuer.create(COGNITO_URL);
  okta = await TestIssuer.create(OKTA_URL);
  aws = await TestIssuer.create(AWS_URL);
});

function front(cloud = clouds(), policy: AuthorizerPolicy = POLICY, revoked: ReadonlySet<string> = new Set()) {
  const web = documents({ ...cognitoDocuments(cognito), ...oidcDocuments(okta), ...oidcDocuments(aws) });
  const decider: Decider = {
    verifier: new TokenVerifier(trustedIssuers(policy, ENVIRONMENT), web.call),
    googleTokens: new GoogleTokens({ policy, environment: ENVIRONMENT, call: cloud.call, functionName: "callers" }),
    revoked,
  };
  const rules = pathRules(policy);
  const ask = (routeKey: string, authorization: readonly string[] = [], path = routeKey.split(" ")[1] ?? "") => {
    const pathRule = rules.get(routeKey) as AuthorizationRequest["pathRule"];
    const route = policy.routes[routeKey] as PolicyRoute;
    return decide(decider, { route, pathRule, path, authorization, host: "api.example.com" }, silentTrace());
  };
  return { ask, cloud, web };
}

const bearer = async (token: Promise<string>) => [`Bearer ${await token}`];
const web = (claims: Record<string, unknown> = {}) =>
  bearer(
    cognito.token({ sub: "ann", token_use: "access", client_id: "web1client2id3", scope: "orders/read", ...claims }),
  );

test("a good token with one of the route's scopes is allowed and gets a Google token", async () => {
  const outcome = await front().ask("GET /orders", await web());
  expect(outcome).toEqual({
    decision: "allowed",
    caller: { issuer: "customers", client: "customers/web", subject: "ann", scopes: ["orders/read"] },
    googleAuthorization: `Bearer ${googleIdToken()}`,
  });
});

test("any one of the route's scopes is enough", async () => {
  const { ask } = front();
  const desk = await web({ client_id: "desk1client2id3", scope: "orders/support" });
  expect((await ask("GET /orders/{id}", desk, "/orders/7")).decision).toBe("allowed");
  expect((await ask("GET /orders/{id}", await web(), "/orders/7")).decision).toBe("allowed");
});

test("all scopes of an allOf are needed, in the token and in the policy", async () => {
  const { ask, cloud } = front();
  const nightly = { sub: NIGHTLY_EXPORT, aud: ["shop-dev"] };
  expect((await ask("GET /orders/audit", await bearer(aws.token(nightly)))).decision).toBe("allowed");
  const asked = cloud.requests.length;
  for (const scope of ["orders/read", "orders/export", "orders/export orders/read"]) {
    expect(await ask("GET /orders/audit", await web({ scope }))).toMatchObject({
      decision: "forbidden",
      reason: "scope",
    });
  }
  expect(cloud.requests.length).toBe(asked);
});

test("an allOf without scopes allows no caller", async () => {
  const access = { scopes: [{ allOf: [] }] };
  const { ask } = front(clouds(), { ...POLICY, routes: { "GET /orders": { service: "orders", access } } });
  expect(await ask("GET /orders", await web())).toMatchObject({ decision: "forbidden", reason: "scope" });
});

test("a caller without a scope of the route is refused without a call to a cloud", async () => {
  const { ask, cloud } = front();
  expect(await ask("POST /orders", await web())).toMatchObject({ decision: "forbidden", reason: "scope" });
  expect(await ask("GET /orders/export", await web({ scope: "orders/export" }))).toMatchObject({
    decision: "forbidden",
  });
  expect(await ask("GET /orders", await web({ scope: "" }))).toMatchObject({ decision: "forbidden" });
  expect(cloud.requests).toEqual([]);
});

test("of two issuers with the same subject, client and scope, only the configured one passes", async () => {
  const { ask } = front();
  const claims = { sub: NIGHTLY_EXPORT, aud: ["shop-dev", "api://shop"], cid: "0oa1example", scp: ["orders/export"] };
  expect((await ask("GET /orders/export", await bearer(aws.token(claims)))).decision).toBe("allowed");
  expect((await ask("GET /orders/export", await bearer(okta.token(claims)))).decision).toBe("forbidden");
  expect((await ask("GET /orders/export", await bearer(cognito.token(claims)))).decision).toBe("unauthenticated");
});

test("a missing or repeated Authorization header is refused", async () => {
  const { ask, web: issuers } = front();
  const [token = ""] = await web();
  expect(await ask("GET /orders", [])).toMatchObject({ decision: "unauthenticated", reason: "authorization-count" });
  expect(await ask("GET /orders", [token, token])).toMatchObject({ reason: "authorization-count" });
  expect(issuers.requests).toEqual([]);
});

test("a path that could match another route is refused before the token is read", async () => {
  const { ask, web: issuers } = front();
  expect(await ask("GET /orders/{id}", await web(), "/orders/EXPORT")).toMatchObject({ reason: "path-ambiguous" });
  expect(issuers.requests).toEqual([]);
});

test("a public route needs no token, but the path rule applies to its variable", async () => {
  const catalog = () =>
    clouds({
      iam: () => ({
        status: 200,
        body: JSON.stringify({ token: googleIdToken({ aud: CATALOG.audience, email: CATALOG.serviceAccount }) }),
      }),
    });
  expect(await front(catalog()).ask("GET /products")).toEqual({
    decision: "allowed",
    googleAuthorization: expect.stringMatching(/^Bearer /),
  });
  expect(await front(catalog()).ask("GET /products/{sku}", [], "/products/a;b")).toMatchObject({
    decision: "forbidden",
  });
});

test("a call cannot be decided while a cloud refuses", async () => {
  const { ask } = front(clouds({ sts: () => ({ status: 403, body: "" }) }));
  expect(await ask("GET /orders", await web())).toMatchObject({ decision: "unavailable", reason: "token-exchange" });
});

test("a bug makes the call undecidable", async () => {
  const broken = clouds({
    aws: () => {
      throw new TypeError("a bug that quotes Bearer secret.token.value");
    },
  });
  const outcome = await front(broken).ask("GET /orders", await web());
  expect(outcome).toMatchObject({ decision: "unavailable", reason: "internal" });
  expect(String(outcome)).not.toContain("secret");
});

test("a revoked caller is refused before minting, whatever its token contains", async () => {
  const { ask, cloud } = front(clouds(), POLICY, new Set(["customers/web"]));
  expect(await ask("GET /orders", await web())).toMatchObject({
    decision: "forbidden",
    reason: "client-revoked",
    caller: { client: "customers/web" },
  });
  expect(cloud.requests).toEqual([]);
  const other = front(clouds(), POLICY, new Set(["customers/desk"]));
  expect(await other.ask("GET /orders", await web())).toMatchObject({ decision: "allowed" });
});

test("a revoked party may not act for another caller, whose own calls still pass", async () => {
  const issuers = POLICY.issuers.map((issuer) => {
    if (issuer.kind !== "cognito") return issuer;
    return { ...issuer, clients: issuer.clients.map((client) => ({ ...client, scopes: ["orders/read"] })) };
  });
  const { ask, cloud } = front(clouds(), { ...POLICY, issuers }, new Set(["customers/desk"]));
  const acting = await web({ act: { sub: ENVIRONMENT.CLIENT_DESK } });
  expect(await ask("GET /orders", acting)).toMatchObject({
    reason: "client-revoked",
    caller: { client: "customers/web", actor: "customers/desk" },
  });
  expect(cloud.requests).toEqual([]);
  expect(await ask("GET /orders", await web())).toMatchObject({ decision: "allowed" });
  const allowed = front(clouds(), { ...POLICY, issuers });
  expect(await allowed.ask("GET /orders", acting)).toMatchObject({ decision: "allowed" });
});
