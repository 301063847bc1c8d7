import { spawn } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTerraform } from "../../../../cli/terraform/binary";
import { ProjectCopy } from "../../../support/command";

/** A copy of the project whose environment dev has a state of its own, and no account. */
export class DeployedProject extends ProjectCopy {
  constructor() {
    super();
    this.keepStateHere();
  }

  get stack(): string {
    return this.path("cdktf.out", "stacks", "dev");
  }

  read(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  /** A Terraform that begins an apply and does not end it; it says so in a file. */
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

  private terraformThat(applies: string): string {
    const path = this.path("other-terraform");
    writeFileSync(path, `#!/bin/sh\n[ "$1" = apply ] || exec ${findTerraform().path} "$@"\n${applies}\n`);
    chmodSync(path, 0o700);
    return path;
  }

  /** Starts a command that goes on; its parts are killed with it. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv) {
    return spawn(process.execPath, [join("cli", "run.cjs"), ...args], {
      cwd: this.folder,
      env: { ...process.env, ...environment },
      stdio: "ignore",
      detached: true,
    });
  }
}

const ROLE = "aws_iam_role.orders";

/** One line of `terraform apply -json`. */
function message(type: string, addr = ROLE): string {
  return JSON.stringify({ type, hook: { resource: { addr }, action: "update", elapsed_seconds: 3 } });
}
