import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Change } from "../../local/support/document";
import { ProjectCopy } from "../../support/command";

const ROOT = join(__dirname, "../../..");
const BUILD = join(ROOT, ".build");

/** The stack of `dev` with its zip, or one that differs in some declarations and runs the same zip. */
export class SynthesizedStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-attacked-"));
  readonly file = join(this.folder, "cdk.tf.json");

  constructor(changes: readonly Change[]) {
    const synthesized = synthesizedOnce();
    const document = JSON.parse(readFileSync(join(synthesized, "cdk.tf.json"), "utf8"));
    for (const change of changes) change(document);
    writeFileSync(this.file, JSON.stringify(document));
    symlinkSync(join(synthesized, "assets"), join(this.folder, "assets"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** As a fresh clone synthesizes it. Kept for all files of this suite, until a bundle or the config changes. */
function synthesizedOnce(): string {
  const config = readdirSync(join(ROOT, "config")).map((name) => join(ROOT, "config", name));
  const bundles = readdirSync(BUILD).filter((name) => /\.m?js$/.test(name));
  const hash = createHash("sha256");
  for (const path of [...config, ...bundles.map((name) => join(BUILD, name))].sort()) {
    hash.update(`${path}\n`).update(readFileSync(path));
  }
  const kept = join(BUILD, `attacked-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  for (const old of readdirSync(BUILD).filter((name) => name.startsWith("attacked-"))) {
    rmSync(join(BUILD, old), { recursive: true, force: true });
  }
  const project = new ProjectCopy();
  try {
    mkdirSync(project.path(".build"));
    const files = readdirSync(BUILD, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files) cpSync(join(BUILD, name), project.path(".build", name));
    const { code, error } = project.run(["synth", "dev"]);
    if (code !== 0) throw new Error(error);
    const draft = mkdtempSync(join(BUILD, "draft-attacked-"));
    cpSync(project.path("cdktf.out", "stacks", "dev"), draft, { recursive: true });
    moveOnce(draft, kept);
  } finally {
    project.remove();
  }
  return kept;
}

/** Two workers may do this at once: whoever is first wins, the other's is the same. */
function moveOnce(draft: string, kept: string): void {
  try {
    renameSync(draft, kept);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
}
