import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { DevPool } from "../../../support/local/cognito/dev-pool";
import { set } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

let pool: DevPool;
beforeAll(async () => {
  pool = await DevPool.of();
});
beforeEach(() => pool.trace.clear());

const CALLBACK = "http://localhost:3000/cb";
const VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-of-pkce";
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

function query(changes: Record<string, string> = {}): string {
  const parameters = {
    response_type: "code",
    client_id: pool.client("web").id,
    redirect_uri: CALLBACK,
    scope: "orders/read",
    state: "a b",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...changes,
  };
  return new URLSearchParams(parameters).toString();
}

async function signIn(changes: Record<string, string> = {}, username = "ann"): Promise<URL> {
  const { status, headers } = await pool.send("POST", `/login?${query(changes)}`, { username });
  expect(status).toBe(302);
  return new URL(String(headers?.location));
}

async function redeem(code: string | null, changes: Record<string, string> = {}) {
  return pool.token({
    grant_type: "authorization_code",
    client_id: pool.client("web").id,
    redirect_uri: CALLBACK,
    code: code ?? "",
    code_verifier: VERIFIER,
    ...changes,
  });
}

/** The host name of the pool, and the headers with which a browser sends a form. */
const HOST = "storefront-dev.auth.eu-west-1.amazoncognito.com";
const form = (headers: Record<string, string>) =>
  pool.send("POST", `/login?${query()}`, { username: "ann" }, { host: HOST, ...headers });

testAll([
  ["another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
  ["another port of this machine", { "sec-fetch-site": "same-site", origin: "http://localhost:3000" }],
  ["a browser that names no site", { origin: "https://evil.example" }],
  ["a sandboxed frame", { origin: "null" }],
  ["another origin, with the pool's site", { "sec-fetch-site": "same-origin", origin: `https://${HOST}:8443` }],
])("a sign-in form that comes from %s starts no session", async (_, headers) => {
  const { status, headers: given } = await form(headers);
  expect([status, given?.location]).toEqual([403, undefined]);
  expect(pool.trace.refusal?.at).toBe("cognito");
  pool.trace.clear();
});

testAll([
  ["the page itself", { "sec-fetch-site": "same-origin", origin: `https://${HOST}` }],
  ["the page itself, reloaded by a person", { "sec-fetch-site": "none" }],
  ["a program", {}],
])("a sign-in form that comes from %s returns a code", async (_, headers) => {
  const { status, headers: given } = await form(headers);
  expect([status, new URL(String(given?.location)).searchParams.has("code")]).toEqual([302, true]);
});

test("browsers name the page's origin when they send its form", async () => {
  const { headers } = await pool.send("GET", `/login?${query()}`);
  expect(headers?.["referrer-policy"]).toBe("same-origin");
});

test("a person enters a made-up user name and returns with a code and the state", async () => {
  const { status, headers } = await pool.send("GET", `/oauth2/authorize?${query()}`);
  expect([status, headers?.location]).toEqual([302, `../login?${query()}`]);
  const page = await pool.send("GET", `/login?${query()}`);
  expect([page.status, page.body]).toEqual([200, expect.stringContaining("User name")]);
  const back = await signIn();
  expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
  expect(back.searchParams.get("state")).toBe("a b");
  const { status: granted, body } = await redeem(back.searchParams.get("code"));
  expect(granted).toBe(200);
  expect(decodeJwt(body.access_token)).toMatchObject({
    sub: "ann",
    username: "ann",
    client_id: pool.client("web").id,
    scope: "orders/read",
    token_use: "access",
  });
});

test.each<[string, Record<string, string>]>([
  ["another verifier", { code_verifier: "another" }],
  ["another callback", { redirect_uri: "https://dev.shop.example.com/cb" }],
  ["an unknown code", { code: "x" }],
])("a code with %s is refused, and then invalid", async (_, changes) => {
  const code = (await signIn()).searchParams.get("code");
  expect(await redeem(code, changes)).toEqual({ status: 400, body: { error: "invalid_grant" } });
  if (changes.code === undefined) expect((await redeem(code)).body).toEqual({ error: "invalid_grant" });
});

test("a code works once, and requires a verifier if there was a challenge", async () => {
  const code = (await signIn()).searchParams.get("code");
  expect((await redeem(code)).status).toBe(200);
  expect((await redeem(code)).body).toEqual({ error: "invalid_grant" });
  const next = (await signIn()).searchParams.get("code") ?? "";
  const form = {
    grant_type: "authorization_code",
    client_id: pool.client("web").id,
    redirect_uri: CALLBACK,
    code: next,
  };
  expect((await pool.token(form)).body).toEqual({ error: "invalid_grant" });
});

test.each(["http://localhost:3000/cb/", "http://localhost:3000", "https://evil.example/cb"])(
  "no redirect goes to %s, which is not a declared callback",
  async (redirect_uri) => {
    const { status, headers, body } = await pool.send("GET", `/login?${query({ redirect_uri })}`);
    expect([status, headers?.location]).toEqual([400, undefined]);
    expect(body).toContain("aws_cognito_user_pool_client.web.callback_urls");
  },
);

test.each<[string, Record<string, string>, string]>([
  ["a scope that the client may not have", { scope: "orders/support" }, "invalid_scope"],
  ["another response type", { response_type: "token" }, "invalid_request"],
  ["a plain challenge", { code_challenge_method: "plain" }, "invalid_request"],
])("the callback gets the error of %s", async (_, changes, error) => {
  const back = await signIn(changes);
  expect([back.searchParams.get("error"), back.searchParams.get("code")]).toEqual([error, null]);
});

test("an unknown client and an invalid user name get a page, in which the input stays plain text", async () => {
  const unknown = await pool.send("GET", `/login?${query({ client_id: "x" })}`);
  expect(unknown.status).toBe(400);
  const hostile = await pool.send("POST", `/login?${query({ state: `"><script>` })}`, { username: "<b>" });
  expect([hostile.status, hostile.body.includes("<script>")]).toEqual([400, false]);
});

test("a code is invalid for another client, and a client without the flow gets none", async () => {
  const both = await DevPool.of(
    set("aws_cognito_user_pool_client.support_desk", { allowed_oauth_flows: ["code"], callback_urls: [CALLBACK] }),
    set("aws_cognito_user_pool_client.reporting_agent", { callback_urls: [CALLBACK] }),
  );
  const login = async (changes: Record<string, string>) => {
    const { headers } = await both.send("POST", `/login?${query(changes)}`, { username: "ann" });
    return new URL(String(headers?.location)).searchParams;
  };
  const form = { grant_type: "authorization_code", redirect_uri: CALLBACK, code_verifier: VERIFIER };
  const code = (await login({})).get("code") ?? "";
  const stolen = await both.token({ ...form, code }, { authorization: both.basic("support_desk") });
  expect(stolen.body).toEqual({ error: "invalid_grant" });
  const refused = await login({ client_id: both.client("reporting_agent").id });
  expect([refused.get("error"), refused.get("code")]).toEqual(["unauthorized_client", null]);
});
