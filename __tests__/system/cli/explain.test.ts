import { request } from "node:http";
import { text } from "node:stream/consumers";
import { issuerReport, signature } from "../../../cli/explain/explain";
import { explanationOf } from "../../../cli/explain/explanation";
import { type HttpsCall, HttpsFailure } from "../../../functions/authorizer/request/https-call";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { intentsOf } from "../../support/config-folder";
import { AuthorizationServer } from "../examples/support/authorization-server";

/** `oidc-provider`, a certified OpenID provider, signs the tokens. Its own discovery document and keys verify them. */
const ISSUER = "https://login.acme.example";
const AUDIENCE = "https://front-door.example";
const CONFIG = {
  "base.yaml": `name: shop
aws: { account: "111122223333", region: eu-west-1, deployers: ["arn:aws:iam::111122223333:role/terraform"] }
google: { project: shop-project, region: europe-west1, ownsProject: true }
state: { bucket: shop-state, region: eu-west-1 }
issuers:
  staff: { kind: oidc, issuer: "${ISSUER}", audiences: ["${AUDIENCE}"], grants: token, scopes: [orders/read], clients: [job] }
gateway: {}
services:
  orders:
    image: europe-docker.pkg.dev/acme/shop/orders:1.0.0
    routes: { "GET /orders": { scopes: [orders/read] } }
`,
  "dev.yaml": "{}\n",
};
const policy = authorizerPolicy(intentsOf(CONFIG)[0] as never);

let server: AuthorizationServer;
beforeAll(async () => {
  const program = { grant_types: ["client_credentials"], response_types: [], redirect_uris: [] };
  const scope = "orders/read orders/write";
  server = await AuthorizationServer.start({
    issuer: ISSUER,
    scopes: scope.split(" "),
    clients: ["job", "other"].map((client_id) => ({
      client_id,
      client_secret: `${client_id}-secret`,
      scope,
      ...program,
    })),
  });
});
afterAll(() => server?.stop());

/** Reaches the server as a proxy with the issuer's certificate would. No other host is reached. */
const call: HttpsCall = async ({ method, url }) => {
  const { host, protocol, pathname } = new URL(url);
  if (protocol !== "https:" || host !== new URL(ISSUER).host) throw new HttpsFailure("address");
  const headers = { host, "x-forwarded-proto": "https", "x-forwarded-host": host };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${server.url}${pathname}`, { method, headers, agent: false });
    outgoing.on("response", async (answer) => resolve({ status: answer.statusCode ?? 0, body: await text(answer) }));
    outgoing.on("error", reject).end();
  });
};

async function tokenOf(client: string, resource: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: "client_credentials", scope: "orders/read orders/write", resource });
  const authorization = `Basic ${Buffer.from(`${client}:${client}-secret`).toString("base64")}`;
  const answer = await fetch(`${server.url}/oauth2/token`, { method: "POST", body, headers: { authorization } });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const explained = (token: string) =>
  explanationOf(token, {
    policy,
    variables: {},
    now: Date.now() / 1000,
    signatureOf: (read, trusted) => signature(read, trusted, undefined, call),
  });

test("--check-issuer finds its keys by its discovery document, under its exact name alone", async () => {
  expect(await issuerReport("staff", ISSUER, call)).toMatchObject({
    isSound: true,
    line: expect.stringContaining("1 key (RS256 pool-key)"),
  });
  expect(await issuerReport("staff", `${ISSUER}/`, call)).toMatchObject({ isSound: false });
});

test("a token for the front door is explained with its signature, its client and the scope that config grants", async () => {
  expect(await explained(await tokenOf("job", AUDIENCE))).toMatchObject({
    signature: "valid",
    issuer: { id: "staff" },
    caller: { client: "staff/job", scopes: ["orders/read"] },
    ignored: [{ value: "orders/write", why: "not-granted" }],
    routes: ["GET /orders"],
    hints: [],
  });
});

test("a token for another resource, of another client, or changed on the way says what is wrong", async () => {
  const other = await explained(await tokenOf("job", "https://billing.example"));
  expect([other.refusal, other.caller, other.hints]).toEqual([
    "audience",
    undefined,
    [{ kind: "audience", issuer: "staff", found: ["https://billing.example"], expected: [AUDIENCE] }],
  ]);
  const unknown = await explained(await tokenOf("other", AUDIENCE));
  expect([unknown.signature, unknown.refusal, unknown.hints]).toEqual([
    "valid",
    "client-unknown",
    [{ kind: "client", issuer: "staff", client: "other" }],
  ]);
  const [header, body = "", end] = (await tokenOf("other", AUDIENCE)).split(".");
  const claims = { ...JSON.parse(Buffer.from(body, "base64url").toString()), client_id: "job" };
  const forged = await explained(`${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.${end}`);
  expect([forged.signature, forged.refusal, forged.caller]).toEqual(["invalid", "signature", undefined]);
});
