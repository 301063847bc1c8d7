import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsSnapshot, recordNeededSnapshot, stillServesRemoved } from "../../../../cli/deploy/deploy";
import type { PlanFolder } from "../../../../cli/plan/plan-folder";

const state = (deployment: object) => ({
  stack: { resource: { aws_api_gateway_deployment: deployment }, provider: {} },
});
const REST = state({ gateway: {} });

/** An apply with these actions. */
const done = (head: ReturnType<typeof state>, ...changes: readonly (readonly [type: string, action: string])[]) =>
  ({ head, model: { resources: changes.map(([type, action]) => ({ type, action, address: `${type}.x` })) } }) as never;

test.each(["aws_api_gateway_method", "aws_api_gateway_integration", "aws_api_gateway_resource"])(
  "a %s that is gone is still in the snapshot that was made before",
  (type) => {
    expect(stillServesRemoved(done(REST, [type, "destroyed"]))).toBe(true);
  },
);

test.each([
  ["something is added", done(REST, ["aws_api_gateway_method", "added"])],
  ["a client is removed", done(REST, ["aws_api_gateway_usage_plan_key", "destroyed"])],
  ["the API itself is removed", done(state({}), ["aws_api_gateway_method", "destroyed"])],
  ["a route of an HTTP API is removed", done(state({}), ["aws_apigatewayv2_route", "destroyed"])],
])("needs no new snapshot when %s", (_, applied) => {
  expect(stillServesRemoved(applied)).toBe(false);
});

test("the next run makes the snapshot of a stopped run, as long as there is a REST API", () => {
  const place = mkdtempSync(join(tmpdir(), "front-door-owed-"));
  const folder = {
    write: (name: string, value: unknown) => writeFileSync(join(place, name), JSON.stringify(value)),
    read: (name: string) => {
      try {
        return JSON.parse(readFileSync(join(place, name), "utf8"));
      } catch {
        return undefined;
      }
    },
  } as PlanFolder;
  const [nothing, removal] = [done(REST), done(REST, ["aws_api_gateway_method", "destroyed"])];
  recordNeededSnapshot(nothing, folder);
  expect(needsSnapshot(nothing, folder)).toBe(false);
  recordNeededSnapshot(removal, folder);
  expect([needsSnapshot(nothing, folder), needsSnapshot(done(state({})), folder)]).toEqual([true, false]);
  rmSync(place, { recursive: true });
});
