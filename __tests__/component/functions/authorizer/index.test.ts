import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { requestEvent } from "../../../support/authorizer/event";
import { POLICY } from "../../../support/authorizer/policy";
import { BUILD_FOLDER } from "../../../support/places";

/** The design's target. */
const BUNDLE_BYTES = 32_000;

/** The bundle that is deployed, with a policy next to it as in the archive. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "authorizer-"));
  await copyFile(join(BUILD_FOLDER, "authorizer.mjs"), join(folder, "index.mjs"));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(policy: unknown, script: string): Promise<string> {
  await writeFile(join(folder, "authorizer-policy.json"), JSON.stringify(policy));
  const code = `const authorizer = await import(${JSON.stringify(join(folder, "index.mjs"))}); ${script}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { env: {} });
  return stdout;
}

test("the bundle is one file of limited size that exports only the two handlers", async () => {
  const script = `const { statSync } = await import("node:fs");
    console.log(JSON.stringify([Object.keys(authorizer).sort(), statSync(${JSON.stringify(join(folder, "index.mjs"))}).size]));`;
  const [names, bytes] = JSON.parse(await run(POLICY, script));
  expect(names).toEqual(["callers", "public"]);
  expect(bytes).toBeLessThan(BUNDLE_BYTES);
});

test("each handler decides on its own routes by the policy next to the bundle", async () => {
  const deny = `console.log(JSON.stringify(await authorizer.callers(${JSON.stringify(requestEvent({ routeKey: "GET /unknown" }))})));`;
  const lines = (await run(POLICY, deny))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ reason: "route-unknown" }, { isAuthorized: false }]);
  const wrong = `await authorizer.callers(${JSON.stringify(requestEvent({ routeKey: "GET /products" }))}).catch((error) => console.log(error.message));`;
  expect(await run(POLICY, wrong)).toMatch(/"reason":"route-kind"[\s\S]*\nunavailable\n$/);
  const right = `await authorizer.public(${JSON.stringify(requestEvent({ routeKey: "GET /products" }))}).catch((error) => console.log(error.message));`;
  expect(await run(POLICY, right)).toMatch(/"reason":"federation-provider"[\s\S]*\nunavailable\n$/);
});

test("a policy of another version does not start", async () => {
  await expect(run({ ...POLICY, version: 2 }, "")).rejects.toThrow("expected version 1");
});
