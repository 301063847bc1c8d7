import { snapshotNotes } from "../../../../packages/terraform-access-review/judge/snapshot";
import type { Action, ResourceChange } from "../../../../packages/terraform-access-review/model/change";
import { noteWords } from "../../../../packages/terraform-access-review/render/note";
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
] as const)("without a new snapshot, a method that is %s gets %i notes", (action, count) => {
  expect(snapshotNotes([method(action)], rest)).toHaveLength(count);
});

test("an HTTP API has no snapshot", () => {
  expect(snapshotNotes([method("changed")], { resource: {} } as unknown as StackJson)).toEqual([]);
});

const deployment = (action: Action): ResourceChange => ({
  ...method(action),
  ...{ address: "aws_api_gateway_deployment.gateway", type: "aws_api_gateway_deployment" },
});

test("a first deployment serves the methods that are added with it, so nothing is stale", () => {
  expect(snapshotNotes([method("added"), deployment("added")], rest)).toEqual([]);
});

test("a replaced deployment goes live, but still serves methods destroyed with it: five named, the others counted", () => {
  const gone = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...method("destroyed"), address: `aws_api_gateway_method.m${at}` }));
  const named = [0, 1, 5, 7].map((count) => snapshotNotes([...gone(count), deployment("replaced")], rest));
  expect(named.map(({ length }) => length)).toEqual([1, 2, 2, 2]);
  const numbers = named.map(([, note]) =>
    [...(note === undefined ? "" : noteWords(note)).matchAll(/method\.m(\d)| (\d) more/g)].map(
      (found) => found[1] ?? found[2],
    ),
  );
  expect(numbers).toEqual([[], ["0"], ["0", "1", "2", "3", "4"], ["0", "1", "2", "3", "4", "2"]]);
});
