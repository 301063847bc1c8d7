import { ENVIRONMENT } from "../../support/authorizer/policy";
import { describeWhere } from "../../support/describe-where";
import { envoyBinary } from "./support/binary";
import type { Echo } from "./support/echo-app";
import { send } from "./support/envoy";
import { READING_AGENT, shopConfiguration } from "./support/shop";
import { Stage } from "./support/stage";

const binary = envoyBinary();

describeWhere("missing" in binary ? binary.missing : undefined, "real Envoy in front of the app", () => {
  let stage: Stage;
  let good: readonly string[];
  beforeAll(async () => {
    stage = await Stage.open("envoy" in binary ? binary.envoy : "", shopConfiguration());
    const claims = { sub: "ann", client_id: ENVIRONMENT.CLIENT_WEB, token_use: "access" };
    const token = await stage.issuers.customers.issuer.token({ ...claims, scope: "orders/write orders/read openid" });
    good = ["Authorization", `Bearer ${token}`];
  });
  afterAll(() => stage?.close());

  async function echo(path: string, headers: readonly string[]): Promise<Echo> {
    const answer = await stage.send({ path, headers });
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body) as Echo;
  }
  const values = ({ headers }: Echo, name: string) =>
    headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);

  const FORGED = [
    ...[
      "X-Caller-Subject",
      "root",
      "x-caller-subject",
      "root",
      "X-CALLER-SCOPES",
      "orders/export",
      "X-Caller-Role",
      "admin",
    ],
    ...["X-Caller-Actor", "customers/desk", "x-caller-actor", "customers/desk", "X-CALLER-ACTOR", "root"],
    ...["X-Caller-Client", "customers/desk", "X-Caller-Issuer", "aws", "X-Gateway-Route", "DELETE /orders/{id}"],
    ...["X-Gateway-Anything", "root", "X-Serverless-Authorization", "Bearer root", "X-HTTP-Method-Override", "root"],
    ...["X-HTTP-Method", "root", "X-Method-Override", "root", "X-Original-URL", "/root", "X-Rewrite-URL", "/root"],
    ...["X-Original-URI", "/root", "X-Script-Name", "/root", "X-Forwarded-Prefix", "/root"],
    ...["X-Envoy-Original-Path", "/root", "X-Envoy-Upstream-Rq-Timeout-Ms", "1", "X-Envoy-Retry-On", "5xx"],
  ];

  test("replaces a caller's own X-Caller-* headers with those of the verified token, with the config's names", async () => {
    const got = await echo("/orders", [...FORGED, ...good]);
    const written = Object.fromEntries(got.headers.filter(([name]) => /^x-(caller|gateway)-/i.test(name)));
    expect(written).toEqual({
      "x-caller-subject": "ann",
      "x-caller-client": "customers/web",
      "x-caller-actor": "-",
      "x-caller-scopes": "orders/read orders/write",
      "x-caller-issuer": "customers",
      "x-gateway-route": "GET /orders",
    });
    for (const name of Object.keys(written)) expect(values(got, name)).toHaveLength(1);
    expect(JSON.stringify(got)).not.toMatch(/root|5xx|admin|desk/);
  });

  test("removes a caller's own headers on a public route, where the caller is anonymous", async () => {
    const got = await echo("/orders/terms", [...FORGED, ...good]);
    const caller = ["subject", "client", "actor", "scopes", "issuer"].map((name) => values(got, `x-caller-${name}`));
    expect(caller).toEqual([["anonymous"], ["-"], ["-"], ["-"], ["-"]]);
    expect(values(got, "x-gateway-route")).toEqual(["GET /orders/terms"]);
    expect(JSON.stringify(got)).not.toMatch(/root|5xx|admin|desk/);
  });

  test("refuses a header name with an underscore, which many apps read as a hyphen", async () => {
    const { length } = stage.app.received;
    for (const name of ["X_Caller_Subject", "x-caller_subject", "X_Caller_Actor", "X_Gateway-Route"]) {
      expect((await stage.send({ path: "/orders", headers: [name, "root", ...good] })).status).toBe(400);
    }
    expect(stage.app.received).toHaveLength(length);
  });

  test("forwards the caller's token, the query, the request id and the front ends' headers unchanged", async () => {
    const front = ["X-Request-Id", "JKJaXmPLvHcESHA=", "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"];
    const got = await echo("/orders?state=open&path=%2Fa%20b", [...front, "User-Agent", "agent", ...good]);
    expect(got.target).toBe("/orders?state=open&path=%2Fa%20b");
    expect(values(got, "authorization")).toEqual([good[1]]);
    expect(values(got, "x-request-id")).toEqual(["JKJaXmPLvHcESHA="]);
    expect(values(got, "x-forwarded-for")).toEqual(["192.0.2.1"]);
    expect(values(got, "x-forwarded-proto")).toEqual(["https"]);
    expect(values(got, "user-agent")).toEqual(["agent"]);
  });

  test("reveals neither itself nor the reason in a response", async () => {
    const passed = await stage.send({ path: "/orders", headers: good });
    const refused = await stage.send({ path: "/orders?secret=canary" });
    const forbidden = await stage.send({ path: "/orders/export", headers: good });
    expect(Object.keys(passed.headers).sort()).toEqual(["connection", "content-length", "date"]);
    expect([refused.status, refused.body]).toEqual([401, '{"status":401}\n']);
    expect([forbidden.status, forbidden.body]).toEqual([403, '{"status":403}\n']);
    expect(JSON.stringify([refused.headers, forbidden.headers])).not.toMatch(/envoy|canary|orders/);
  });

  test("serves the start-up probe on its own port, and not on the callers' port", async () => {
    expect((await send(stage.envoy.probePort, { path: "/ready" })).status).toBe(200);
    expect((await send(stage.envoy.probePort, { path: "/orders", headers: good })).status).toBe(404);
    expect((await stage.send({ path: "/ready" })).status).toBe(401);
    expect((await stage.send({ path: "/ready", headers: good })).status).toBe(403);
    expect((await stage.send({ path: "/healthz", headers: good })).status).toBe(403);
  });

  test("refuses headers over 16 KiB, more than 100 headers, and a body over 10 MiB", async () => {
    const many = Array.from({ length: 120 }, (_, index) => [`X-Number-${index}`, "1"]).flat();
    expect((await stage.send({ path: "/orders", headers: ["X-Long", "x".repeat(20_000), ...good] })).status).toBe(431);
    expect((await stage.send({ path: "/orders", headers: [...many, ...good] })).status).toBe(431);
    const long = { method: "POST", path: "/orders", headers: ["Content-Length", "10485761", ...good] };
    expect((await stage.send(long)).status).toBe(413);
    const right = await stage.send({ method: "POST", path: "/orders", headers: good, body: "x".repeat(100_000) });
    expect(right.status).toBe(200);
  });

  test("writes a log line that can be joined with Cloud Run's, and names route, client and issuer", async () => {
    const trace = ["X-Cloud-Trace-Context", "105445aa7843bc8bf206b12000100000/1;o=1"];
    const traceparent = "00-105445aa7843bc8bf206b12000100000-00f067aa0ba902b7-01";
    const xrayTraceId = "Root=1-67891233-abcdef012345678912345678";
    // A caller may send any value: a log line contains no more of it than the length of an id.
    const ids = ["traceparent", `${traceparent}-canary`, "X-Amzn-Trace-Id", `${xrayTraceId};Parent=canary`];
    await stage.send({ path: "/orders/42?secret=canary", headers: [...trace, ...ids, "X-Request-Id", "one", ...good] });
    const line = await stage.envoy.logged(({ requestId }) => requestId === "one");
    expect({ ...line, milliseconds: 0 }).toEqual({
      "logging.googleapis.com/trace": "projects/shop-dev/traces/105445aa7843bc8bf206b12000100000",
      requestId: "one",
      traceparent,
      xrayTraceId,
      method: "GET",
      path: "/orders/42",
      route: "GET /orders/{id}",
      status: 200,
      why: "via_upstream",
      flags: "-",
      milliseconds: 0,
      client: "customers/web",
      actor: "-",
      issuer: "customers",
    });
  });

  test("names an actor in header and log line, whatever the caller sends", async () => {
    const claims = { sub: "bob@acme.example", cid: "0oa1example", aud: "api://shop", act: { sub: READING_AGENT } };
    const { issuer } = stage.issuers.workforce;
    const token = await issuer.token({ ...claims, scp: ["orders/read", "orders/support"] });
    const acting = ["Authorization", `Bearer ${token}`];
    const got = await echo("/orders", [...FORGED, "X-Request-Id", "acting", ...acting]);
    const caller = ["subject", "client", "actor", "scopes"].map((name) => values(got, `x-caller-${name}`));
    expect(caller).toEqual([
      ["bob@acme.example"],
      ["workforce/0oa1example"],
      ["workforce/reading-agent"],
      ["orders/read"],
    ]);
    const named = { client: "workforce/0oa1example", actor: "workforce/reading-agent", issuer: "workforce" };
    expect(await stage.envoy.logged(({ requestId }) => requestId === "acting")).toMatchObject({
      ...named,
      status: 200,
    });
    const refused = { path: "/orders/42", method: "DELETE", headers: ["X-Request-Id", "refused", ...acting] };
    expect((await stage.send(refused)).status).toBe(403);
    expect(await stage.envoy.logged(({ requestId }) => requestId === "refused")).toMatchObject({
      ...named,
      status: 403,
    });
    const unknown = await issuer.token({ ...claims, act: { sub: "0oaOther" }, scp: ["orders/read"] });
    await stage.send({ path: "/orders", headers: ["X-Request-Id", "unknown", "Authorization", `Bearer ${unknown}`] });
    const line = await stage.envoy.logged(({ requestId }) => requestId === "unknown");
    expect(line).toMatchObject({ ...named, actor: null, status: 403 });
  });
});
