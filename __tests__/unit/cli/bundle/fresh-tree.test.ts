import { testAll } from "../../../support/test-all";

const { mayReadMore } = require("../../../../cli/bundle/fresh-tree.cjs") as { mayReadMore(bundle: string): boolean };

/** What esbuild makes of a `main.ts`. Its first line is esbuild's own. */
const bundle = (code: string) => `"use strict"; var __name = globalThis;\n// node:fs\n${code}\n`;

testAll([
  'var import_cdktf = require("cdktf"); new import_cdktf.TerraformOutput(stack, "tag", { value: stack.environment });',
  'var import_iam = require("@cdktf/provider-aws/lib/iam-role"); new import_iam.IamRole(stack, "own", {});',
  "var tag = `${stack.environment} ${Math.max(1, 2)}`;",
])("code that reads only what the program passes to it: %s", (code) => {
  expect(mayReadMore(bundle(code))).toBe(false);
});

testAll([
  'require("node:fs").readFileSync("cdktf.json");',
  'import("node:fs");',
  'require("./other.json");',
  'new import_cdktf.TerraformAsset(stack, "tag", { path: "cdktf.json" });',
  "__dirname;",
  "process.env.OWN_TAG;",
  '"a".localeCompare("b");',
  "(1).toLocaleString();",
  "new Date().getFullYear();",
  "Date.now();",
  "Math.random();",
  "Math[name]();",
  "crypto.randomUUID();",
  "globalThis[name];",
  "eval(text);",
  'stack.constructor("return 1");',
  'fetch("https://acme.example");',
])("code that may read more: %s", (code) => {
  expect(mayReadMore(bundle(code))).toBe(true);
});
