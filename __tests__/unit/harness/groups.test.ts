import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

const { filesOf, testsIn } = require("../../harness/group.cjs") as {
  readonly filesOf: (group: string) => readonly string[];
  readonly testsIn: (folder: string) => readonly string[];
};
const names = Object.keys(require("../../harness/groups.cjs") as object);

test("each unit test is in exactly one group, so that npm test runs it once", () => {
  expect(names.flatMap((name) => [...filesOf(name)]).sort()).toEqual([...testsIn(".")].sort());
});

test("each group has a file, and each file has a group", () => {
  const folder = join(ROOT, "__tests__/unit-groups");
  expect(existsSync(folder) && readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.test.cjs`).sort());
});
