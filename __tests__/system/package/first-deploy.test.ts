import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { describeWhere } from "../../support/describe-where";
import { Moto } from "../../support/moto/moto";
import { ROOT } from "../../support/places";
import { folderWithAws, pythonWithPackages } from "../../support/python/python";
import { applying, providers } from "../../support/terraform-stack";
import { packedRelease, unpacked } from "./support/project";

/**
 * The commands of docs/start/first-deploy.md and of step 4 of docs/how-to/bootstrap.md, as they are written, and then those of the
 * generated workflows. Real Terraform runs with stand-ins for the providers, and moto plays S3 and IAM. Only the edits of
 * config/, which the pages describe, are made here.
 */
const python = pythonWithPackages();

/** Marked blocks of a page, by their mark. */
function blocksOf(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(ROOT, page), "utf8");
  const found = [...text.matchAll(/^ *<!-- walk: (.+) -->\n *```sh\n([\s\S]*?)^ *```$/gm)];
  return new Map(found.map(([, mark = "", block = ""]) => [mark, block]));
}

const PAGES = ["docs/start/first-deploy.md", "docs/how-to/bootstrap.md"]
  .map((page) => readFileSync(join(ROOT, page), "utf8"))
  .join("");
const BLOCKS = new Map([...blocksOf("docs/start/first-deploy.md"), ...blocksOf("docs/how-to/bootstrap.md")]);

