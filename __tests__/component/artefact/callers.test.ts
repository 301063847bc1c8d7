import { request } from "node:https";
import { decodeJwt } from "jose";
import type { Clouds } from "../../../packages/local-front-door/clouds";
import { type Seen, seenBy } from "../../support/local/small-stack";
import { Callers, send } from "./support/callers";
import { DevStack } from "./support/dev-stack";

/**
 * What every caller meets: the unzipped artefact in a process of its own, between a gateway, both clouds' token services
 * and Cloud Run, all as the synthesized stack declares them.
 */
let stack: DevStack;
let clouds: Clouds;
let callers: Callers;
beforeAll(async () => {
  stack = new DevStack();
  clouds = await stack.start();
  callers = new Callers(clouds);
});
afterAll(() => stack.remove());
beforeEach(() => {
  callers.log("callers");
  callers.log("public");
  clouds.trace.clear();
  clouds.gateway.resetAuthorizersCache();
});

/** The headers the front door sets, as the service sees them. */
function frontDoorHeaders({ headers }: Seen) {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^x-(caller|gateway|request|serverless)-/.test(name)),
  );
}

describe("no token", () => {
  test("401 from the gateway itself: the function is not asked", async () => {
    const response = await send(clouds, "/orders");
    expect([response.status, await response.json()]).toEqual([401, { message: "Unauthorized" }]);
    expect(callers.log("callers")).toEqual([]);
    expect(clouds.trace.refusal?.declaration).toBe("aws_apigatewayv2_authorizer.scoped.identity_sources");
  });
});

describe("a bad token", () => {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const BAD: readonly (readonly [what: string, headers: () => Promise<Record<string, string>>, reason: string])[] = [
    ["garbage", async () => ({ authorization: "Bearer garbage" }), "token-shape"],
    ["another scheme", async () => ({ authorization: "Basic YTpi" }), "authorization-shape"],
    ["expired", async () => bearer(await callers.web(["orders/read"], { exp: 1_700_000_000 })), "expired"],
    ["of another client", async () => bearer(await callers.web(["orders/read"], { client_id: "x" })), "client-unknown"],
    ["an ID token", async () => bearer(await callers.web(["orders/read"], { token_use: "id" })), "token-use"],
    ["for another audience", async () => bearer(await callers.employee(["orders/read"], { aud: "x" })), "audience"],
    [
      "of another issuer",
      async () => bearer(await callers.web(["orders/read"], { iss: "https://x.example" })),
      "issuer-unknown",
    ],
    [
      "with another signature",
      async () => bearer(`${(await callers.web(["orders/read"])).slice(0, -8)}AAAAAAAA`),
      "signature",
    ],
  ];

  test("is 403 and unauthenticated for its reason, and no cloud is asked for a Google token", async () => {
    for (const [what, headers, reason] of BAD) {
      clouds.trace.clear();
      const response = await send(clouds, "/orders", { headers: await headers() });
      const requestId = response.headers.get("apigw-requestid");
      expect([what, response.status, await response.json()]).toEqual([what, 403, { message: "Forbidden" }]);
      const logged = { decision: "unauthenticated", reason, route: "GET /orders", requestId };
      expect([what, ...callers.log("callers")]).toMatchObject([what, logged]);
      expect([what, ...clouds.trace.hops.map(({ at }) => at)]).toEqual([what, "gateway", "authorizer"]);
    }
  });
});

describe("a good token without the scope", () => {
  test("403, forbidden, and no cloud is asked for a Google token", async () => {
    const response = await send(clouds, "/orders", { method: "POST", token: await callers.web(["orders/read"]) });
    expect(response.status).toBe(403);
    expect(callers.log("callers")).toMatchObject([
      { decision: "forbidden", reason: "scope", issuer: "customers", client: "customers/web" },
    ]);
    expect(clouds.trace.hops.map(({ at }) => at)).toEqual(["gateway", "authorizer"]);
  });

  test("a scope that its client is not given does not count, whatever the token says", async () => {
    const token = await callers.web(["orders/export", "orders/support"]);
    expect((await send(clouds, "/orders/export", { token })).status).toBe(403);
  });
});

