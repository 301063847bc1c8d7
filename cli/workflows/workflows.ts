import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { projectError } from "../process/command-error";
import { PACKAGE, ROOT } from "../process/project";
import { isFresh, writeWhole } from "../process/write-files";
import { readConfig } from "../synthesis/intents";

type Pipeline = readonly Pick<BootstrapIntent, "environment" | "position" | "pullRequests" | "repository">[];

/** Options of the command. Its help describes each of them. */
export interface WorkflowsOptions {
  readonly check?: boolean;
}

const FOLDER = ".github/workflows";
/** Start of each template, also of those of version 0.2.0. */
const MARK = /^# Written by `np(m run|x front-door) workflows`\./;
/** The folder of the templates, also in the published package. */
const TEMPLATES = join(PACKAGE, "cli", "workflows", "templates");

/** The binary that a project's workflows install and run: `terraformBinary` of `cdktf.json`. */
export type TerraformProgram = keyof typeof INSTALLED;

/** What replaces `<install>` and `<env>` of a template. */
const INSTALLED = {
  terraform: {
    install: `uses: hashicorp/setup-terraform@dfe3c3f87815947d99a8997f908cb6525fc44e9e # v4.0.1
        with:
          terraform_version: 1.15.5
          terraform_wrapper: false`,
    env: "",
  },
  tofu: {
    install: `uses: opentofu/setup-opentofu@a1320f892987e89d278cc92dc5adc984fb93aca4 # v2.0.2
        with:
          tofu_version: 1.12.6
          tofu_wrapper: false`,
    env: "env:\n  TERRAFORM_BINARY_NAME: tofu\n\n",
  },
} as const;

/**
 * `npx front-door workflows`: writes GitHub's workflows for the environments of `config/bootstrap.yaml`.
 *
 * @throws CommandError if the project itself wrote a file at a workflow's path. That file stays unchanged. Also if
 * `cdktf.json` names another binary than the workflows can install
 */
export function workflows({ check }: WorkflowsOptions): void {
  const { bootstraps } = readConfig();
  const files = workflowFiles(bootstraps, terraformBinary());
  const stale = Object.keys(files).filter((path) => !isFresh(join(ROOT, path), files[path] ?? ""));
  const written = writtenHere();
  const gone = written.filter((path) => !(path in files));
  const own = stale.filter((path) => existsSync(join(ROOT, path)) && !written.includes(path));
  if (own.length > 0) {
    throw projectError(
      `${own.join(", ")}: got a workflow that this command did not write, expected none of that name; nothing was written`,
      "rename it, or remove it",
    );
  }
  if (check) {
    assertFresh([...stale, ...gone]);
    return;
  }
  for (const path of stale) writeWhole(join(ROOT, path), files[path] ?? "");
  for (const path of gone) rmSync(join(ROOT, path));
  for (const path of stale) console.log(`wrote ${path}`);
  for (const path of gone) console.log(`removed ${path}: no environment of config/bootstrap.yaml needs it`);
  if (stale.length + gone.length === 0) console.log(`${FOLDER}: fresh`);
}

/**
 * Workflows that this command wrote and would now write differently or not at all. Excludes a project's own workflows.
 * Also excludes missing ones, because the project may use another CI.
 */
export function staleWorkflows(bootstraps: Pipeline): readonly string[] {
  const files = workflowFiles(bootstraps, terraformBinary());
  return writtenHere().filter((path) => !isFresh(join(ROOT, path), files[path] ?? ""));
}

function writtenHere(): readonly string[] {
  const folder = join(ROOT, FOLDER);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yml") && MARK.test(readFileSync(join(folder, name), "utf8")))
    .map((name) => `${FOLDER}/${name}`);
}

/** @throws CommandError if `cdktf.json` names a binary that the workflows cannot install */
function terraformBinary(): TerraformProgram {
  const { terraformBinary: name = "terraform" } = JSON.parse(readFileSync(join(ROOT, "cdktf.json"), "utf8"));
  if (typeof name === "string" && Object.hasOwn(INSTALLED, name)) return name as TerraformProgram;
  throw projectError(
    `cdktf.json, terraformBinary: got ${JSON.stringify(name)}, expected ${Object.keys(INSTALLED).join(" or ")}`,
    "correct it, or remove it for terraform",
  );
}

/**
 * Workflows by path in the project. Only the check of pull requests if the pipeline has no environment.
 *
 * @param binary what the workflows install. Default: Terraform
 */
export function workflowFiles(
  bootstraps: Pipeline,
  binary: TerraformProgram = "terraform",
): Readonly<Record<string, string>> {
  const inOrder = [...bootstraps].sort((one, other) => one.position - other.position);
  const environments = inOrder.map(({ environment }) => environment);
  const open = inOrder.flatMap(({ environment, pullRequests }) => (pullRequests ? [environment] : []));
  const made = {
    "check.yml": template("check"),
    ...(environments.length > 0 && {
      "deploy-environment.yml": template("deploy-environment"),
      "deploy.yml": deployWorkflow(environments),
      "drift.yml": template("drift").replace("<environments>", environments.join(", ")),
    }),
    ...(open.length > 0 && { "plan.yml": template("plan").replace("<pull-requests>", open.join(", ")) }),
  };
  const { install, env } = INSTALLED[binary];
  return Object.fromEntries(
    Object.entries(made).map(([name, text]) => [
      `${FOLDER}/${name}`,
      text
        .replaceAll("<install>", install)
        .replaceAll("<repository>", inOrder[0]?.repository.id ?? "")
        .replace("<env>:\n\n", env),
    ]),
  );
}

/** One job after the other, in the order of `config/bootstrap.yaml`. */
function deployWorkflow(environments: readonly string[]): string {
  const [head = "", job = ""] = template("deploy").split(/(?<=^jobs:\n)/m);
  const jobs = environments.map((environment, index) => {
    const before = environments[index - 1];
    const own = before === undefined ? job.replace(/ +needs: .*\n/, "") : job.replace("<before>", before);
    return own.replaceAll("<environment>", environment);
  });
  return head + jobs.join("\n");
}

function template(name: string): string {
  return readFileSync(join(TEMPLATES, `${name}.yml`), "utf8");
}

function assertFresh(stale: readonly string[]): void {
  if (stale.length === 0) return;
  throw projectError(`not what config gives: ${stale.join(", ")}`, "renew with: npx front-door workflows");
}
