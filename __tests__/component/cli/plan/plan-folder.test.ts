import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enterProject } from "../../../support/in-project";

const folder = mkdtempSync(join(tmpdir(), "front-door-plans-"));
writeFileSync(join(folder, "cdktf.json"), "{}");
enterProject({ folder });
afterAll(() => rmSync(folder, { recursive: true }));

const { locked, PlanFolder, refuseLink } =
  require("../../../../cli/plan/plan-folder") as typeof import("../../../../cli/plan/plan-folder");

test.each([tmpdir(), "/nowhere"])("does not store plans through a link to %s", (target) => {
  const link = join(folder, `link${target.length}`);
  symlinkSync(target, link);
  expect(() => refuseLink(link)).toThrow("is a link");
});

test("accepts a folder, or a missing one", () => {
  expect(() => [folder, join(folder, "none")].map(refuseLink)).not.toThrow();
});

test("a run removes what killed ones had begun to write, and its own files are its user's alone", async () => {
  const plans = new PlanFolder("dev");
  for (const name of ["manifest.json.4711", "last-apply.json.4711", "plan"]) writeFileSync(plans.path(name), "");
  await locked("dev", plans, async () => plans.write("manifest.json", { version: 1 }));
  expect(readdirSync(plans.path(".")).sort()).toEqual(["manifest.json", "plan"]);
  expect(statSync(plans.path("manifest.json")).mode & 0o777).toBe(0o600);
});