describe("a good token", () => {
  test("reaches the service, which sees who calls, and Google's token without its signature", async () => {
    const token = await callers.web(["openid", "orders/read"]);
    const response = await send(clouds, "/orders?page=2", { token });
    const seen = await seenBy(response);
    expect(response.status).toBe(200);
    expect(seen).toMatchObject({ service: "storefront-dev-orders", method: "GET", target: "/orders?page=2" });
    expect(frontDoorHeaders(seen)).toEqual({
      "x-caller-actor": "-",
      "x-caller-client": "customers/web",
      "x-caller-issuer": "customers",
      "x-caller-scopes": "orders/read",
      "x-caller-subject": "ann",
      "x-gateway-route": "GET /orders",
      "x-request-id": response.headers.get("apigw-requestid"),
      "x-serverless-authorization": expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.SIGNATURE_REMOVED_BY_GOOGLE$/),
    });
    expect(decodeJwt(seen.headers["x-serverless-authorization"]?.slice(7) ?? "")).toMatchObject({
      aud: "https://storefront-dev-orders.storefront-dev.internal",
      email: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
    });
    expect(seen.headers.authorization).toBe(`Bearer ${token}`);
    expect(callers.log("callers")).toMatchObject([
      { decision: "allowed", service: "orders", client: "customers/web", requestId: seen.headers["x-request-id"] },
    ]);
  });

  test("every kind of caller is let in by its own rules", async () => {
    const cases = [
      ["/orders/export", await callers.reportingAgent(["orders/export"]), "customers/reporting-agent"],
      ["/orders/7", await callers.employee(["orders/support"]), "workforce/0oa1example"],
      ["/orders/export", await callers.nightlyExport(), "aws/arn:aws:iam::111122223333:role/nightly-export"],
    ] as const;
    for (const [path, token, client] of cases) {
      const response = await send(clouds, path, { token });
      expect([client, response.status]).toEqual([client, 200]);
      expect((await seenBy(response)).headers["x-caller-client"]).toBe(client);
    }
    expect((await send(clouds, "/orders/export", { token: await callers.employee(["orders/export"]) })).status).toBe(
      403,
    );
    const other = await callers.nightlyExport({ sub: "arn:aws:iam::111122223333:role/other" });
    expect((await send(clouds, "/orders/export", { token: other })).status).toBe(403);
  });

  test("one exchange serves the next requests of a service; another service has its own", async () => {
    callers.function("callers").coldStart();
    const token = await callers.web(["orders/read", "orders/write", "accounts/read"]);
    const hops = async (path: string, method = "GET") => {
      clouds.trace.clear();
      expect((await send(clouds, path, { token, method })).status).toBe(200);
      return clouds.trace.hops.map(({ at }) => at);
    };
    const exchange = ["aws-sts", "aws-sts", "google-sts", "iam-credentials"];
    expect(await hops("/orders")).toEqual(["gateway", ...exchange, "authorizer", "cloud-run"]);
    expect(await hops("/carts/7", "DELETE")).toEqual(["gateway", "authorizer", "cloud-run"]);
    expect(await hops("/accounts/me")).toEqual(["gateway", ...exchange, "authorizer", "cloud-run"]);
  });

  test("forged headers are overwritten, and those that change method or path are gone", async () => {
    const forged = {
      "X-Caller-Subject": "root",
      "x-caller-client": "customers/admin",
      "X-CALLER-SCOPES": "orders/write",
      "X-Gateway-Route": "POST /orders",
      "X-Request-Id": "forged",
      "X-Serverless-Authorization": "Bearer forged.google.token",
      "X-HTTP-Method-Override": "DELETE",
      "X-HTTP-Method": "DELETE",
      "X-Method-Override": "DELETE",
      "X-Original-URL": "/orders/export",
      "X-Rewrite-URL": "/orders/export",
    };
    for (const [path, token] of [
      ["/orders", await callers.web(["orders/read"])],
      ["/products", undefined],
    ] as const) {
      const seen = await seenBy(await send(clouds, path, { token, headers: forged }));
      expect(JSON.stringify(seen)).not.toMatch(/root|customers\/admin|orders\/write|forged|DELETE|export/);
      expect(Object.keys(seen.headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/override|original|rewrite|http-method/)]),
      );
    }
  });

  test("a path that a framework could take for another route does not pass", async () => {
    const token = await callers.web(["orders/read"]);
    for (const path of ["/orders/EXPORT", "/orders/export.json", "/orders/7%3F", "/orders/%2e%2e", "/orders/a;b"]) {
      expect([path, (await send(clouds, path, { token })).status]).toEqual([path, 403]);
    }
    expect((await send(clouds, "/orders/exports", { token })).status).toBe(200);
    expect(callers.log("callers").map(({ reason }) => reason)).toEqual([
      "path-ambiguous",
      "path-ambiguous",
      "path-character",
      "path-character",
      "path-character",
      undefined,
    ]);
  });
});

