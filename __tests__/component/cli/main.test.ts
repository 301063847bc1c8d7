import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const MAIN = readFileSync(project.path("main.ts"), "utf8");
afterEach(() => writeFileSync(project.path("main.ts"), MAIN));

const IMPORTS = `import { Aspects, TerraformStack } from "cdktf";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
`;

test.each<[string, unknown, string]>([
  ["a misspelt key", { extends: () => {} }, "extends"],
  ["a rule without an id", { rules: [() => []] }, "rules"],
  ["no list of rules", { rules: {} }, "rules"],
  ["a promise of a front door", Promise.resolve({}), "promise"],
  ["a number", 7, "number"],
])("refuses a main.ts that exports %s", (_, exported, word) => {
  const { readMain, useMain } = require("../../../cli/synthesis/main") as typeof import("../../../cli/synthesis/main");
  useMain(() => ({ path: "", content: Buffer.alloc(0), load: () => ({ default: exported }) }));
  expect(readMain).toThrow(new RegExp(`^main\\.ts: got .*${word}`));
});

test("refuses a main.ts whose resource would be silently dropped, and writes nothing", () => {
  const parts = {
    "extend: async () => {}": "promise",
    "rules: {}": "rules",
    "extend: (stack) => { stack.toTerraform(); }": "toTerraform()",
    "extend: (stack) => { Aspects.of(stack).add({ visit() {} }); }": "aspect",
    'extend: (stack) => { new TerraformStack(stack.node.root, "second"); }': "the stack second",
  };
  for (const [part, word] of Object.entries(parts)) {
    const exported = `{ ${part} }`;
    writeFileSync(project.path("main.ts"), `${IMPORTS}export default ${exported} as any;\n`);
    const { code, error } = project.run(["synth", "dev", "--check"]);
    expect([exported, code, error.startsWith("main.ts"), error.includes(word), error.includes("\n    at ")]).toEqual([
      exported,
      1,
      true,
      true,
      false,
    ]);
  }
});

test("an error of the project's own code is reported at its own line, in each file and each part of the front door", () => {
  const thrown = 'throw new TypeError("boom");';
  const cases: readonly (readonly [main: string, library: string, place: string])[] = [
    [`export const early = 1;\n${thrown}\nexport default {};`, "", "main.ts:2:7"],
    [`export default {\n  extend: () => { ${thrown} },\n};`, "", "main.ts:2:25"],
    [`export default {\n  rules: [{ id: "own", findings: () => { ${thrown} } }],\n};`, "", "main.ts:2:48"],
    [`export default {\n  access: [{ rows: () => { ${thrown} } }],\n};`, "", "main.ts:2:34"],
    [
      'import { add } from "./lib/add";\nexport default { extend: () => add() };',
      `\nexport function add() {\n  ${thrown}\n}`,
      "lib/add.ts:3:9",
    ],
    ['import "./lib/add";\nexport default {};', `\n\n${thrown}`, "lib/add.ts:3:7"],
    [
      'import { IamRole } from "@cdktf/provider-aws/lib/iam-role";\nexport default {\n  extend: (stack: any) => [1, 2].map(() => new IamRole(stack, "twice", { assumeRolePolicy: "{}" })),\n};',
      "",
      "main.ts:3:44",
    ],
  ];
  mkdirSync(project.path("lib"), { recursive: true });
  for (const [main, library, place] of cases) {
    writeFileSync(project.path("main.ts"), main);
    writeFileSync(project.path("lib/add.ts"), library);
    const { code, error } = project.run(["synth", "dev", "--check"]);
    expect([main, code, error.split("  ")[0], error.includes("\n    at ")]).toEqual([main, 1, place, false]);
  }
});

test("a finding names the line of config that its resource comes from, or the line of main.ts that declares it", () => {
  const rule = `{ id: "own", findings: () => ["aws_cognito_user_pool_client.web", "aws_iam_role.own"].map((address) => ({ address, message: "no" })) }`;
  const extend =
    '(stack: any) => {\n  new IamRole(stack, "own", { assumeRolePolicy: "{}", name: `${stack.prefix}-own` });\n}';
  writeFileSync(project.path("main.ts"), `${IMPORTS}export default { rules: [${rule}], extend: ${extend} };\n`);
  const { code, error } = project.run(["synth", "dev", "--check"]);
  const comesFrom = (address: string) =>
    new RegExp(`\\[dev\\] ${address}: no \\(rule own\\)\\n +it comes from (.*)\\n`).exec(error)?.[1];
  expect([code, comesFrom("aws_iam_role.own")]).toEqual([1, "main.ts:4"]);
  expect(comesFrom("aws_cognito_user_pool_client.web")).toMatch(/^config\/\w+\.yaml:\d+ {2}clients\.web$/);
});

test("main.ts has the program's own classes of the providers", () => {
  const extend = "(stack) => console.log(stack.node.findAll().filter((each) => each instanceof IamRole).length > 0)";
  writeFileSync(project.path("main.ts"), `${IMPORTS}export default { extend: ${extend} } as any;\n`);
  expect(project.run(["synth", "dev", "--check"]).out).toContain("true\n");
});

test("never runs a bundle that was not made here, regardless of its stamp", () => {
  for (const name of ["synth-program.js", "synth-program-packages.js", "main.js"]) {
    const path = project.path(".build", name);
    const content = readFileSync(path, "latin1").replace('"use strict";', '"use strict"; console.log("committed");');
    writeFileSync(path, content, "latin1");
    const stamp = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const output = createHash("sha256").update(content, "latin1").digest("hex");
    writeFileSync(`${path}.json`, JSON.stringify({ ...stamp, output }));
    expect([name, content.includes("committed")]).toEqual([name, true]);
  }
  const { code, out } = project.run(["synth", "--check", "dev"]);
  expect([code, out]).toEqual([0, ""]);
});
