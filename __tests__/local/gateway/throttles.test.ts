import { TokenBucket } from "../../../local/gateway/throttles";
import { type Change, set } from "../support/document";
import { startSmallStack } from "../support/small-stack";

const STAGE = "aws_apigatewayv2_stage.gateway";

const limits = (rate: number | undefined, burst: number | undefined) => ({
  throttling_rate_limit: rate,
  throttling_burst_limit: burst,
});

let now = 0;
/** Statuses of these GET requests, one after the other, at one instant unless `later` is called. */
async function statuses(changes: readonly Change[], paths: readonly (string | (() => void))[], throttling?: boolean) {
  const clouds = await startSmallStack(changes, undefined, { gateway: { now: () => now, throttling } });
  const found: number[] = [];
  let body = "";
  for (const path of paths) {
    if (typeof path === "function") path();
    else {
      const response = await fetch(`${clouds.url}${path}`, { headers: { authorization: "x" } });
      found.push(response.status);
      body = await response.text();
    }
  }
  const { refusal, hops } = clouds.trace;
  const { deviations } = clouds.gateway;
  await clouds.stop();
  return { found, body, refusal, hops, deviations };
}

test("the stage's bucket is full at the start, empties, and fills by its rate", async () => {
  const change = set(STAGE, { default_route_settings: limits(10, 2) });
  const { found, body, refusal } = await statuses(
    [change],
    ["/open/1", "/scoped", "/open/1", () => (now += 100), "/open/1", "/open/1"],
  );
  expect(found).toEqual([200, 200, 429, 200, 429]);
  expect(JSON.parse(body)).toEqual({ message: "Too Many Requests" });
  expect(refusal?.declaration).toBe(`${STAGE}.default_route_settings`);
});

test("a route with a throttle of its own neither takes from the stage's nor is helped by it", async () => {
  const change = set(STAGE, {
    default_route_settings: limits(10, 1),
    route_settings: [{ route_key: "ANY /scoped", ...limits(1, 2) }],
  });
  const { found, refusal } = await statuses([change], ["/open/1", "/open/1", "/scoped", "/scoped", "/scoped"]);
  expect(found).toEqual([200, 429, 200, 200, 429]);
  expect(refusal?.declaration).toBe(`${STAGE}.route_settings[0]`);
});

test("an unknown path takes no token", async () => {
  const change = set(STAGE, { default_route_settings: limits(1, 1) });
  expect((await statuses([change], ["/nowhere", "/nowhere", "/open/1"])).found).toEqual([404, 404, 200]);
});

test.each([limits(10, undefined), limits(undefined, 10), {}])(
  "of a missing number the provider makes zero: %j lets nothing pass",
  async (settings) => {
    expect((await statuses([set(STAGE, { default_route_settings: settings })], ["/open/1"])).found).toEqual([429]);
  },
);

test("switched off, all pass, and both trace and gateway say so", async () => {
  const change = set(STAGE, { default_route_settings: limits(0, 0) });
  const { found, hops, deviations } = await statuses([change], ["/open/1", "/open/1"], false);
  expect(found).toEqual([200, 200]);
  expect(deviations).toEqual([`${STAGE}: requests are not throttled`]);
  expect(hops[0]?.reason).toBe(`deviation: ${deviations[0]}`);
});

test.each<[string, Record<string, unknown>]>([
  ["route_settings[0].route_key", { route_settings: [{ route_key: "GET /none", ...limits(1, 1) }] }],
  ["default_route_settings.throttling_rate_limit", { default_route_settings: limits(-1, 1) }],
  ["default_route_settings.logging_level", { default_route_settings: { logging_level: "INFO" } }],
  [
    "route_settings[0].data_trace_enabled",
    { route_settings: [{ route_key: "ANY /scoped", data_trace_enabled: true }] },
  ],
])("with a wrong %s the gateway does not start", async (attribute, settings) => {
  await expect(startSmallStack([set(STAGE, settings)])).rejects.toThrow(`${STAGE}.${attribute}: `);
});

test("a bucket gives ten tokens a second and never more than its burst", () => {
  let milliseconds = 0;
  const bucket = new TokenBucket(10, 3, () => milliseconds);
  const taken = () => [bucket.take(), bucket.take(), bucket.take(), bucket.take()].filter(Boolean).length;
  expect(taken()).toBe(3);
  milliseconds += 200;
  expect(taken()).toBe(2);
  milliseconds += 60_000;
  expect(taken()).toBe(3);
  for (let step = 0; step < 10; step += 1) {
    milliseconds += 10;
    if (step < 9) expect(bucket.take()).toBe(false);
  }
  expect(bucket.take()).toBe(true);
  // A clock that goes back gives nothing and takes nothing.
  milliseconds -= 60_000;
  expect(bucket.take()).toBe(false);
});
