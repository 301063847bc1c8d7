import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../__tests__/support/places";

const { mutantsOf } = require("./mutants.cjs") as {
  mutantsOf: (source: string) => readonly Omit<Mutant, "file">[];
};
const { decidingOnly } = require("./not-deciding.cjs") as {
  decidingOnly: (mutants: readonly Mutant[], root: string, only?: string, text?: string) => readonly Mutant[];
};

interface Mutant {
  readonly file: string;
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

const FILE = "functions/authorizer/request/sha256.ts";
const mutant = (before: string, after: string): Mutant => ({ file: FILE, line: 4, before, after });
const all = [mutant('"hex"', '"hex~"'), mutant("1", "2")];
const left = (part: string) => decidingOnly(all, ROOT, "", `${FILE}\t${part}\treason\n`);

test("a row leaves out its file, its function or its change", () => {
  expect(left("*")).toEqual([]);
  expect(left("sha256()")).toEqual([]);
  expect(left("1 -> 2")).toEqual([all[0]]);
  expect(left("sha256(): 1 -> 2")).toEqual([all[0]]);
});

test.each(["2 -> 3", "other()", "other(): 1 -> 2"])("a row that covers no change is an error: %s", (part) => {
  expect(() => left(part)).toThrow(`${FILE} has no ${part}`);
});

test("a row without a reason is an error", () => {
  expect(() => decidingOnly(all, ROOT, "", `${FILE}\t*\n`)).toThrow("expected file, part and reason");
});

test("each row of the table covers a change of the sources", () => {
  const sources = readdirSync(join(ROOT, "functions/authorizer"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `functions/authorizer/${name.replaceAll("\\", "/")}`);
  const files = [...sources, "stacks/authorizer-policy.ts"];
  const mutants = files.flatMap((file) =>
    mutantsOf(readFileSync(join(ROOT, file), "utf8")).map((each) => ({ ...each, file })),
  );
  const deciding = decidingOnly(mutants, ROOT);
  expect(deciding.length).toBeGreaterThan(800);
  expect(deciding.length).toBeLessThan(mutants.length);
});
