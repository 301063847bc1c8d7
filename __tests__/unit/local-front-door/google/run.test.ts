import { SignJWT } from "jose";
import { Revisions } from "../../../../packages/local-front-door/google/run";
import type { Resource } from "../../../../packages/local-front-door/terraform/document";
import { Chain } from "../../../support/local/chain";
import { type Change, set } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

const SERVICE = "google_cloud_run_v2_service.orders";
const BINDING = "google_cloud_run_v2_service_iam_binding.orders";

const serverless = (token: string) => [["X-Serverless-Authorization", `Bearer ${token}`]] as const;

async function called(chain: Chain, token: string): Promise<string> {
  const { status } = await chain.call("orders", serverless(token));
  return status === 200 ? "200" : `${status} ${chain.trace.refusal?.declaration}`;
}

test("the invoker's token admits a request, and the service gets the token without its signature", async () => {
  const chain = await Chain.of();
  const token = await chain.tokenFor("orders");
  const { status, body } = await chain.call("orders", [
    ["authorization", "Bearer caller.own.token"],
    ...serverless(token),
  ]);
  expect(status).toBe(200);
  const unsigned = `Bearer ${token.split(".").slice(0, 2).join(".")}.SIGNATURE_REMOVED_BY_GOOGLE`;
  expect(JSON.parse(body)).toMatchObject({
    service: "storefront-dev-orders",
    method: "GET",
    target: "/x?y=z",
    headers: [
      ["authorization", "Bearer caller.own.token"],
      ["X-Serverless-Authorization", unsigned],
    ],
  });
});

test("without X-Serverless-Authorization, Authorization is checked", async () => {
  const chain = await Chain.of();
  expect((await chain.call("orders", [["Authorization", `Bearer ${await chain.tokenFor("orders")}`]])).status).toBe(
    200,
  );
});

test("a valid Authorization does not make up for an invalid X-Serverless-Authorization", async () => {
  const chain = await Chain.of();
  const token = await chain.tokenFor("orders");
  const headers = [...serverless("x.y.z"), ["authorization", `Bearer ${token}`]] as const;
  expect((await chain.call("orders", headers)).status).toBe(401);
});

test("a missing token, two tokens and another scheme are refused", async () => {
  const chain = await Chain.of();
  const token = await chain.tokenFor("orders");
  expect((await chain.call("orders", [])).status).toBe(403);
  expect((await chain.call("orders", [...serverless(token), ...serverless(token)])).status).toBe(403);
  expect((await chain.call("orders", [["X-Serverless-Authorization", token]])).status).toBe(403);
});

test("another service's token is refused for its audience and its account", async () => {
  const chain = await Chain.of();
  const catalog = await chain.exchange(await chain.assume(chain.lambda("callers"), "catalog"));
  expect(await called(chain, await chain.idToken(catalog, "catalog"))).toBe(`401 ${SERVICE}.custom_audiences`);
  const meantForOrders = await chain.idToken(catalog, "catalog", { audience: chain.audience("orders") });
  expect(await called(chain, meantForOrders)).toBe(`403 ${BINDING}`);
});

test("the service's own URL is an audience too", async () => {
  const chain = await Chain.of();
  const federated = await chain.exchange(await chain.assume(chain.lambda("callers"), "orders"));
  const host = chain.run.hosts.find((name) => name.startsWith("storefront-dev-orders-"));
  expect(await called(chain, await chain.idToken(federated, "orders", { audience: `https://${host}` }))).toBe("200");
});

test("an access token, a forged ID token and an expired ID token are refused", async () => {
  const chain = await Chain.of();
  const token = await chain.tokenFor("orders");
  const federated = await chain.exchange(await chain.assume(chain.lambda("callers"), "orders"));
  expect(await called(chain, federated)).toBe(`401 ${SERVICE}`);
  const [header, payload] = token.split(".");
  expect(await called(chain, `${header}.${payload}.c2lnbmF0dXJl`)).toBe(`401 ${SERVICE}`);
  const hmac = await new SignJWT({ aud: chain.audience("orders"), email: chain.email("orders"), exp: 4e9 })
    .setProtectedHeader({ alg: "HS256" })
    .sign(Buffer.alloc(32));
  expect(await called(chain, hmac)).toBe(`401 ${SERVICE}`);
  const nameless = await chain.keys.sign({ aud: chain.audience("orders"), exp: 4e9 });
  expect(await called(chain, nameless)).toBe(`401 ${SERVICE}`);
  const claims = { aud: chain.audience("orders"), email: chain.email("orders"), exp: 4e9 };
  expect(await called(chain, await chain.keys.sign(claims))).toBe("200");
  expect(await called(chain, await chain.keys.sign({ ...claims, iss: "https://evil.example" }))).toBe(`401 ${SERVICE}`);
  chain.ahead = 3_700_000;
  expect(await called(chain, token)).toBe(`401 ${SERVICE}`);
});

