import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { CommandError } from "../../../cli/process/command-error";
import type { WorkflowsOptions } from "../../../cli/workflows/workflows";
import { ProjectCopy } from "../../support/command";
import { enterProject } from "../../support/in-project";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

enterProject(project);

/** The command in this process. Returns its exit code. */
function workflows(options: WorkflowsOptions = {}): number {
  const command = require("../../../cli/workflows/workflows") as typeof import("../../../cli/workflows/workflows");
  const printed = jest.spyOn(console, "log").mockImplementation();
  try {
    command.workflows(options);
    return 0;
  } catch (error) {
    return (error as CommandError).exitCode;
  } finally {
    printed.mockRestore();
  }
}

const FOLDER = project.path(".github", "workflows");
const ALL = ["check.yml", "deploy-environment.yml", "deploy.yml", "drift.yml", "plan.yml"];

test("never overwrites a project's own workflow, and then writes no other file", () => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(project.path(".github", "workflows", "deploy.yml"), "name: ours\n");
  expect(workflows()).toBe(1);
  expect(readdirSync(FOLDER)).toEqual(["deploy.yml"]);
  expect(readFileSync(project.path(".github", "workflows", "deploy.yml"), "utf8")).toBe("name: ours\n");
  expect(project.run(["synth", "--check"]).code).toBe(0);
  rmSync(project.path(".github", "workflows", "deploy.yml"));
  writeFileSync(project.path(".github", "workflows", "own.yml"), "name: ours\n");
  expect(project.run(["workflows"]).code).toBe(0);
  expect(readdirSync(FOLDER).sort()).toEqual([...ALL, "own.yml"].sort());
});

test("finds an edited workflow stale, and removes workflows that no environment needs", () => {
  const drift = project.path(".github", "workflows", "drift.yml");
  const before = readFileSync(drift, "utf8");
  writeFileSync(drift, `${before}# edited\n`);
  expect([project.run(["synth", "--check"]).code, workflows({ check: true }), workflows()]).toEqual([1, 1, 0]);
  expect(readFileSync(drift, "utf8")).toBe(before);
  rmSync(project.path("config", "bootstrap.yaml"));
  expect(workflows()).toBe(0);
  expect(readdirSync(FOLDER).sort()).toEqual(["check.yml", "own.yml"]);
});

test("cdktf.json names the binary that the workflows install, and another value writes nothing", () => {
  const [settings, check] = [project.path("cdktf.json"), project.path(".github", "workflows", "check.yml")];
  const [before, written] = [JSON.parse(readFileSync(settings, "utf8")), readFileSync(check, "utf8")];
  const named = (terraformBinary: unknown) => {
    rmSync(settings);
    writeFileSync(settings, JSON.stringify({ ...before, terraformBinary }));
    return workflows();
  };
  expect([named("constructor"), named(["tofu"]), named("/bin/tofu")]).toEqual([1, 1, 1]);
  expect(readFileSync(check, "utf8")).toBe(written);
  expect(named("tofu")).toBe(0);
  expect(readFileSync(check, "utf8").match(/setup-(terraform|opentofu)@/g)).toEqual(["setup-opentofu@"]);
  expect(named("terraform")).toBe(0);
  expect(readFileSync(check, "utf8")).toBe(written);
});
