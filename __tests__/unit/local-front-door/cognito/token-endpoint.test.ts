import { decodeJwt } from "jose";
import { DevPool } from "../../../support/local/cognito/dev-pool";
import { set } from "../../../support/local/document";

let pool: DevPool;
beforeAll(async () => {
  pool = await DevPool.of();
});
beforeEach(() => pool.trace.clear());

const GRANT = { grant_type: "client_credentials" };
const REFRESH = { grant_type: "refresh_token", refresh_token: "x" };

test("a client with its secret gets a token with Cognito's claims and all its scopes", async () => {
  const { status, body } = await pool.token(GRANT, { authorization: pool.basic("reporting_agent") });
  expect([status, Object.keys(body).sort()]).toEqual([200, ["access_token", "expires_in", "token_type"]]);
  expect([body.expires_in, body.token_type]).toEqual([3600, "Bearer"]);
  const { id } = pool.client("reporting_agent");
  const claims = decodeJwt(body.access_token);
  expect(claims).toEqual({
    iss: pool.issuerUrl,
    sub: id,
    client_id: id,
    token_use: "access",
    scope: "orders/export orders/read",
    version: 2,
    jti: expect.any(String),
    auth_time: claims.iat,
    iat: expect.any(Number),
    exp: (claims.iat ?? 0) + 3600,
  });
});

test("the secret may be in the form, and a token has the requested scopes", async () => {
  const { id, secret = "" } = pool.client("reporting_agent");
  const form = { ...GRANT, client_id: id, client_secret: secret, scope: "orders/read" };
  expect(decodeJwt((await pool.token(form)).body.access_token).scope).toBe("orders/read");
});

test("a token is valid for the declared time", async () => {
  const short = await DevPool.of(set("aws_cognito_user_pool_client.reporting_agent", { access_token_validity: 5 }));
  const { body } = await short.token(GRANT, { authorization: short.basic("reporting_agent") });
  const { exp = 0, iat = 0 } = decodeJwt(body.access_token);
  expect([body.expires_in, exp - iat]).toEqual([300, 300]);
});

const by = (name: string, more: object = {}) => ({ ...GRANT, client_id: pool.client(name).id, ...more });
const secretOf = (name: string) => ({ client_secret: pool.client(name).secret ?? "" });
const none = () => ({});

test.each<[string, () => Record<string, string>, () => Record<string, string>, string]>([
  ["without a grant type", none, () => own(), "invalid_request"],
  ["to refresh, from a client without sign-in", () => REFRESH, () => own(), "unauthorized_client"],
  ["for an unknown grant", () => ({ grant_type: "password" }), () => own(), "unsupported_grant_type"],
  ["as JSON", () => GRANT, () => ({ ...own(), "content-type": "application/json" }), "invalid_request"],
  ["from no client", () => GRANT, none, "invalid_client"],
  ["from an unknown client", () => ({ ...GRANT, client_id: "x", client_secret: "y" }), none, "invalid_client"],
  ["with another's secret", () => by("support_desk", secretOf("reporting_agent")), none, "invalid_client"],
  ["without the secret", () => by("support_desk"), none, "invalid_client"],
  ["for another's scope", () => ({ ...GRANT, scope: "orders/read orders/support" }), () => own(), "invalid_scope"],
  ["from a client for people", () => by("web"), none, "unauthorized_client"],
])("a request %s is refused as Cognito refuses it", async (_, form, headers, error) => {
  const { status, body } = await pool.token(form(), headers());
  expect([status, body]).toEqual([400, { error }]);
  expect(pool.trace.refusal?.at).toBe("cognito");
});

const own = () => ({ authorization: pool.basic("reporting_agent") });

test("the trace names the declaration at fault and contains no secret", async () => {
  await pool.token({ ...GRANT, scope: "orders/support" }, own());
  expect(pool.trace.refusal?.declaration).toBe("aws_cognito_user_pool_client.reporting_agent.allowed_oauth_scopes");
  await pool.token({ ...GRANT, client_id: pool.client("web").id });
  expect(pool.trace.refusal?.declaration).toBe("aws_cognito_user_pool_client.web.allowed_oauth_flows");
  expect(JSON.stringify(pool.trace.hops)).not.toContain(pool.client("reporting_agent").secret);
});

test("a client without OAuth enabled gets no token", async () => {
  const off = await DevPool.of(
    set("aws_cognito_user_pool_client.reporting_agent", { allowed_oauth_flows_user_pool_client: false }),
  );
  const { body } = await off.token(GRANT, { authorization: off.basic("reporting_agent") });
  expect(body).toEqual({ error: "unauthorized_client" });
});

describe("a browser page may read an answer of the token endpoint", () => {
  const allowed = async (of: DevPool, origin: string) => {
    const headers = { authorization: of.basic("reporting_agent"), origin };
    const answer = await of.send("POST", "/oauth2/token", GRANT, headers);
    expect([answer.status, answer.headers?.vary]).toEqual([200, "origin"]);
    return answer.headers?.["access-control-allow-origin"];
  };

  test("only if a client has a callback with the page's origin", async () => {
    const own = ["http://localhost:3000", "https://dev.shop.example.com"];
    for (const origin of own) expect(await allowed(pool, origin)).toBe(origin);
    const others = [
      "https://evil.example",
      "http://localhost:3001",
      "https://localhost:3000",
      "http://localhost:3000/cb",
      "null",
      "",
    ];
    for (const origin of others) expect([origin, await allowed(pool, origin)]).toEqual([origin, undefined]);
  });

  test("not from a sandbox, even if a callback has an app's own scheme", async () => {
    const app = await DevPool.of(set("aws_cognito_user_pool_client.web", { callback_urls: ["shop://cb"] }));
    expect(await allowed(app, "null")).toBeUndefined();
  });
});
