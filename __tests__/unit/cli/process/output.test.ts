import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { direct, guardOutput, harmless } from "../../../../cli/process/output";
import { ROOT } from "../../../support/places";
import fc from "../../../support/properties";
import { testAll } from "../../../support/test-all";

testAll<[string, string]>([
  ["a\u001b[2Jb", "a\\u001b[2Jb"],
  ["a\u202eb", "a\\u202eb"],
  ["\u{e0001}", "\\udb40\\udc01"],
  ["a\rb\n\tc", "a\\u000db\n\tc"],
  ["::error file=x::y\n  ::add-mask::z\na ::b", "\\u003a:error file=x::y\n  \\u003a:add-mask::z\na ::b"],
  ["a ##[error]b", "a \\u0023#[error]b"],
  ["services.orders: got 1, expected 2", "services.orders: got 1, expected 2"],
])("in GitHub Actions, %j is printed as %j", (text, printed) => expect(harmless(text, true)).toBe(printed));

test("on a terminal, a line may begin like a command of GitHub Actions", () => {
  expect(harmless("::error::x", false)).toBe("::error::x");
});

test("printed JSON keeps its value, and has no character that a terminal obeys", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const printed = harmless(JSON.stringify({ [text]: text }), true);
      expect(JSON.parse(printed)).toEqual({ [text]: text });
      expect(printed).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}|\p{Zp}/u);
    }),
  );
});

test("a guarded stream keeps bytes, and lets a reader of lines move the cursor", () => {
  const written: unknown[] = [];
  const stream = { write: (text: unknown) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  for (let call = 0; call < 2; call += 1) guardOutput([stream], false);
  const bytes = Buffer.from("\u001b[1G");
  stream.write("\u001b[1G");
  stream.write(bytes);
  direct(stream).write("\u001b[1G");
  expect(written).toEqual(["\\u001b[1G", bytes, "\u001b[1G"]);
});

test("everything else that reaches a terminal is another program's own output, or the name of a step", () => {
  const files = readdirSync(join(ROOT, "cli"), { recursive: true, encoding: "utf8" });
  const past = files
    .filter((file) => /\.c?ts$|\.cjs$/.test(file))
    .filter((file) => /"inherit"|writeSync\([12],/.test(readFileSync(join(ROOT, "cli", file), "utf8")));
  expect(past.sort()).toEqual(["bundle/pack.cjs", "process/shell.ts", "process/watcher.cjs", "terraform/terraform.ts"]);
});
