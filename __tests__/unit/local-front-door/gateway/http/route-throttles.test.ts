import { RouteTable } from "../../../../../packages/local-front-door/gateway/http/gateway-request";
import { Throttles } from "../../../../../packages/local-front-door/gateway/http/http-gateway";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { changed, set } from "../../../../support/local/document";
import { smallDocument } from "../../../../support/local/small-document";

const STAGE = "aws_apigatewayv2_stage.gateway";
const SHARED = { address: `${STAGE}.default_route_settings`, shared: true };
const OWN = { address: `${STAGE}.route_settings[0]`, shared: false };

const limits = (rate: number | undefined, burst: number | undefined) => ({
  throttling_rate_limit: rate,
  throttling_burst_limit: burst,
});

/** For a stage with these settings, the throttle that refuses each request; undefined if the request passes. */
function throttled(settings: Record<string, unknown>) {
  const clock = { now: 0 };
  const stack = Stack.of(changed(smallDocument(), set(STAGE, settings)) as TerraformDocument, "/nowhere");
  const [stage] = stack.all("aws_apigatewayv2_stage");
  if (stage === undefined) throw new Error("no stage");
  const throttles = new Throttles(stack, stage, new RouteTable(stack), () => clock.now);
  return { clock, throttles, refusals: (...keys: (string | undefined)[]) => keys.map((key) => throttles.refusal(key)) };
}

test("the stage's bucket is full at the start, is shared by routes and preflights, and refills at its rate", () => {
  const { clock, refusals } = throttled({ default_route_settings: limits(10, 2) });
  expect(refusals("GET /open/{id}", undefined, "ANY /scoped")).toEqual([undefined, undefined, SHARED]);
  clock.now = 100;
  expect(refusals("ANY /scoped", "GET /open/{id}")).toEqual([undefined, SHARED]);
});

test("a route with its own throttle does not use the stage's bucket", () => {
  const { refusals } = throttled({
    default_route_settings: limits(10, 1),
    route_settings: [{ route_key: "ANY /scoped", ...limits(1, 2) }],
  });
  expect(refusals("GET /open/{id}", "GET /open/{id}")).toEqual([undefined, SHARED]);
  expect(refusals("ANY /scoped", "ANY /scoped", "ANY /scoped")).toEqual([undefined, undefined, OWN]);
});

test("a missing number is zero, as in the provider, so no request passes", () => {
  for (const settings of [limits(10, undefined), limits(undefined, 10), {}]) {
    expect(throttled({ default_route_settings: settings }).refusals("GET /open/{id}")).toEqual([SHARED]);
  }
});

test("without a declared limit the account's default applies, and no declaration is named", () => {
  const { throttles, refusals } = throttled({});
  expect([throttles.areDeclared, refusals("GET /open/{id}")]).toEqual([false, [undefined]]);
  expect(throttled({ default_route_settings: limits(1, 1) }).throttles.areDeclared).toBe(true);
});
