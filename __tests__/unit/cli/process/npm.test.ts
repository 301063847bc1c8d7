import { npmCommand } from "../../../../cli/process/npm.cjs";
import { testAll } from "../../../support/test-all";

const NODE = "C:\\Program Files\\nodejs\\node.exe";
const INSTALLED = "C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npm-cli.js";
const RUNNING = "C:\\Users\\ann\\AppData\\npm\\bin\\npm-cli.js";

testAll<[string | undefined, readonly string[], readonly string[]]>([
  [RUNNING, [RUNNING, INSTALLED], [NODE, RUNNING]],
  [undefined, [INSTALLED], [NODE, INSTALLED]],
  // Another package manager, or npx, runs this program.
  ["C:\\pnpm\\bin\\pnpm.cjs", ["C:\\pnpm\\bin\\pnpm.cjs", INSTALLED], [NODE, INSTALLED]],
  [RUNNING, [INSTALLED], [NODE, INSTALLED]],
  [undefined, [], ["npm"]],
])("on Windows, with npm_execpath %s and the files %j, npm is %j", (running, files, command) => {
  const env = running === undefined ? {} : { npm_execpath: running };
  expect(npmCommand("win32", { execPath: NODE, env }, (path) => files.includes(path))).toEqual(command);
});

test("elsewhere, npm is the one on the PATH", () => {
  const runtime = { execPath: "/usr/bin/node", env: { npm_execpath: "/usr/lib/node_modules/npm/bin/npm-cli.js" } };
  expect(npmCommand("darwin", runtime, () => true)).toEqual(["npm"]);
});
