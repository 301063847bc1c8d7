import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

const FOLDER = project.path(".github", "workflows");
const ALL = ["check.yml", "deploy-environment.yml", "deploy.yml", "drift.yml", "plan.yml"];

test("never overwrites a project's own workflow, and then writes no other file", () => {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(project.path(".github", "workflows", "deploy.yml"), "name: ours\n");
  expect(project.run(["workflows"]).code).toBe(1);
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
  for (const command of [
    ["synth", "--check"],
    ["workflows", "--check"],
  ])
    expect(project.run(command).code).toBe(1);
  expect(project.run(["workflows"]).code).toBe(0);
  expect(readFileSync(drift, "utf8")).toBe(before);
  rmSync(project.path("config", "bootstrap.yaml"));
  expect(project.run(["workflows"]).code).toBe(0);
  expect(readdirSync(FOLDER).sort()).toEqual(["check.yml", "own.yml"]);
});
