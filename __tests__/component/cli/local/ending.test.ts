import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ProjectCopy } from "../../../support/command";
import { describeWhere } from "../../../support/describe-where";
import { LocalCommand } from "../../../support/local-command";
import { envoyBinary } from "../../envoy/support/binary";

jest.setTimeout(180_000);

const project = new ProjectCopy("linked");
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

/** Prints each call, answers after the milliseconds in the path's last part, and ignores SIGTERM, like its child. */
const STUBBORN = `
  const { spawn } = require("node:child_process");
  process.on("SIGTERM", () => {});
  spawn("sh", ["-c", "trap '' TERM; sleep 300; sleep 300"], { stdio: "inherit" });
  require("node:http")
    .createServer((request, answer) => {
      const milliseconds = Number(request.url.split("/").at(-1));
      console.log("reached " + milliseconds);
      setTimeout(() => answer.end("done"), milliseconds);
    })
    .listen(process.env.PORT, "127.0.0.1");`;
const COMMAND = `catalog=${JSON.stringify(process.execPath)} stubborn.cjs`;
writeFileSync(project.path("stubborn.cjs"), STUBBORN);

/** Number of processes in these groups. */
function running(groups: readonly number[]): number {
  const { stdout } = spawnSync("pgrep", ["-g", groups.join(",")], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean).length;
}

async function untilGone(groups: readonly number[]): Promise<number> {
  for (const deadline = Date.now() + 20_000; running(groups) > 0 && Date.now() < deadline; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return running(groups);
}

async function opened(...args: readonly string[]) {
  const door = new LocalCommand(project, ...args);
  const [, url = ""] = await door.prints(/^\w+: (http:\/\/127\.0\.0\.1:\d+) /m);
  return { door, url };
}

/** The outcome of a call in progress. */
function outcome(url: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  return fetch(url, { headers }).then(
    (answer) => answer.text(),
    () => "cut",
  );
}

describe("Ctrl-C during calls", () => {
  test("delivers answers within two seconds, cuts later ones, and kills services that still run", async () => {
    const silent = createServer(() => {});
    const reached = once(silent, "request");
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const port = `orders=:${(silent.address() as AddressInfo).port}`;
    const { door, url } = await opened("dev", "--service", COMMAND, "--service", port);
    const times = ["500", "300000"];
    const calls = times.map((milliseconds) => outcome(`${url}/images/${milliseconds}`));
    for (const each of times) await door.prints(new RegExp(`reached ${each}`));
    // A port of the user that never answers.
    const authorization = `Bearer ${project.run(["token", "dev", "--as", "workforce/0oa1example"]).out.trim()}`;
    calls.push(outcome(`${url}/orders`, { authorization }));
    await reached;
    const groups = door.children;
    const since = Date.now();
    expect(await door.close()).toBe(130);
    expect(Date.now() - since).toBeLessThan(60_000);
    expect(await Promise.all(calls)).toEqual(["done", "cut", "cut"]);
    // The service, and what decided about the last call.
    expect([groups.length > 1, await untilGone(groups), door.folders]).toEqual([true, 0, []]);
    silent.closeAllConnections();
    silent.close();
  });

  test("a service that does not listen yet does not delay the end of a starting door", async () => {
    const door = new LocalCommand(project, "dev", "--service", "catalog=echo begun; sleep 300");
    await door.prints(/begun/);
    const groups = door.children;
    const since = Date.now();
    expect(await door.close("SIGTERM")).toBe(143);
    expect(Date.now() - since).toBeLessThan(60_000);
    expect([groups.length, await untilGone(groups), door.folders]).toEqual([1, 0, []]);
  });
});

describe("a signal", () => {
  test("that npm repeats ends the door once, and the last line says so", async () => {
    const { door } = await opened("dev");
    door.send("SIGHUP");
    door.send("SIGHUP");
    expect(await door.ended()).toBe(129);
    expect(door.text.trimEnd().split("\n").at(-1)).toBe(
      "dev: the terminal or the connection was lost: the front door is closed",
    );
    expect(door.folders).toEqual([]);
  });

  test("stops a matrix, whose calls are then incomplete", async () => {
    const door = new LocalCommand(project, "dev", "--matrix");
    while (door.folders.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await door.close()).toBe(130);
    expect(door.text).toContain("dev: you interrupted: not every route was called");
    expect(door.folders).toEqual([]);
  });
});

describe("a door that is killed", () => {
  test("ends its services and hanging functions", async () => {
    const { door, url } = await opened("dev", "--service", COMMAND);
    expect((await fetch(`${url}/orders`, { headers: { authorization: "Bearer x.y.z" } })).status).toBe(403);
    const groups = door.children;
    expect(groups).toHaveLength(2);
    for (const each of groups) process.kill(each, "SIGSTOP");
    await door.kill();
    expect(await untilGone(groups)).toBe(0);
  });

  const envoy = envoyBinary();

  describeWhere("missing" in envoy ? envoy.missing : undefined, "with Envoys", () => {
    test("ends its Envoys too", async () => {
      process.env.ENVOY = "envoy" in envoy ? envoy.envoy : "";
      const { door } = await opened("preview");
      delete process.env.ENVOY;
      const groups = door.children;
      expect(groups.length).toBeGreaterThan(1);
      await door.kill();
      expect(await untilGone(groups)).toBe(0);
    });
  });
});
