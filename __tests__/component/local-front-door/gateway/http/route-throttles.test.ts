import { set } from "../../../../support/local/document";
import { startSmallStack } from "../../../../support/local/small-stack";

const STAGE = "aws_apigatewayv2_stage.gateway";
const limits = { throttling_rate_limit: 10, throttling_burst_limit: 1 };

/** The small stack with a bucket of one token, or without one although it is declared. */
async function start(throttling = true) {
  const clock = { now: 0 };
  const clouds = await startSmallStack([set(STAGE, { default_route_settings: limits })], undefined, {
    gateway: { now: () => clock.now, throttling },
  });
  return { clock, clouds, get: (path: string) => fetch(`${clouds.url}${path}`) };
}

test("a request over the limit is 429 by the gateway's clock; a path without a route takes no token", async () => {
  const { clock, clouds, get } = await start();
  expect([(await get("/nowhere")).status, (await get("/open/1")).status]).toEqual([404, 200]);
  const refused = await get("/open/1");
  expect([refused.status, await refused.json()]).toEqual([429, { message: "Too Many Requests" }]);
  expect(clouds.trace.refusal?.declaration).toBe(`${STAGE}.default_route_settings`);
  clock.now += 100;
  expect((await get("/open/1")).status).toBe(200);
  await clouds.stop();
});

test("without throttling, all requests pass, and trace and gateway report that", async () => {
  const { clouds, get } = await start(false);
  expect([(await get("/open/1")).status, (await get("/open/1")).status]).toEqual([200, 200]);
  const { deviations } = clouds.gateway;
  expect(deviations).toEqual([`${STAGE}: requests are not throttled`]);
  expect(clouds.trace.hops[0]?.reason).toBe(`deviation: ${deviations[0]}`);
  await clouds.stop();
});
