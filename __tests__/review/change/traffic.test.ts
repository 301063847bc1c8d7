import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { isAllToLatest } from "../../../review/change/traffic";
import { reportOf } from "../../../review/report/report";

const file = (name: string) => JSON.parse(readFileSync(join(__dirname, "../../../synthesized/dev", name), "utf8"));
const dev: SynthesizedState = { stack: file("main.tf.json"), policy: file("authorizer-policy.json") };

const LATEST = { percent: 100, type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST" };
const PINNED = { percent: 100, revision: "orders-1", type: "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION" };

const having = (traffic: unknown): SynthesizedState => {
  const copy = structuredClone(dev);
  // biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
  (copy.stack.resource.google_cloud_run_v2_service as any).orders.traffic = traffic;
  return copy;
};
const report = (before: unknown, after: unknown) => reportOf(changeOfStacks("dev", having(before), having(after)));

test.each([
  ["a pin to an older revision", [PINNED]],
  [
    "a share for an older one",
    [
      { ...LATEST, percent: 90 },
      { ...PINNED, percent: 10 },
    ],
  ],
  ["an older one's own URL", [LATEST, { ...PINNED, percent: 0, tag: "old" }]],
  ["the latest one's own URL", [{ ...LATEST, tag: "now" }]],
])("%s counts as broader, whatever was before", (_, traffic) => {
  for (const before of [[LATEST], undefined, [{ ...PINNED, revision: "orders-0" }]]) {
    const { verdict, access } = report(before, traffic);
    expect(verdict.access).toBe("broadened");
    expect(access[0]?.sentence).toContain("traffic of google_cloud_run_v2_service.orders is another: ");
  }
});

test("all traffic to the latest one again is narrower", () => {
  expect(report([PINNED], [LATEST]).verdict.access).toBe("narrowed");
  expect(report([PINNED], undefined).verdict.access).toBe("narrowed");
});

test("to say what is the cloud's own standard changes nothing", () => {
  expect(report(undefined, [LATEST]).verdict.access).toBe("unchanged");
  expect(report([LATEST], [{ ...LATEST, revision: "", tag: null }]).verdict.access).toBe("unchanged");
});

test("a new service whose traffic goes elsewhere counts too", () => {
  const without = structuredClone(dev);
  // biome-ignore lint/suspicious/noExplicitAny: as above
  delete (without.stack.resource.google_cloud_run_v2_service as any).orders;
  const { access } = reportOf(changeOfStacks("dev", without, having([PINNED])));
  expect(access.map(({ sentence }) => sentence).join("\n")).toContain("traffic of google_cloud_run_v2_service.orders");
});

test("what cannot be read is not the latest one", () => {
  expect([undefined, null, [], [LATEST]].map(isAllToLatest)).toEqual([true, true, true, true]);
  expect(["latest", [[]], [{}], { dynamic: {} }, [{ ...LATEST, percent: "100" }]].map(isAllToLatest)).not.toContain(
    true,
  );
});
