import { throttleChanges } from "../../../../packages/terraform-access-review/change/throttles";
import { dev, edited, type Json } from "../../../support/synthesized-states";

const stage = (resource: Json) => resource.aws_apigatewayv2_stage.gateway;
const KEY = "GET /orders";
const own = { route_key: KEY, throttling_rate_limit: 5, throttling_burst_limit: 10 };
const limited = edited(dev, (r) => Object.assign(stage(r), { route_settings: [own] }));

/** Effect, route and limit of each change. */
const changes = (before: typeof dev, edit: (resource: Json) => unknown) =>
  throttleChanges(before.stack, edited(before, edit).stack).map(({ effect, thing, guard, before: was, after }) =>
    [effect, thing, guard.split("_")[1], was, after].join(" "),
  );

test("raising, lowering or removing a limit is reported with its route", () => {
  const change = (limit: object) => changes(limited, (r) => (stage(r).route_settings = [{ ...own, ...limit }]));
  expect([change({ throttling_rate_limit: 6 }), change({ throttling_burst_limit: 9 })]).toEqual([
    [`broadened ${KEY} rate 5 6`],
    [`narrowed ${KEY} burst 10 9`],
  ]);
});

test("a route without its own limit has the stage's, and a stage without one has the account's", () => {
  const [{ throttling_rate_limit: rate, throttling_burst_limit: burst }] = [
    stage(dev.stack.resource).default_route_settings,
  ].flat();
  expect(changes(limited, (r) => delete stage(r).route_settings)).toEqual([
    `broadened ${KEY} rate 5 ${rate}`,
    `broadened ${KEY} burst 10 ${burst}`,
  ]);
  const others = "routes without a throttle of their own";
  expect(changes(limited, (r) => delete stage(r).default_route_settings)).toEqual([
    `broadened ${others} rate ${rate} not set`,
    `broadened ${others} burst ${burst} not set`,
  ]);
});

test("the limit of an added or removed route is not reported", () => {
  const name = Object.entries<Json>(dev.stack.resource.aws_apigatewayv2_route ?? {}).find(
    ([, { route_key }]) => route_key === KEY,
  )?.[0];
  const gone = (r: Json) => {
    delete r.aws_apigatewayv2_route[name ?? ""];
    delete stage(r).route_settings;
  };
  expect(changes(limited, gone)).toEqual([]);
  expect(changes(limited, (r) => stage(r).route_settings.push({ ...own, route_key: "GET /new" }))).toEqual([]);
});
