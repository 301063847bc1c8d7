import { accessLedger, ownRows, useRowReaders } from "../../../../packages/terraform-access-review/access/ledger";

afterEach(() => useRowReaders([]));

const ROW = { principal: "a", permission: "read", resource: "b" };
const stack = { resource: {}, provider: {} };

test("each row of a project's own reader states its origin, after its condition if it has one", () => {
  useRowReaders([() => [{ ...ROW, condition: "-" }], () => [{ ...ROW, condition: "on Mondays" }]]);
  expect(ownRows(stack)).toEqual([
    { ...ROW, condition: "as main.ts says" },
    { ...ROW, condition: "on Mondays; as main.ts says" },
  ]);
});

test("a reader cannot give its rows a decision or terms, which belong to the ledger", () => {
  useRowReaders([() => [{ ...ROW, condition: "-", decision: "allowed", terms: { permits: ["all"] } } as never]]);
  expect(ownRows(stack)).toEqual([{ ...ROW, condition: "as main.ts says" }]);
});

test("a reader counts in the next ledger of a stack that was already read", () => {
  const principals = () => accessLedger(stack).map(({ principal }) => principal);
  expect(principals()).not.toContain("a");
  useRowReaders([() => [{ ...ROW, condition: "-" }]]);
  expect(principals()).toContain("a");
});
