import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../cli/process/project";
import type { TerraformJson } from "../../cli/synthesis/review-text";
import { type ProcessCost, runNode } from "./node-process";

/** Folders that a copy makes itself, and the packages, which it shares. */
const LEFT_OUT = ["node_modules", ".git", ".build", "cdktf.out", "synthesized"];

/** A copy of the project that a benchmark may change and synthesize. It uses the real project's packages. */
export class ScratchProject {
  readonly folder = mkdtempSync(join(tmpdir(), "front-door-bench-"));

  constructor() {
    for (const name of readdirSync(ROOT)) {
      if (!LEFT_OUT.includes(name)) cpSync(join(ROOT, name), join(this.folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Replaces the copied config with these files, by name. */
  replaceConfig(files: Readonly<Record<string, string>>): void {
    const config = join(this.folder, "config");
    rmSync(config, { recursive: true });
    mkdirSync(config);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(config, name), text);
  }

  /** Changes the text of a source, like an edit, so that the next command bundles again. */
  editSource(): void {
    appendFileSync(join(this.folder, "stacks", "environment-stack.ts"), "// edited\n");
  }

  /** `npm run synth -- <environment>` without npm. */
  synthesize(environment: string): ProcessCost {
    return runNode([join("cli", "run.cjs"), "synth", environment], this.folder);
  }

  /** Runs until no one-time work is left: the first run bundles, and V8 may store its compilation in the second. */
  settle(environment: string): void {
    this.synthesize(environment);
    this.synthesize(environment);
  }

  /** The smallest cdktf program, next to the real one and with the same packages. */
  synthesizeBare(): ProcessCost {
    return runNode([join("bench", "synthesis", "bare-program.cjs"), join(this.folder, "bare.out")], this.folder);
  }

  stackFolder(environment: string): string {
    return join(this.folder, "cdktf.out", "stacks", environment);
  }

  /** The stack that the last synthesis of this environment wrote. */
  stack(environment: string): TerraformJson {
    return JSON.parse(readFileSync(join(this.stackFolder(environment), "cdk.tf.json"), "utf8"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
