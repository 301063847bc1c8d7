import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTerraform } from "../../../../cli/terraform/binary";
import { ProjectCopy } from "../../../support/command";
import { oncePerRun } from "../../../support/once-per-run";
import { ROOT } from "../../../support/places";

const CONFIG = join(ROOT, "__tests__/fixtures/deployed/config");

/** A copy of the project with a small config, whose environment dev has its own state and no account. */
export class DeployedProject extends ProjectCopy {
  /** @param state its place: in the project, or in the S3 bucket of the config */
  constructor(state: "here" | "S3" = "here") {
    super(
      "linked",
      oncePerRun(`deployed-project-${state}`, () => new Template(state).folder),
    );
  }

  get stack(): string {
    return this.path("cdktf.out", "stacks", "dev");
  }

  read(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  /** A Terraform that begins an apply and does not end it. It then writes the file `begun`. */
  slowTerraform(): string {
    return this.terraformThat(`echo '${message("apply_start")}'; touch ${this.path("begun")}; exec sleep 120`);
  }

  /** A Terraform whose cloud refuses the second of two changes. */
  refusedTerraform(): string {
    const diagnostic = { severity: "error", summary: "AccessDenied", detail: "not authorized", address: ROLE };
    const lines = [
      message("apply_start", "aws_iam_role.callers"),
      message("apply_complete", "aws_iam_role.callers"),
      message("apply_start"),
      message("apply_errored"),
      JSON.stringify({ "@level": "error", type: "diagnostic", diagnostic }),
    ];
    return this.terraformThat(`${lines.map((line) => `echo '${line}'`).join("; ")}; exit 1`);
  }

  /**
   * A Terraform that waits in one step until half a second after a signal, and then completes the step as if there had
   * been none. It writes each step into `steps` and each signal into `signals`.
   */
  heldTerraform(step: string): string {
    const traps = ["INT", "TERM", "HUP"].map((signal) => `trap 'echo ${signal} >> ${this.path("signals")}' ${signal}`);
    // The traps are set before the step is written, because the test sends its signal as soon as it reads the step.
    const hold = [`while [ ! -s ${this.path("signals")} ]; do sleep 0.1; done`, "sleep 0.5; sleep 0.2"];
    const held = (commands: readonly string[]) => `[ "$1" != ${step} ] || { ${commands.join("; ")}; }`;
    return this.terraform([held(traps), `echo "$1" >> ${this.path("steps")}`, held(hold)].join("\n"));
  }

  /** Returns the lines that a Terraform of this project has written; empty without the file. */
  lines(name: string): readonly string[] {
    return existsSync(this.path(name)) ? this.read(name).trim().split("\n") : [];
  }

  forget(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  /** A Terraform whose providers take a third of a second for each change, and hang while the project has a file `stuck`. */
  slowCloud(): NodeJS.ProcessEnv {
    return {
      TERRAFORM_BINARY_NAME: this.terraform('[ "$1" != apply ] || export SLOW_CLOUD=1'),
      STAND_IN_STUCK: this.path("stuck"),
      TF_CLI_ARGS_apply: "-parallelism=2",
    };
  }

  /** A Terraform whose version output and plans look like OpenTofu's. */
  asOpenTofu(): string {
    const real = findTerraform().path;
    const edits = ["s#registry.terraform.io#registry.opentofu.org#g", 's/"(applyable|complete)":(true|false),?//g'];
    return this.terraform(
      [
        `[ "$1" != version ] || { ${real} "$@" | sed -E '/terraform_outdated/d; s/("provider_selections": [{][}]),/\\1/'; exit; }`,
        `[ "$1" != show ] || { ${real} "$@" | sed -E '${edits.join("; ")}'; exit; }`,
      ].join("\n"),
    );
  }

  private terraformThat(applies: string): string {
    return this.terraform(`[ "$1" != apply ] || { ${applies}; }`);
  }

  /** Environment with an `aws` that answers every question with this text, and a `gcloud` without credentials. */
  awsThatAnswers(text: string): NodeJS.ProcessEnv {
    const folder = this.path("bin");
    mkdirSync(folder, { recursive: true });
    for (const [name, script] of [
      ["aws", `echo '${text}'`],
      ["gcloud", "exit 1"],
    ] as const) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    }
    return { PATH: `${folder}:${process.env.PATH}`, GOOGLE_OAUTH_ACCESS_TOKEN: "" };
  }

  /** A Terraform that runs this before the real Terraform. */
  terraform(script: string): string {
    const path = this.path("other-terraform");
    writeFileSync(path, `#!/bin/sh\n${script}\nexec ${findTerraform().path} "$@"\n`);
    chmodSync(path, 0o700);
    return path;
  }
}

/** The synthesized project that the others copy. It is kept until the end of the test run. */
class Template extends ProjectCopy {
  constructor(state: "here" | "S3") {
    super("linked");
    for (const folder of ["config", "synthesized"]) rmSync(this.path(folder), { recursive: true });
    cpSync(CONFIG, this.path("config"), { recursive: true });
    if (state === "here") this.keepStateHere();
    else this.synthesize();
  }
}

const ROLE = "aws_iam_role.orders";

/** One line of `terraform apply -json`. */
function message(type: string, addr = ROLE): string {
  return JSON.stringify({ type, hook: { resource: { addr }, action: "update", elapsed_seconds: 3 } });
}
