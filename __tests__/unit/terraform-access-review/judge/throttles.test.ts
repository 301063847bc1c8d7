import { instanceChanges, throttleChanges } from "../../../../packages/terraform-access-review/judge/guards";
import { restWith } from "../../../support/domains";
import { stateOf } from "../../../support/rest-state";
import { dev, edited, effect, type Json, shared, verifying } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

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

test("where callers may bypass the gateway, more instances are a weaker bound on the load", () => {
  const withMost = (most: unknown, base = shared) =>
    edited(base, (r) => (r.google_cloud_run_v2_service.orders.template.scaling = { max_instance_count: most }));
  const found = (from: unknown, to: unknown, base?: typeof dev) =>
    instanceChanges(withMost(from, base).stack, withMost(to, base).stack).map(({ address, before, after, effect }) =>
      [address, before, after, effect].join(" "),
    );
  const address = "google_cloud_run_v2_service.orders";
  expect(found(2, 3)).toEqual([`${address} 2 3 broadened`]);
  expect(found(3, 2)).toEqual([`${address} 3 2 narrowed`]);
  expect(found(2, undefined)).toEqual([`${address} 2 not set broadened`]);
  expect(found(200, undefined)).toEqual([`${address} 200 not set broadened`]);
  expect(found(undefined, 100)).toEqual([`${address} not set 100 narrowed`]);
  expect(found(undefined, 101)).toEqual([`${address} not set 101 broadened`]);
  expect(found(2, 2)).toEqual([]);
  expect(effect(withMost(2), withMost(3))).toBe("broadened");
  // The invoker check and the gateway's throttles bound it here.
  for (const base of [dev, verifying])
    expect([found(2, 3, base), effect(withMost(2, base), withMost(3, base))]).toEqual([[], "unchanged"]);
});

testAll<[string, string, string]>([
  ["day", "week", "narrowed"],
  ["day", "month", "narrowed"],
  // Two months may have a week in common.
  ["week", "month", "broadened"],
  ["month", "week", "broadened"],
])("as many requests in a %s, then in a %s, are %s", (before, after, expected) => {
  const [from, to] = [before, after].map((per) =>
    stateOf(restWith({ defaultPlan: { quota: { requests: 1000, per } } })),
  );
  expect(effect(from as typeof dev, to as typeof dev)).toBe(expected);
});
