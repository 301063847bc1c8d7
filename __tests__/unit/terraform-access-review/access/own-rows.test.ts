import { accessLedger, ownRows, useRowReaders } from "../../../../packages/terraform-access-review/access/ledger";
import { rowChanges } from "../../../../packages/terraform-access-review/judge/rows";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { rowWords } from "../../../../packages/terraform-access-review/render/words";

afterEach(() => useRowReaders([]));

const ROW = { principal: "a", permission: "read", resource: "b" };
const stack = { resource: {}, provider: {} };
const cells = (rows: readonly AccessRow[]) => rows.map(rowWords);

test("each row of a project's own reader states its origin, after its condition if it has one", () => {
  useRowReaders([() => [{ ...ROW, condition: "-" }], () => [{ ...ROW, condition: "on Mondays" }]]);
  expect(cells(ownRows(stack))).toEqual([
    { ...ROW, condition: "as main.ts says" },
    { ...ROW, condition: "on Mondays; as main.ts says" },
  ]);
});

test("no reader's row counts as a call, a denial or a grant of the ledger, whatever it states", () => {
  useRowReaders([() => [{ principal: "anyone", permission: "GET /orders", resource: "service a", condition: "-" }]]);
  expect(ownRows(stack).map(({ principal, action, resource }) => [principal.kind, action.kind, resource.kind])).toEqual(
    [["stated", "stated", "stated"]],
  );
});

test("losing a row that denies is broader, and losing another one is narrower", () => {
  useRowReaders([
    ({ resource }) => (resource.aws_sqs_queue === undefined ? [] : [{ ...ROW, condition: "-", effect: "deny" }]),
    ({ resource }) => (resource.aws_sns_topic === undefined ? [] : [{ ...ROW, condition: "-" }]),
  ]);
  const lost = (type: string) => {
    const before = accessLedger({ resource: { [type]: { jobs: {} } }, provider: {} });
    const stated = before.filter(({ action }) => action.kind === "stated");
    return rowChanges(stated, [], () => []).map(({ effect }) => effect);
  };
  expect([lost("aws_sqs_queue"), lost("aws_sns_topic")]).toEqual([["broadened"], ["narrowed"]]);
});

test("a reader cannot give its rows a decision or terms, which belong to the ledger", () => {
  useRowReaders([() => [{ ...ROW, condition: "-", decision: "allowed", terms: { permits: ["all"] } } as never]]);
  const [own] = ownRows(stack);
  expect([own?.decision, own?.terms]).toEqual([undefined, undefined]);
});

test("a reader counts in the next ledger of a stack that was already read", () => {
  const principals = () => cells(accessLedger(stack)).map(({ principal }) => principal);
  expect(principals()).not.toContain("a");
  useRowReaders([() => [{ ...ROW, condition: "-" }]]);
  expect(principals()).toContain("a");
});
