import { CommandError } from "../../../../cli/process/command-error";
import { rowReaders } from "../../../../cli/synthesis/main";
import { useRowReaders } from "../../../../packages/terraform-access-review/access/ledger";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { rowOf } from "../../../../packages/terraform-access-review/model/change";
import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import type { OwnAccess } from "../../../../stacks/front-door";
import { ledgerInWords } from "../../../support/ledger-words";

afterEach(() => useRowReaders([]));

const table = (name: string) => ({ resource: { aws_dynamodb_table: { orders: { name } } }, provider: {} });
const OWN = { principal: "service orders", permission: "read items", resource: "table orders" };
const use = (rows: OwnAccess["rows"]) => useRowReaders(rowReaders([{ rows }]));

/** Rows of a ledger, without the condition of the row NOT READ. */
const cells = (stack: StackJson) =>
  ledgerInWords(stack).map(({ principal, resource, condition }) => [principal, resource, condition]);

test("adds a project's own row with its source, and keeps the row NOT READ", () => {
  const before = cells(table("orders"));
  expect(before.map(([principal, resource]) => [principal, resource])).toEqual([
    ["NOT READ", "aws_dynamodb_table.orders"],
  ]);
  use(() => [OWN, { ...OWN, condition: "by day" }]);
  expect(cells(table("orders"))).toEqual([
    ...before,
    [OWN.principal, OWN.resource, "as main.ts says"],
    [OWN.principal, OWN.resource, "by day; as main.ts says"],
  ]);
});

test("a review reads both sides in the same way, and a new row is broader access", () => {
  use(({ resource }) => [{ ...OWN, resource: `table ${resource.aws_dynamodb_table?.orders?.name}` }]);
  const rows = (from: string, to: string) =>
    changeOfStacks("dev", { stack: table(from) }, { stack: table(to) })
      .access.rows.filter((change) => rowOf(change).principal.kind === "stated")
      .map(({ effect }) => effect);
  expect(rows("orders", "orders")).toEqual([]);
  expect(rows("orders", "carts")).toContain("broadened");
});

test.each<readonly [string, () => unknown]>([
  ["no list", () => OWN],
  ["a row without its resource", () => [{ ...OWN, resource: undefined }]],
  ["an empty text", () => [{ ...OWN, permission: "" }]],
  ["a condition that is no text", () => [{ ...OWN, condition: 1 }]],
  ["nothing", () => [null]],
  ["a denial in words", () => [{ ...OWN, permission: "DENY read items" }]],
  ["an unknown effect", () => [{ ...OWN, effect: "limit" }]],
  [
    "an error",
    () => {
      throw new Error("mine");
    },
  ],
])("%s is an error of main.ts", (_, rows) => {
  use(rows as OwnAccess["rows"]);
  expect(() => ledgerInWords(table("orders"))).toThrow(CommandError);
});
