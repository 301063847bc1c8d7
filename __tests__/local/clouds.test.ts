import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { json } from "../../local/local-http";
import { type Change, set } from "./support/document";
import { startSmallStack } from "./support/small-stack";

/** Temporary folders of this test alone: others run beside it. */
const scratch = mkdtempSync(join(os.tmpdir(), "front-door-clouds-test-"));
beforeAll(() => jest.spyOn(os, "tmpdir").mockReturnValue(scratch));
afterAll(() => {
  jest.restoreAllMocks();
  rmSync(scratch, { recursive: true });
});

test("one call starts everything, one stops everything", async () => {
  const clouds = await startSmallStack();
  expect((await fetch(`${clouds.url}/open/7`)).status).toBe(200);
  expect(readdirSync(scratch)).toHaveLength(3);
  await clouds.stop();
  await expect(fetch(`${clouds.url}/open/7`)).rejects.toThrow();
  expect(readdirSync(scratch)).toEqual([]);
});

test("a stack that a later part refuses leaves nothing behind", async () => {
  await expect(startSmallStack([set("aws_apigatewayv2_stage.gateway", { name: "x" })])).rejects.toThrow();
  expect(readdirSync(scratch)).toEqual([]);
});

test.each(["google_cloud_run_v2_service_iam_member", "google_project_iam_member", "aws_iam_user_policy_attachment"])(
  "a resource of the type %s, which might grant something, stops the start",
  async (type) => {
    const add: Change = (document) => Object.assign(document.resource, { [type]: { x: {} } });
    await expect(startSmallStack([add])).rejects.toThrow(`${type}: a type of resource that the stand-ins do not know`);
  },
);

test("a service of one's own may stand behind the gateway", async () => {
  const clouds = await startSmallStack([], undefined, { service: async ({ service }) => json(418, { service }) });
  const response = await fetch(`${clouds.url}/open/7`);
  expect([response.status, await response.json()]).toEqual([418, { service: "shop" }]);
  await clouds.stop();
});
