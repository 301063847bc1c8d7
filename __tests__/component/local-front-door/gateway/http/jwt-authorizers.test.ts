import { LocalGateway } from "../../../../../packages/local-front-door/gateway/http/http-gateway";
import { LocalIssuer } from "../../../../../packages/local-front-door/issuers/issuers";
import { callerOf, json, type LocalHost } from "../../../../../packages/local-front-door/net/local-http";
import { LocalTrace } from "../../../../../packages/local-front-door/trace/trace";
import { type Change, set } from "../../../../support/local/document";
import { previewStack } from "../../../../support/local/preview-document";

const AUTHORIZER = "aws_apigatewayv2_authorizer.customers";
const ROUTE = "aws_apigatewayv2_route.orders_get_orders";
const URL_ = `https://${stackText("aws_cognito_user_pool", "customers", "endpoint")}`;
const WEB = stackText("aws_cognito_user_pool_client", "web", "id");

function stackText(type: string, name: string, attribute: string): string {
  const stack = previewStack();
  const found = stack.all(type).find((each) => each.name === name);
  return found === undefined ? "" : stack.text(found, attribute);
}

let issuer: LocalIssuer;
beforeAll(async () => {
  issuer = await LocalIssuer.start({ id: "customers", kind: "cognito", url: URL_ });
});
afterAll(() => issuer.stop());

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** The gateway of preview between the issuer and services that echo the request, without any Envoy. */
async function open(changes: readonly Change[] = [], ofIssuer: LocalHost = issuer.handle) {
  const stack = previewStack(...changes);
  const fetched: string[] = [];
  const counted: LocalHost = (request) => {
    fetched.push(request.target);
    return ofIssuer(request);
  };
  const hosts = new Map([[issuer.hosts[0] ?? "", counted]]);
  for (const service of stack.all("google_cloud_run_v2_service")) {
    hosts.set(new URL(stack.text(service, "uri")).host, async ({ headers }) => json(200, Object.fromEntries(headers)));
  }
  const clock = { ahead: 0 };
  const lines: string[] = [];
  const trace = new LocalTrace();
  const gateway = new LocalGateway(
    stack,
    [],
    callerOf(() => hosts),
    trace,
    {
      now: () => Date.now() + clock.ahead,
      onAccessLogLine: (line) => lines.push(line),
    },
  );
  const url = await gateway.start();
  stops.push(() => gateway.stop());
  const get = (authorization?: string) =>
    fetch(`${url}/orders`, authorization === undefined ? {} : { headers: { authorization } });
  return { get, fetched, clock, lines, trace };
}

const token = (claims: object = {}) =>
  issuer.token({ sub: "ann", client_id: WEB, token_use: "access", scope: "orders/read", nbf: undefined, ...claims });

test("a valid token is forwarded unchanged, and the access log has its claims but not the token", async () => {
  const { get, lines } = await open();
  const jwt = await token({ scp: ["a", "b"] });
  const response = await get(`Bearer ${jwt}`);
  expect([response.status, ((await response.json()) as { authorization?: string }).authorization]).toEqual([
    200,
    `Bearer ${jwt}`,
  ]);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    status: "200",
    issuer: URL_,
    client: WEB,
    subject: "ann",
    scopes: "orders/read",
  });
  expect(lines.join()).not.toContain(jwt.split(".")[1]);
  // The token alone counts as much as after Bearer.
  expect((await get(jwt)).status).toBe(200);
});

test("a refused request has API Gateway's body and challenge, and reaches no service", async () => {
  const { get, lines, trace } = await open();
  const nobody = await get();
  expect([nobody.status, await nobody.json(), nobody.headers.get("www-authenticate")]).toEqual([
    401,
    { message: "Unauthorized" },
    "Bearer",
  ]);
  const scopeless = await get(`Bearer ${await token({ scope: "orders/write" })}`);
  expect([scopeless.status, await scopeless.json(), scopeless.headers.get("www-authenticate")]).toEqual([
    403,
    { message: "Forbidden" },
    expect.stringMatching(/^Bearer scope="orders\/read" error="insufficient_scope" /),
  ]);
  expect(lines.map((line) => JSON.parse(line).integrationStatus)).toEqual(["-", "-"]);
  expect(trace.hops.filter(({ allowed }) => !allowed).map(({ at, declaration }) => [at, declaration])).toEqual([
    ["jwt-authorizer", `${AUTHORIZER}.identity_sources`],
    ["jwt-authorizer", `${ROUTE}.authorization_scopes`],
  ]);
});

test("claims are strings in mappings", async () => {
  const parameters = {
    "overwrite:header.X-Groups": "$context.authorizer.claims.groups",
    "overwrite:header.X-Exp": "$context.authorizer.claims.exp",
  };
  const mapped = set("aws_apigatewayv2_integration.orders", { request_parameters: parameters });
  const response = await (await open([mapped])).get(await token({ groups: ["a", "b c"], exp: 4_000_000_000 }));
  expect(await response.json()).toMatchObject({ "x-groups": "[a b c]", "x-exp": "4000000000" });
});

test("keys are found through the issuer's discovery document, and cached for two hours", async () => {
  const { get, fetched, clock } = await open();
  const jwt = await token({ exp: 4_000_000_000 });
  for (let count = 0; count < 3; count += 1) expect((await get(jwt)).status).toBe(200);
  const path = new URL(URL_).pathname;
  const both = [`${path}/.well-known/openid-configuration`, `${path}/.well-known/jwks.json`];
  expect(fetched).toEqual(both);
  clock.ahead = 2 * 3600 * 1000 - 60_000;
  expect([(await get(jwt)).status, fetched.length]).toEqual([200, 2]);
  clock.ahead += 60_001;
  expect([(await get(jwt)).status, fetched]).toEqual([200, [...both, ...both]]);
});

test("if keys cannot be fetched, the request is refused, and the next request fetches them again", async () => {
  const answers: Readonly<Record<string, LocalHost>> = {
    "are not there": async () => ({ status: 503, body: "" }),
    "are no JSON": async () => ({ status: 200, body: "<html>" }),
    "are of an unknown host": async () => json(200, { jwks_uri: "https://elsewhere.example/keys" }),
    "are nowhere": async () => json(200, {}),
  };
  let answer: LocalHost = issuer.handle;
  const { get } = await open([], (request) => answer(request));
  for (const [name, wrong] of Object.entries(answers)) {
    answer = wrong;
    expect([name, (await get(await token())).status]).toEqual([name, 401]);
  }
  answer = issuer.handle;
  expect((await get(await token())).status).toBe(200);
});