/** The result of a call with the invoker's own token. */
async function invoked(...changes: readonly Change[]): Promise<string> {
  const chain = await Chain.of(...changes);
  return called(chain, await chain.tokenFor("orders"));
}

testAll<[string, Change, string]>([
  ["service", set(BINDING, { name: "${google_cloud_run_v2_service.catalog.name}" }), `403 ${SERVICE}`],
  ["region", set(BINDING, { location: "us-central1" }), `403 ${SERVICE}`],
])("a binding with another %s allows no caller", async (_, change, expected) => {
  expect(await invoked(change)).toBe(expected);
});

test("if the invoker check is disabled, a caller's own header is not changed", async () => {
  const chain = await Chain.of(set(SERVICE, { invoker_iam_disabled: true }));
  const { body } = await chain.call("orders", [["authorization", "Basic dXNlcjpwYXNz"]]);
  expect(JSON.parse(body).headers).toEqual([["authorization", "Basic dXNlcjpwYXNz"]]);
});

test("an unknown revision, role or host is an error", async () => {
  const traffic = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION", revision: "old", percent: 100 }];
  await expect(Chain.of(set(SERVICE, { traffic }))).rejects.toThrow(`${SERVICE}.traffic[0]`);
  const half = [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 50 }];
  await expect(Chain.of(set(SERVICE, { traffic: half }))).rejects.toThrow(`${SERVICE}.traffic[0]: `);
  await expect(invoked(set(BINDING, { role: "projects/x/roles/own" }))).rejects.toThrow(`${BINDING}.role`);
  const chain = await Chain.of();
  const request = { method: "GET", host: "other-ew.a.run.app", target: "/", headers: [], body: "" };
  expect((await chain.run.handle(request)).status).toBe(404);
});

describe("a rollout", () => {
  const [NEW, OLD] = ["storefront-dev-orders-000000000002", "storefront-dev-orders-000000000001"];
  const target = (revision: string, percent: number) => ({
    type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION",
    revision,
    percent,
  });
  const rollout = (traffic: readonly object[], from: string | undefined = "acme/orders:1") =>
    set(SERVICE, { traffic, ...(from && { annotations: { "front-door/rollout-from": from } }) });

  testAll([
    [10, [target(NEW, 10), target(OLD, 90)]],
    [33, [target(NEW, 33), target(OLD, 67)]],
    [0, [target(OLD, 100)]],
  ])("sends %d of every hundred calls to the new revision", async (percent, traffic) => {
    const chain = await Chain.of(rollout(traffic));
    const token = await chain.tokenFor("orders");
    const answers = [];
    for (let call = 0; call < 100; call += 1) answers.push((await chain.call("orders", serverless(token))).body);
    const revisions = answers.map((body) => JSON.parse(body).revision);
    expect(revisions.filter((each) => each === NEW)).toHaveLength(percent);
    expect(new Set(revisions).size).toBe(percent === 0 ? 1 : 2);
  });

  test("is shown as a deviation as long as calls are divided", async () => {
    const orders = async (...traffic: readonly object[]) => (await Chain.of(rollout(traffic))).run.deviations;
    expect(await orders(target(NEW, 10), target(OLD, 90))).toEqual([
      `${SERVICE}.traffic: ${NEW} and ${OLD} are one service here`,
    ]);
    expect(await orders(target(OLD, 100))).toEqual([]);
  });

  test("divides 10,000 calls within one percent, evenly spread", async () => {
    const { stack } = await Chain.of(rollout([target(NEW, 7), target(OLD, 93)]));
    const orders = stack.all("google_cloud_run_v2_service").find(({ address }) => address === SERVICE);
    const revisions = new Revisions(stack, orders as Resource);
    const drawn = Array.from({ length: 10_000 }, () => revisions.next());
    expect(Math.abs(drawn.filter((each) => each === NEW).length - 700)).toBeLessThan(100);
    expect(drawn.slice(0, 1_000).filter((each) => each === NEW)).toHaveLength(70);
  });

  testAll<[string, readonly object[], string | undefined]>([
    ["a revision that the stack does not describe", [target(OLD, 100)], undefined],
    ["shares that add up to less than 100", [target(NEW, 10), target(OLD, 80)], "acme/orders:1"],
    ["three revisions", [target(NEW, 10), target(OLD, 80), target("x", 10)], "acme/orders:1"],
  ])("with %s does not start", async (_, traffic, from) => {
    await expect(Chain.of(rollout(traffic, from ?? ""))).rejects.toThrow(`${SERVICE}.traffic`);
  });
});
