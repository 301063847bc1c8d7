import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import type { PlanJson } from "../../../../packages/terraform-access-review/plan/plan-json";
import { resourcesOf } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { ProjectCopy } from "../../../support/command";
import { enterProject } from "../../../support/in-project";

const project = new ProjectCopy("linked");
enterProject(project);
afterAll(() => project.remove());
const { deployedSynthesis } = require("../../../../cli/plan/planner") as typeof import("../../../../cli/plan/planner");

const STACK = "synthesized/preview/main.tf.json";
const POLICY = "synthesized/preview/envoy-policy.json";
const git = (...args: readonly string[]) =>
  execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], { cwd: project.folder });
const read = (): SynthesizedState => ({
  stack: JSON.parse(readFileSync(project.path(STACK), "utf8")),
  envoy: JSON.parse(readFileSync(project.path(POLICY), "utf8")),
});

/** A change of both files that leaves Envoy's configuration valid JSON. */
const change = (from: string, to: string) => {
  for (const file of [STACK, POLICY]) {
    writeFileSync(project.path(file), readFileSync(project.path(file), "utf8").replaceAll(from, to));
  }
};

/** The state after an apply, as a plan contains it. */
const planAfter = ({ stack }: SynthesizedState) => {
  const resources = resourcesOf(stack, "google_cloud_run_v2_service").map(({ address, type, attributes }) => ({
    ...{ address, type, mode: "managed" },
    values: JSON.parse(JSON.stringify(attributes).replaceAll(/\$\{[^}]*\}/g, "eu-west-1_Known")),
  }));
  return { format_version: "1.2", prior_state: { values: { root_module: { resources } } } } as unknown as PlanJson;
};

const first = read();
git("init", "-q", "-b", "main");
git("add", "-A", "-f", "synthesized");
git("commit", "-qm", "first");
change("GET /orders/export", "GET /orders/listing");
const second = read();

test("the deployed Envoys are those of the stack that is planned, if their configurations are", () => {
  expect(deployedSynthesis("preview", planAfter(second), second).state).toBe(second);
});

test("otherwise the commit with these configurations is found, and has the policy that they enforce", () => {
  expect(deployedSynthesis("preview", planAfter(first), second).state).toEqual(first);
});

test("if no commit has them, no policy is known", () => {
  change("GET /orders/listing", "GET /orders/elsewhere");
  expect(deployedSynthesis("preview", planAfter(read()), second).state).toBe("nothing");
  expect(deployedSynthesis("preview", { format_version: "1.2" }, second).state).toBe("nothing");
});
