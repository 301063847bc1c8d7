import { trafficChanges } from "../../../../packages/terraform-access-review/judge/traffic";
import { isAllToLatest } from "../../../../packages/terraform-access-review/terraform-json/rollout";
import { accessBetween, dev, edited, effect } from "../../../support/synthesized-states";

const LATEST = { percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" };
const PINNED = { percent: 100, revision: "orders-1", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" };

const having = (traffic: unknown) =>
  edited(dev, ({ google_cloud_run_v2_service: { orders } }) => {
    orders.traffic = traffic;
  });
const between = (before: unknown, after: unknown) => trafficChanges(having(before).stack, having(after).stack);
const ORDERS = { address: "google_cloud_run_v2_service.orders", guard: "traffic" };

test.each([
  ["a pin to an older revision", [PINNED]],
  [
    "a share for an older revision",
    [
      { ...LATEST, percent: 90 },
      { ...PINNED, percent: 10 },
    ],
  ],
  ["a URL of an older revision", [LATEST, { ...PINNED, percent: 0, tag: "old" }]],
  ["a URL of the latest revision", [{ ...LATEST, tag: "now" }]],
])("%s counts as broader, whatever the earlier traffic was", (_, traffic) => {
  for (const before of [[LATEST], undefined, [{ ...PINNED, revision: "orders-0" }]]) {
    expect(between(before, traffic)).toEqual([expect.objectContaining({ ...ORDERS, effect: "broadened" })]);
  }
});

test("sending all traffic to the latest revision again is narrower", () => {
  for (const after of [[LATEST], undefined]) {
    expect(between([PINNED], after)).toEqual([expect.objectContaining({ ...ORDERS, effect: "narrowed" })]);
  }
});

test("declaring the cloud's default explicitly changes nothing", () => {
  expect(effect(having(undefined), having([LATEST]))).toBe("unchanged");
  expect(between([LATEST], [{ ...LATEST, revision: "", tag: null }])).toEqual([]);
});

test("a new service with traffic to another revision counts too", () => {
  const without = edited(dev, ({ google_cloud_run_v2_service: services }) => delete services.orders);
  expect(accessBetween(without, having([PINNED])).guards).toContainEqual(expect.objectContaining(ORDERS));
});

test("unreadable traffic does not count as the latest revision", () => {
  expect([undefined, null, [], [LATEST]].map(isAllToLatest)).toEqual([true, true, true, true]);
  expect(["latest", [[]], [{}], { dynamic: {} }, [{ ...LATEST, percent: "100" }]].map(isAllToLatest)).not.toContain(
    true,
  );
});
