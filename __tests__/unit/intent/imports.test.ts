import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BASE, DEV, intentsOf, problemsOf } from "../../support/config-folder";
import { ROOT } from "../../support/places";
import { synthesizedState } from "../../support/synthesized";

const files = (imports: string) => ({ "base.yaml": BASE, "dev.yaml": DEV, "imports.yaml": imports });
const faults = (imports: string) =>
  problemsOf(files(imports)).map(({ file, line, message }) => `${file}:${line}  ${message}`);

test("an environment has the imports under its name, and the file may be missing", () => {
  expect(intentsOf(files("dev:\n  aws_cognito_user_pool.customers: eu-west-1_Abc\n"))[0]?.imports).toEqual([
    {
      address: "aws_cognito_user_pool.customers",
      id: "eu-west-1_Abc",
      place: {
        file: "config/imports.yaml",
        line: 2,
        column: 3,
        path: 'dev["aws_cognito_user_pool.customers"]',
        reference: "docs/reference/optional-files.md#imports",
      },
    },
  ]);
  expect(intentsOf({ "base.yaml": BASE, "dev.yaml": DEV })[0]?.imports).toEqual([]);
});

test.each([
  ["dve:\n  aws_x.y: z\n", 'config/imports.yaml:1  got the environment "dve"'],
  ["dev:\n  pool: z\n", "config/imports.yaml:2  "],
  ["dev:\n  aws_x.y: a b\n", "config/imports.yaml:2  "],
  ["dev: [", "config/imports.yaml:"],
])("%j is an error at its own line", (text, fault) => {
  expect(faults(text)).toEqual([expect.stringContaining(fault)]);
});

test("the documented example imports resources that dev declares", () => {
  const page = readFileSync(join(ROOT, "docs/reference/optional-files.md"), "utf8");
  const example = /<!-- config: imports -->\n```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const { resource } = synthesizedState("dev").stack;
  const imports = intentsOf(files(example))[0]?.imports ?? [];
  expect(imports).toHaveLength(2);
  for (const { address } of imports) {
    const [type = "", name = ""] = address.split(".");
    expect(resource[type]).toHaveProperty(name);
  }
});
