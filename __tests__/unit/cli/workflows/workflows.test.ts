import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { workflowFiles } from "../../../../cli/workflows/workflows";
import { ROOT } from "../../../support/places";
import { bootstrapOf, bootstraps } from "../../../support/shop";

// biome-ignore lint/suspicious/noExplicitAny: GitHub's YAML
type Yaml = any;

const files = Object.entries(workflowFiles(bootstraps())).map(([path, text]) => ({
  file: basename(path),
  text,
  workflow: parse(text) as Yaml,
}));
const jobs = files.flatMap(({ file, workflow }) =>
  Object.entries<Yaml>(workflow.jobs).map(([name, job]) => ({ at: `${file} ${name}`, file, job, workflow })),
);
const working = jobs.filter(({ job }) => job.steps !== undefined);
const steps = working.flatMap(({ at, job }) => job.steps.map((step: Yaml) => ({ at, step })));

const job = (file: string, name: string) => jobs.find(({ at }) => at === `${file} ${name}`)?.job;
const permissionsOf = ({ job }: { job: Yaml }) => Object.keys(job.permissions ?? {});

test("every action is pinned by its commit, with the version next to it, the same everywhere", () => {
  const uses = files
    .flatMap(({ text }) => text.match(/uses: .*/g) ?? [])
    .filter((line) => !line.includes("./.github/"));
  expect(uses.length).toBeGreaterThan(0);
  for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const pins = new Map(uses.map((line) => [line.split("@")[0], line]));
  expect(new Set(uses).size).toBe(pins.size);
});

test("jobs have only the permissions that they name, and a job that requests an identity may not write to the code", () => {
  for (const { workflow } of files) expect(workflow.permissions).toEqual({});
  for (const { job } of jobs) expect(job.permissions).toMatchObject({ contents: "read" });
});

test("the jobs of every pull request, also of a fork's, may only read the code", () => {
  const checks = jobs.filter(({ file }) => file === "check.yml");
  expect(checks.map(permissionsOf)).toEqual(checks.map(() => ["contents"]));
  expect(files.find(({ file }) => file === "check.yml")?.text).not.toMatch(/secrets|github\.token/);
});

test("plans only pull requests to the branch that deploys, whose code the job with the identities runs", () => {
  const on = (file: string) => files.find((each) => each.file === file)?.workflow.on;
  expect(on("plan.yml").pull_request).toEqual({ branches: ["main"] });
  expect(on("plan.yml").pull_request.branches).toEqual(on("deploy.yml").push.branches);
  expect(on("check.yml").pull_request).toBeNull();
});

test("a copy of the project in another repository plans, deploys and looks at nothing", () => {
  const own = `github.repository_id == '${bootstrapOf("dev").repository.id}'`;
  const unguarded = jobs.filter(
    ({ job: { if: condition = "", needs } }) => needs === undefined && !condition.includes(own),
  );
  expect(unguarded.map(({ at }) => at)).toEqual(["check.yml check", "check.yml review", "deploy-environment.yml plan"]);
});

test("no workflow runs with the repository's permissions on another person's event", () => {
  for (const { workflow } of files) {
    expect(Object.keys(workflow.on)).not.toContain("pull_request_target");
    expect(Object.keys(workflow.on)).not.toContain("workflow_run");
  }
});

test("the branch's code runs without a token, and the job with the identities runs the base branch's", () => {
  const synthesize = job("plan.yml", "synthesize");
  expect(synthesize.permissions).toEqual({ contents: "read" });
  expect(synthesize.if).toContain("head.repo.full_name == github.repository");
  const plan = job("plan.yml", "plan");
  const checkouts = plan.steps.filter(({ uses = "" }: Yaml) => uses.startsWith("actions/checkout@"));
  expect(checkouts.map(({ with: given }: Yaml) => given.ref)).toEqual(["${{ github.event.pull_request.base.sha }}"]);
  const order = plan.steps.map(({ name, uses = "" }: Yaml) => name ?? uses.split("@")[0]);
  expect(order.indexOf("Check what the branch synthesized")).toBeLessThan(
    order.indexOf("aws-actions/configure-aws-credentials"),
  );
  expect(order.indexOf("Check what the branch synthesized")).toBeGreaterThan(
    order.indexOf("actions/download-artifact"),
  );
});

test("requests an identity only where it is needed, and the deploy identity only on main and in its environment", () => {
  const asking = jobs.filter((each) => permissionsOf(each).includes("id-token")).map(({ at }) => at);
  expect(asking).toEqual([
    "deploy-environment.yml plan",
    "deploy-environment.yml apply",
    "deploy.yml dev",
    "deploy.yml staging",
    "deploy.yml prod",
    "drift.yml look",
    "plan.yml plan",
  ]);
  const [plan, apply] = ["plan", "apply"].map((name) => job("deploy-environment.yml", name));
  expect([plan.environment, apply.environment]).toEqual([
    "${{ inputs.environment }}-plan",
    "${{ inputs.environment }}",
  ]);
  expect(plan.if).toBe("github.ref == 'refs/heads/main'");
  expect([apply.needs, apply.if]).toEqual(["plan", "needs.plan.outputs.changed == 'true'"]);
  expect(job("drift.yml", "look").environment).toBe("${{ matrix.environment }}-plan");
  // If a pull request's job named an environment, its token's subject would not fit the plan identity.
  expect(job("plan.yml", "plan").environment).toBeUndefined();
});

