import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findTerraform } from "../../../cli/terraform/binary";
import { plannedBy } from "../../../cli/terraform/providers";
import { writeOverride } from "../../../cli/terraform/scratch";
import { ProjectCopy } from "../../support/command";

/** A copy of the project whose environment dev has a state of its own, and no account. */
export class DeployedProject extends ProjectCopy {
  constructor() {
    super();
    mkdirSync(this.stack, { recursive: true });
    writeOverride(this.stack);
  }

  get stack(): string {
    return this.path("cdktf.out", "stacks", "dev");
  }

  /** Only stand-ins of the providers apply without an account. */
  get standIns(): boolean {
    this.run(["synth", "dev"]);
    const planned = this.run(["plan", "dev", "--format", "json"]);
    return planned.code === 0 && plannedBy(this.stack).every(({ standIn }) => standIn);
  }

  edit(file: string, from: string, to: string): void {
    const path = this.path("config", file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${JSON.stringify(from)}`);
    writeFileSync(path, text.replace(from, to));
  }

  read(...parts: readonly string[]): string {
    return readFileSync(this.path(...parts), "utf8");
  }

  /** A Terraform that begins an apply and does not end it; it says so in a file. */
  slowTerraform(): string {
    const path = this.path("slow-terraform");
    const line = JSON.stringify({ type: "apply_start", hook: { resource: { addr: "aws_iam_role.orders" } } });
    writeFileSync(
      path,
      `#!/bin/sh\n[ "$1" = apply ] || exec ${findTerraform().path} "$@"\necho '${line}'\ntouch ${this.path("begun")}\nexec sleep 120\n`,
    );
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
