import { join } from "node:path";
import { ROOT } from "../../support/places";

const { packageFile, BUNDLED_FILE } = require("../../harness/packages.cjs") as {
  readonly packageFile: (path: string) => string;
  readonly BUNDLED_FILE: string;
};

const WINDOWS = "D:\\a\\shop\\node_modules\\@cdktf\\provider-aws\\lib\\iam-role\\index.js";

test("a file of a package has the same name on every system, whichever folder links to it", () => {
  const name = "node_modules/@cdktf/provider-aws/lib/iam-role/index.js";
  expect([WINDOWS, join(ROOT, name), join("/elsewhere", name)].map(packageFile)).toEqual([name, name, name]);
});

test("bundled packages replace their files on every system, and no other package's", () => {
  const isReplaced = (path: string) => new RegExp(BUNDLED_FILE).test(path);
  expect([WINDOWS, "/shop/node_modules/zod/index.cjs"].map(isReplaced)).toEqual([true, true]);
  expect(["D:\\a\\node_modules\\jest\\index.js", "/shop/node_modules/ajv/index.js"].map(isReplaced)).toEqual([
    false,
    false,
  ]);
});
