import { changesIn } from "../../support/plan-changes";

const line = (sign: string, name: string) => `${sign.padStart(3)} resource "aws_iam_role" "${name}" {`;
const planned = (lines: readonly string[], counts: string) => [...lines, `Plan: ${counts}.`, ""].join("\n");

test("reads each action of a plan, and none of a plan without changes", () => {
  const lines = [line("+", "a"), line("~", "b"), line("-", "c"), line("-/+", "d"), line("+/-", "e")];
  expect(changesIn(planned(lines, "1 to import, 3 to add, 1 to change, 3 to destroy"))).toEqual([
    "aws_iam_role.a create",
    "aws_iam_role.b update",
    "aws_iam_role.c delete",
    "aws_iam_role.d delete+create",
    "aws_iam_role.e create+delete",
  ]);
  expect(changesIn("No changes. Your infrastructure matches the configuration.\n")).toEqual([]);
});

test("refuses text with other actions than it counts itself, and text that is no plan", () => {
  const one = [line("+", "a")];
  for (const counts of ["11 to add, 0 to change, 0 to destroy", "1 to add, 1 to change, 0 to destroy"]) {
    expect(() => changesIn(planned(one, counts))).toThrow("1 to add, 0 to change, 0 to destroy");
  }
  expect(() => changesIn("")).toThrow("0 to add");
});
