import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { LocalCommand } from "../../../support/local-command";

jest.setTimeout(60_000);

const CURL = spawnSync("curl", ["--version"]).status === 0;

const project = new ProjectCopy("linked");
afterAll(async () => {
  await LocalCommand.closeAll();
  project.remove();
});

/** Changes the environment's file; undefined removes a key. */
function overlay(...changes: readonly (readonly [path: readonly string[], value: unknown])[]) {
  const file = project.path("config/dev.yaml");
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const [path, value] of changes) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  writeFileSync(file, document.toString());
}

test("a page can read what a REST API's services answer only if they say so", () => {
  const pages = (changes: object) => {
    overlay(
      [["aws", "ownsAccount"], true],
      [["gateway", "kind"], "rest"],
      [["gateway", "cors"], { origins: ["https://app.example"], ...changes }],
    );
    return project.run(["local", "dev", "--matrix"]);
  };
  const silent = pages({ servicesAnswer: false });
  expect(silent.code).not.toBe(0);
  expect(silent.error).toContain("gateway.cors.servicesAnswer: true");
  expect(silent.error).not.toContain("its preflight got");
  expect(pages({ servicesAnswer: true })).toMatchObject({ code: 0 });
});

test("a REST environment prints commands with the stage, enforces a quota, and takes a change", async () => {
  overlay(
    [["aws", "ownsAccount"], true],
    [["gateway", "kind"], "rest"],
    [["gateway", "defaultPlan"], { quota: { requests: 3, per: "day" } }],
  );
  const door = new LocalCommand(project, "dev");
  const [, url = ""] = await door.prints(/^dev: (http:\/\/127\.0\.0\.1:\d+\/live) /m);
  if (CURL) {
    const run = async (caller: string) =>
      spawnSync("sh", ["-c", await door.lineOf(caller)], { cwd: project.folder, encoding: "utf8" }).stdout;
    for (const caller of ["anyone", "customers/reporting-agent"]) {
      expect([caller, JSON.parse(await run(caller))]).toEqual([caller, expect.objectContaining({ method: "GET" })]);
    }
    expect(JSON.parse(await run("no token"))).toEqual({ message: "Unauthorized" });
  }
  const call = async (caller: string) => {
    const { out } = project.run(["token", "dev", "--as", caller]);
    return () => fetch(`${url}/orders`, { headers: { authorization: `Bearer ${out.trim()}` } });
  };
  const agent = await call("customers/reporting-agent");
  for (let calls = CURL ? 1 : 0; calls < 3; calls++) expect((await agent()).status).toBe(200);
  expect(await (await agent()).json()).toMatchObject({ limit: "quota" });
  expect((await (await call("workforce/0oa1example"))()).status).toBe(200);
  const since = door.length;
  // Only a REST API has plans.
  overlay([["gateway", "defaultPlan"], undefined], [["gateway", "kind"], "http"]);
  const [again = ""] = await door.prints(/^dev: .*ready/m, since);
  const { origin } = new URL(url);
  expect(again).toContain(`dev: ${origin}  (ready`);
  expect((await fetch(`${origin}/products`)).status).toBe(200);
  expect(await door.close()).toBe(130);
});

test("--matrix calls a REST API, and every answer matches the ledger", () => {
  const { code, out, error } = project.run(["local", "dev", "--matrix"]);
  expect([code, error]).toEqual([0, ""]);
  expect(out).toMatch(/^dev: 120 calls in /m);
  expect(out).toContain("every answer is what synthesized/dev/access.md says");
});
