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
import { parseDocument } from "yaml";
import type { Change } from "../../local/support/document";
import { ProjectCopy } from "../../support/command";
import { attackedKind } from "./kind";

const ROOT = join(__dirname, "../../..");
const BUILD = join(ROOT, ".build");
const REST = join(ROOT, "stacks/aws/rest");

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
  const declared = readdirSync(REST).map((name) => join(REST, name));
  const kind = attackedKind();
  const hash = createHash("sha256").update(kind);
  for (const path of [...config, ...declared, ...bundles.map((name) => join(BUILD, name))].sort()) {
    hash.update(`${path}\n`).update(readFileSync(path));
  }
  const kept = join(BUILD, `attacked-${kind}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  for (const old of readdirSync(BUILD).filter((name) => name.startsWith(`attacked-${kind}-`))) {
    rmSync(join(BUILD, old), { recursive: true, force: true });
  }
  const project = new ProjectCopy();
  try {
    mkdirSync(project.path(".build"));
    const files = readdirSync(BUILD, { withFileTypes: true }).filter((entry) => entry.isFile());
    for (const { name } of files) cpSync(join(BUILD, name), project.path(".build", name));
    if (kind === "rest") writeFileSync(project.path("config/dev.yaml"), asRest(project.path("config/dev.yaml")));
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

/** The overlay, as a REST API whose callers have plans. */
function asRest(file: string): string {
  const overlay = parseDocument(readFileSync(file, "utf8"));
  overlay.setIn(["aws", "ownsAccount"], true);
  overlay.setIn(["gateway", "kind"], "rest");
  overlay.setIn(["gateway", "defaultPlan"], overlay.createNode({ quota: { requests: 1000, per: "day" } }));
  return overlay.toString();
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
