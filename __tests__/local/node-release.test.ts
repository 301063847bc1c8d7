import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { nodePackage, nodeRelease } from "../../local/node-release";
import { set } from "./support/document";
import { startSmallStack } from "./support/small-stack";

const RUNTIME = "aws_lambda_function.judge.runtime";
const [OWN = ""] = process.versions.node.split(".");
const BUILD = join(__dirname, "..", "..", ".build");

const folder = mkdtempSync(join(tmpdir(), "front-door-build-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("this program's own Node runs what declares its major version", () => {
  expect(nodeRelease(`nodejs${OWN}.x`, RUNTIME, folder)).toEqual({ executable: process.execPath });
});

test("another one is a deviation that says what would change it, until it is fetched", () => {
  expect(nodeRelease("nodejs24.x", RUNTIME, folder, "20.19.0")).toEqual({
    executable: process.execPath,
    deviation: `${RUNTIME}: functions run in Node 20, the stack declares nodejs24.x; --declared-node fetches it`,
  });
  const file = process.platform === "win32" ? "node.exe" : "node";
  const executable = join(folder, "node-24", "node_modules", nodePackage(), "bin", file);
  mkdirSync(dirname(executable), { recursive: true });
  writeFileSync(executable, "");
  expect(nodeRelease("nodejs24.x", RUNTIME, folder, "20.19.0")).toEqual({ executable });
});

test.each(["python3.13", "nodejs", "nodejs24"])("the runtime %s is refused with its address", (runtime) => {
  expect(() => nodeRelease(runtime, RUNTIME, folder)).toThrow(`${RUNTIME}: cannot run ${runtime}`);
});

const HANDLER = "export const answer = async () => process.versions.node;";

async function releaseOf(runtime: string) {
  const clouds = await startSmallStack([set("aws_lambda_function.judge", { runtime })], HANDLER);
  try {
    const result = await clouds.functions[0]?.invoke({});
    return { result, deviations: clouds.deviations };
  } finally {
    await clouds.stop();
  }
}

test("the front door says where a function runs in another Node", async () => {
  const { result, deviations } = await releaseOf("nodejs999.x");
  expect(result).toEqual({ kind: "answer", value: process.versions.node });
  expect(deviations).toEqual([expect.stringContaining(`${RUNTIME}: functions run in Node ${OWN}, the stack declares`)]);
});

const there = nodeRelease("nodejs24.x", RUNTIME, BUILD).deviation === undefined;
if (!there) console.warn("skipped: no Node 24 here; npm run local -- dev --declared-node fetches it");
(there ? test : test.skip)("a function runs in the declared Node where it is there", async () => {
  const { result, deviations } = await releaseOf("nodejs24.x");
  expect(result).toEqual({ kind: "answer", value: expect.stringMatching(/^24\./) });
  expect(deviations).toEqual([]);
});