describe("a public route", () => {
  test("reaches the service for anybody, through the other function", async () => {
    const response = await send(clouds, "/products");
    const seen = await seenBy(response);
    expect([response.status, seen.headers["x-caller-subject"]]).toEqual([200, "anonymous"]);
    expect(frontDoorHeaders(seen)).toMatchObject({ "x-caller-client": "-", "x-caller-scopes": "-" });
    expect(callers.log("callers")).toEqual([]);
    expect(callers.log("public")).toMatchObject([{ decision: "allowed", service: "catalog" }]);
  });

  test("a greedy path and one with a variable are watched all the same", async () => {
    expect((await send(clouds, "/images/a/b.png")).status).toBe(200);
    expect((await send(clouds, "/images/a/%2e%2e/products")).status).toBe(403);
    expect((await send(clouds, "/products/7%5C")).status).toBe(403);
  });
});

describe("past the gateway", () => {
  /** Calls Cloud Run itself, as anybody on the internet can. */
  function direct(headers: Record<string, string>): Promise<number | undefined> {
    const service = clouds.stack.all("google_cloud_run_v2_service").find(({ name }) => name === "orders");
    const { host } = new URL(service ? clouds.stack.text(service, "uri") : "");
    const { port, authority: ca } = clouds.tls;
    const options = { host: "127.0.0.1", port, servername: host, ca, agent: false, headers: { ...headers, host } };
    return new Promise((resolve, reject) => {
      const outgoing = request({ ...options, path: "/orders" }, (incoming) => {
        incoming.resume().on("end", () => resolve(incoming.statusCode));
      });
      outgoing.on("error", reject).end();
    });
  }

  test("a service refuses any caller without a Google token, the front door's own callers too", async () => {
    const own = `Bearer ${await callers.web(["orders/read"])}`;
    expect(await direct({})).toBe(403);
    expect(await direct({ authorization: own })).toBe(401);
    expect(await direct({ "x-serverless-authorization": own })).toBe(401);
  });

  test("a token that a service has seen is worth nothing: its signature is gone", async () => {
    const seen = await seenBy(await send(clouds, "/orders", { token: await callers.web(["orders/read"]) }));
    expect(await direct({ "x-serverless-authorization": seen.headers["x-serverless-authorization"] ?? "" })).toBe(401);
  });
});

test("neither log holds a token, a secret or a subject", async () => {
  const token = await callers.web(["orders/read"], { email: "ann@example.com" });
  await send(clouds, "/orders", { token });
  await send(clouds, "/orders/export", { token });
  await send(clouds, "/products", { token });
  const text = JSON.stringify([callers.log("callers"), callers.log("public")]);
  expect(text).toContain("allowed");
  for (const part of token.split(".")) expect(text).not.toContain(part);
  expect(text).not.toMatch(/ann@example|"ann"|ya29|eyJ|ASIA|Bearer/);
});