test("the environments are those of config/bootstrap.yaml, and a pull request plans those that are open to it", () => {
  const all = ["dev", "staging", "prod"];
  expect([...all].sort()).toEqual(bootstraps().map(({ environment }) => environment));
  const open = bootstraps().filter(({ plan }) => plan.subjects.some((subject) => subject.endsWith(":pull_request")));
  expect(job("drift.yml", "look").strategy.matrix.environment).toEqual(all);
  expect(job("plan.yml", "plan").strategy.matrix.environment).toEqual(open.map(({ environment }) => environment));
  const deploys = jobs.filter(({ file }) => file === "deploy.yml");
  expect(deploys.map(({ job: each }) => each.with.environment)).toEqual(all);
  expect(deploys.map(({ job: each }) => each.needs)).toEqual([undefined, "dev", "staging"]);
});

test("writes only the check without a pipeline, and no plan of pull requests without open environments", () => {
  expect(Object.keys(workflowFiles([]))).toEqual([".github/workflows/check.yml"]);
  const { repository } = bootstrapOf("dev");
  const closed = workflowFiles([{ environment: "live", position: 0, pullRequests: false, repository }]);
  expect(Object.keys(closed).map((path) => basename(path))).toEqual([
    "check.yml",
    "deploy-environment.yml",
    "deploy.yml",
    "drift.yml",
  ]);
  expect(Object.keys((parse(closed[".github/workflows/deploy.yml"] ?? "") as Yaml).jobs)).toEqual(["live"]);
  expect(Object.values(closed).join("\n")).not.toMatch(/\b(dev|staging|prod)\b|<[a-z-]+>/);
});

test("every job has a timeout, no two jobs write to one environment at the same time, and scripts stop at the first failure", () => {
  for (const { job: each } of working) expect(each["timeout-minutes"]).toBeLessThanOrEqual(60);
  const { concurrency } = job("deploy-environment.yml", "apply");
  expect(concurrency).toEqual({ group: "deploy-${{ inputs.environment }}", "cancel-in-progress": false });
  for (const { workflow } of files.filter(({ file }) => file !== "deploy.yml")) {
    expect(workflow.defaults.run.shell).toBe("bash");
  }
  for (const { step } of steps.filter((each) => each.step.run)) expect(step.run).toMatch(/^set -euo pipefail\n/);
});

test("scripts get values only through their environment, and no checkout leaves its token behind", () => {
  for (const { step } of steps) {
    expect(step.run ?? "").not.toContain("${{");
    if (step.uses?.startsWith("actions/checkout@")) expect(step.with["persist-credentials"]).toBe(false);
  }
});

test("a plan file never leaves the runner: jobs with identities upload only the change model", () => {
  const uploads = working
    .filter((each) => permissionsOf(each).includes("id-token"))
    .flatMap(({ job: each }) => each.steps)
    .filter(({ uses = "" }: Yaml) => uses.startsWith("actions/upload-artifact@"));
  expect(uploads.map(({ with: given }: Yaml) => given.path).sort()).toEqual([
    "${{ runner.temp }}/${{ matrix.environment }}.json",
    "${{ runner.temp }}/${{ matrix.environment }}.json",
    "${{ runner.temp }}/approved.json",
  ]);
});

test("a job without write access takes no state lock", () => {
  const plans = steps.filter(({ step }) => /(npm run -s plan --|front-door drift) /.test(step.run ?? ""));
  expect(plans).toHaveLength(3);
  for (const { step } of plans) expect(step.env.TF_CLI_ARGS_plan).toBe("-lock=false");
});

test("workflows run only npm scripts, so that any other CI can run them too", () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const called = files.flatMap(({ text }) =>
    [...text.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, name]) => name ?? ""),
  );
  expect(called.filter((name) => !(name in scripts))).toEqual([]);
});

test("a project of OpenTofu installs it, pinned, in place of each Terraform, and every job of that workflow runs it", () => {
  const parsed = (binary: "terraform" | "tofu") =>
    Object.values(workflowFiles(bootstraps(), binary)).map((text) => parse(text) as Yaml);
  const isTerraform = ({ uses = "" }: Yaml) => uses.startsWith("hashicorp/setup-terraform@");
  const expected = parsed("terraform").map((workflow) => {
    const own = Object.values<Yaml>(workflow.jobs).flatMap(({ steps: all = [] }) => all.filter(isTerraform));
    for (const step of own) {
      step.uses = "opentofu/setup-opentofu@a1320f892987e89d278cc92dc5adc984fb93aca4";
      step.with = { tofu_version: "1.12.6", tofu_wrapper: false };
    }
    return own.length > 0 ? { ...workflow, env: { TERRAFORM_BINARY_NAME: "tofu" } } : workflow;
  });
  expect(expected.filter(({ env }) => env !== undefined).map(({ name }) => name)).toEqual([
    "check",
    "deploy one environment",
    "drift",
    "plan",
  ]);
  expect(parsed("tofu")).toEqual(expected);
  const uses = Object.values(workflowFiles(bootstraps(), "tofu")).flatMap(
    (text) => text.match(/uses: .*tofu.*/g) ?? [],
  );
  expect(uses).toHaveLength(5);
  for (const line of uses) expect(line).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
