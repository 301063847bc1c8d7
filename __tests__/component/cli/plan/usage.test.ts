import { existsSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());
writeFileSync(project.path("approved.json"), "{}");

/** A stand-in that answers only the questions before a plan. */
const terraform = { TERRAFORM_BINARY_NAME: project.path("terraform") };
writeFileSync(project.path("terraform"), `#!/bin/sh\necho '{"terraform_version":"1.15.5"}'\n`, { mode: 0o700 });

test.each([
  [["plan", "dev", "--format", "pdf"], "--format pdf: expected one of terminal, markdown, json"],
  [["plan", "dev", "--fail-on", "rain"], '"rain" is not a reason'],
  [["plan", "devv"], 'no environment is called "devv"; did you mean dev?'],
  [["drift", "dev", "--format", "pdf"], "--format pdf: expected one of terminal, markdown, json"],
  [["deploy", "dev", "--approved", "nowhere.json"], "--approved nowhere.json cannot be read"],
  [["deploy", "dev", "--approved", "approved.json"], "--approved approved.json approves nothing, expected dev"],
])("%j is refused before anything is planned", (args, fault) => {
  const { code, error, out } = project.run(args, terraform);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(error).toContain(fault);
  expect(existsSync(project.path(".plans", "dev", "plan"))).toBe(false);
});

test.each(["plan", "deploy", "drift"])("%s creates no folder for a name that leads elsewhere", (command) => {
  const { code, error } = project.run([command, "../elsewhere"], terraform);
  expect([code, error]).toEqual([64, expect.stringContaining('no environment is called "../elsewhere"')]);
  expect(
    [project.path("..", "elsewhere"), project.path("elsewhere"), project.path(".plans", "..", "elsewhere")].filter(
      existsSync,
    ),
  ).toEqual([]);
});

test.each(["plan", "deploy", "drift"])(
  "%s reports in one sentence that Terraform is missing, and what to do",
  (command) => {
    const { code, error } = project.run([command, "dev"], { TERRAFORM_BINARY_NAME: "no-such-terraform" });
    expect(code).toBe(64);
    expect(error).toContain('Terraform was not found: "no-such-terraform version"');
  },
);
