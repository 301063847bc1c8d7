import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import {
  declaredMajor,
  fetchedFolder,
  nodePackage,
  nodeRelease,
} from "../../packages/local-front-door/function/node-release";
import { Stack } from "../../packages/local-front-door/terraform/stack";
import { projectError } from "../process/command-error";
import { BUILD } from "../process/project";

/**
 * Installs the Node release that the stack's functions declare into `.build/`, unless it is there already or runs this
 * program.
 */
export function fetchDeclaredNode(stackFile: string, print: (line: string) => void): void {
  const stack = Stack.read(stackFile);
  const functions = stack.all("aws_lambda_function").map((each) => ({
    runtime: stack.text(each, "runtime"),
    address: `${each.address}.runtime`,
  }));
  for (const { runtime, address } of functions) {
    if (nodeRelease(runtime, address, BUILD).deviation !== undefined) install(declaredMajor(runtime, address), print);
  }
}

function install(major: number, print: (line: string) => void): void {
  const folder = fetchedFolder(BUILD, major);
  const wanted = `${nodePackage()}@${major}`;
  print(`fetching Node ${major}, once: ${wanted} from npm's registry, some 190 MB in ${folder}`);
  mkdirSync(folder, { recursive: true });
  const args = ["install", "--prefix", folder, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", wanted];
  const done = spawnSync("npm", args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
  if (done.status === 0) return;
  const why = (done.stderr ?? done.error?.message ?? "").trim().split("\n")[0];
  throw projectError(`--declared-node: npm could not install ${wanted}: ${why}`, "leave it out to run in this Node");
}
