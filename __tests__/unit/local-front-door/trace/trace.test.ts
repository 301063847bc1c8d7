import { LocalTrace } from "../../../../packages/local-front-door/trace/trace";

test("the trace returns the last refusal", () => {
  const trace = new LocalTrace();
  trace.refuse("gateway", "one", "a.b");
  trace.allow("authorizer", "two");
  expect(trace.refusal).toEqual({ at: "gateway", allowed: false, reason: "one", declaration: "a.b" });
  trace.clear();
  expect(trace.refusal).toBeUndefined();
});

test("the trace keeps the last 2,000 hops", () => {
  const trace = new LocalTrace();
  for (let index = 0; index < 2_100; index += 1) trace.allow("gateway", String(index));
  expect([trace.hops.length, trace.hops[0]?.reason, trace.hops.at(-1)?.reason]).toEqual([2_000, "100", "2099"]);
});
