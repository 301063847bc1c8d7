import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import { join } from "node:path";
import { json } from "../../../packages/local-front-door/net/local-http";
import { set } from "../../support/local/document";
import { startSmallStack } from "../../support/local/small-stack";

/** A temporary folder for this test only, because other tests run at the same time. */
const scratch = mkdtempSync(join(os.tmpdir(), "front-door-clouds-test-"));
beforeEach(() => jest.spyOn(os, "tmpdir").mockReturnValue(scratch));
afterAll(() => {
  jest.restoreAllMocks();
  rmSync(scratch, { recursive: true });
});

test("one call starts everything, one stops everything", async () => {
  const clouds = await startSmallStack([], undefined, { page: { title: "small", port: 0 } });
  const addresses = [
    `${clouds.url}/open/7`,
    `${clouds.pageUrl}/`,
    clouds.cognitoUrl,
    `http://127.0.0.1:${clouds.tls.port}`,
  ];
  expect((await fetch(addresses[0] ?? "")).status).toBe(200);
  expect(readdirSync(scratch)).toHaveLength(3);
  await clouds.stop();
  for (const address of addresses) {
    await expect(fetch(address)).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
  }
  expect(readdirSync(scratch)).toEqual([]);
});

test("an unsupported stack is refused before anything is opened or written", async () => {
  const listen = jest.spyOn(net.Server.prototype, "listen");
  const mkdtemp = jest.spyOn(os, "tmpdir");
  mkdtemp.mockClear();
  await expect(startSmallStack([set("aws_apigatewayv2_stage.gateway", { name: "x" })])).rejects.toThrow(
    "aws_apigatewayv2_stage.gateway.name: got x",
  );
  // The test's own folder for the stack.
  expect([listen.mock.calls.length, mkdtemp.mock.calls.length]).toEqual([0, 1]);
  expect(readdirSync(scratch)).toEqual([]);
  listen.mockRestore();
});

test("if a later part fails, the parts already started are stopped", async () => {
  const fails = startSmallStack([], undefined, { beforeListen: () => Promise.reject(new Error("no port")) });
  await expect(fails).rejects.toThrow("no port");
  expect(readdirSync(scratch)).toEqual([]);
});

test("a user's own service can answer behind the gateway", async () => {
  const clouds = await startSmallStack([], undefined, { service: async ({ service }) => json(418, { service }) });
  const response = await fetch(`${clouds.url}/open/7`);
  expect([response.status, await response.json()]).toEqual([418, { service: "shop" }]);
  await clouds.stop();
});
