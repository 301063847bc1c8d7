import type { Action, ResourceChange } from "../../../../packages/terraform-access-review/change/model";
import { snapshotNotes } from "../../../../packages/terraform-access-review/change/snapshot";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { testAll } from "../../../support/test-all";

const rest = { resource: { aws_api_gateway_deployment: { gateway: {} } } } as unknown as StackJson;

const method = (action: Action): ResourceChange => ({
  ...{ address: "aws_api_gateway_method.x", type: "aws_api_gateway_method", action },
  ...{ forcedBy: [], attributes: [] },
});

testAll([
  ["changed", 1],
  ["added", 1],
  ["destroyed", 1],
  ["moved", 0],
  ["imported", 0],
  ["forgotten", 0],
] as const)("without a new snapshot a method that is %s has %i notes", (action, count) => {
  expect(snapshotNotes([method(action)], rest)).toHaveLength(count);
});

test("an HTTP API has no snapshot", () => {
  expect(snapshotNotes([method("changed")], { resource: {} } as unknown as StackJson)).toEqual([]);
});