describeWhere("missing" in python ? python.missing : undefined, "a project made by init, from an empty folder", () => {
  const folder = mkdtempSync(join(tmpdir(), "front-door-first-deploy-"));
  const project = join(folder, "storefront");
  const bin = join(folder, "bin");
  let moto: Moto;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const command = "python" in python ? python.python : "";
    moto = await Moto.start(command);
    const aws = folderWithAws(command);
    mkdirSync(bin);
    // No emulator of Google's command line exists. What it was asked is in a file.
    writeFileSync(join(bin, "gcloud"), `#!/bin/sh\necho "$@" >> ${join(folder, "gcloud")}\n`, { mode: 0o755 });
    symlinkSync(providers?.terraform ?? "terraform", join(bin, "terraform"));
    environment = {
      ...process.env,
      PATH: `${bin}:${aws}:${process.env.PATH}`,
      AWS_ENDPOINT_URL: moto.url,
      AWS_ACCESS_KEY_ID: "none",
      AWS_SECRET_ACCESS_KEY: "none",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_CONFIG_FILE: join(folder, "aws-config"),
      CHECKPOINT_DISABLE: "1",
      DISABLE_VERSION_CHECK: "1",
      TF_IN_AUTOMATION: "1",
      npm_config_loglevel: "error",
      GIT_CONFIG_GLOBAL: join(folder, "gitconfig"),
    };
    writeFileSync(environment.AWS_CONFIG_FILE ?? "", "[profile storefront-dev]\nregion = eu-west-1\n");
    writeFileSync(environment.GIT_CONFIG_GLOBAL ?? "", "[user]\nname = Ada\nemail = ada@example.com\n");
    const tarball = packedRelease(folder);
    unpacked(join(folder, tarball), folder);
    run(folder, `node_modules/.bin/front-door init storefront --name storefront --environments dev --yes`);
  });

  afterAll(() => {
    moto.stop();
    rmSync(folder, { recursive: true });
  });

  function run(cwd: string, script: string, more: NodeJS.ProcessEnv = {}) {
    const env = { ...environment, ...more };
    const { status, stdout, stderr } = spawnSync("/bin/bash", ["-euo", "pipefail", "-c", script], {
      cwd,
      env,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`exit code ${status} of:\n${script}\n${stdout}\n${stderr}`);
    return stdout;
  }

  /** @param replaced what a person does otherwise in a terminal */
  function walk(mark: string, replaced: readonly (readonly [string, string])[] = []): string {
    let script = BLOCKS.get(mark) ?? "";
    expect([mark, script]).not.toEqual([mark, ""]);
    for (const [from, to] of replaced) {
      expect(script).toContain(from);
      script = script.replace(from, to);
    }
    return run(project, script);
  }

  function edit(file: string, path: readonly string[], value: unknown): void {
    const name = join(project, "config", file);
    const document = parseDocument(readFileSync(name, "utf8"));
    document.setIn(path, document.createNode(value));
    writeFileSync(name, String(document));
  }

  /** Removes the marks of comments from the file that `init` wrote, and sets what only a person knows. */
  function fillInBootstrap(): void {
    const file = join(project, "config", "bootstrap.yaml");
    const [head = "", declared = ""] = readFileSync(file, "utf8").split(/^(?=# repository:)/m);
    writeFileSync(file, head + declared.replaceAll(/^# ?/gm, ""));
    edit("bootstrap.yaml", ["repository"], {
      name: "acme/storefront",
      ownerId: "1234567",
      id: "7654321",
      subjects: "named",
    });
    edit("bootstrap.yaml", ["identities"], { plan: "terraform-plan", deploy: "terraform" });
    edit("bootstrap.yaml", ["environments", "dev"], {
      googleProjectNumber: "100000000001",
      boundary: true,
      operators: { aws: ["arn:aws:iam::111122223333:role/developers"], google: ["group:platform@example.com"] },
    });
  }

  applying("the commands of the pages lead from an empty folder to a deploy, and a second plan is empty", () => {
    run(project, "git init -q -b main && git add -A && git commit -qm start");
    walk("look");
    walk("project");
    fillInBootstrap();
    // Both AWS identities are deployers.
    edit(
      "dev.yaml",
      ["aws", "deployers"],
      ["terraform", "terraform-plan"].map((name) => `arn:aws:iam::111122223333:role/${name}`),
    );
    walk("bootstrap");
    expect(existsSync(join(project, "state", "bootstrap-dev.tfstate"))).toBe(true);
    // What the apply would have made, for the commands that ask AWS.
    const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    run(
      project,
      `aws s3api create-bucket --bucket storefront-dev-terraform-state --create-bucket-configuration LocationConstraint=eu-west-1
      for role in terraform terraform-plan developers; do aws iam create-role --role-name $role --assume-role-policy-document '${trust}'; done`,
    );
    edit("bootstrap.yaml", ["environments", "dev", "state"], "bucket");
    walk("move", [["init -migrate-state", "init -migrate-state -force-copy"]]);
    walk("config");
    run(project, "git add -A && git commit -qm config");
    walk("deploy", [["npm run deploy -- dev ", "npm run deploy -- dev --yes "]]);
    expect(run(project, "npm run plan -- dev")).toContain("dev: no change");
    expect(written().filter((path) => !PAGES.includes(path))).toEqual([]);
  });

  /** Files and folders in the project that git does not have. A folder without any file of git is one entry. */
  function written(): readonly string[] {
    const listed = run(project, "git ls-files --others --directory").trim();
    return listed.split("\n");
  }

  applying("the generated workflows plan a change, apply what was approved, and then find no drift", () => {
    run(project, "npx front-door workflows");
    edit("dev.yaml", ["gateway"], { throttle: { ratePerSecond: 7, burst: 14 } });
    run(project, "npm run synth -- dev && git add -A && git commit -qm throttle");
    runJob("deploy-environment.yml", "plan");
    expect(output("changed")).toBe("true");
    cpSync(join(folder, "approved.json"), join(folder, "approved", "approved.json"));
    runJob("deploy-environment.yml", "apply");
    runJob("deploy-environment.yml", "plan");
    expect(output("changed")).toBe("false");
    expect(run(project, "npx front-door drift dev")).toContain("dev: no change");
  });

  applying("an exported folder, with nothing but terraform on the path, has the plan of npm run plan", () => {
    edit("dev.yaml", ["gateway"], { throttle: { ratePerSecond: 8, burst: 16 } });
    run(project, "npm run synth -- dev && npm run plan -- dev");
    const kept = run(project, "terraform -chdir=cdktf.out/stacks/dev show -json ../../../.plans/dev/plan");
    const exported = join(folder, "exported");
    run(project, `npx front-door export dev --to ${exported}`);
    const only = join(folder, "only");
    mkdirSync(only);
    symlinkSync(providers?.terraform ?? "terraform", join(only, "terraform"));
    const [, commands = ""] = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(exported, "README.md"), "utf8")) ?? [];
    expect(commands.split("\n").map((line) => line.split(" ")[1])).toEqual([
      "init",
      "validate",
      "plan",
      "apply",
      undefined,
    ]);
    run(exported, commands.replace(/^terraform apply .*$/m, ""), { PATH: only });
    const plan = JSON.parse(run(exported, "terraform show -json plan", { PATH: only }));
    expect({ ...plan, timestamp: "" }).toEqual({ ...JSON.parse(kept), timestamp: "" });
    // The override of HCP Terraform takes the place of the backend. Its `init` would need an account there.
    cpSync(join(ROOT, "examples/runners/hcp_override.tf.json"), join(exported, "hcp_override.tf.json"));
    run(exported, "terraform init -backend=false -input=false && terraform validate", { PATH: only });
    expect(plan.resource_changes.some(({ change }: Change) => change.actions.join() === "update")).toBe(true);
  });

  /** Runs the steps of a job that are scripts. Packages are installed, and the log-ins need no account here. */
  function runJob(file: string, job: string): void {
    const { jobs } = parse(readFileSync(join(project, ".github", "workflows", file), "utf8"));
    const { steps, env = {} } = jobs[job] as { steps: readonly Step[]; env?: Readonly<Record<string, string>> };
    const variables = {
      ...Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, value.replace("${{ inputs.environment }}", "dev")]),
      ),
      GITHUB_OUTPUT: join(folder, "output"),
      GITHUB_STEP_SUMMARY: join(folder, "summary"),
      RUNNER_TEMP: folder,
    };
    for (const step of steps)
      if (step.run) run(project, step.run.replace(/^npm ci$/m, ""), { ...variables, ...step.env });
  }

  /** The last value that a job has set. */
  function output(name: string): string | undefined {
    const lines = readFileSync(join(folder, "output"), "utf8").split("\n");
    return lines.findLast((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  }
});

interface Change {
  readonly change: { readonly actions: readonly string[] };
}

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
