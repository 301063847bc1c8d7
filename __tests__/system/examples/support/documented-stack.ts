import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { allPrinted } from "../../../support/documentation";
import type { Change } from "../../../support/local/document";
import { patched } from "../../../support/merge-patch";
import { oncePerWorker } from "../../../support/once-per-worker";
import { keepRsaKeys } from "../../../support/rsa-keys";

export type ApiKind = "http" | "rest";

/** The same config as a REST API, which requires a quota for its agent. */
const AS_REST = {
  aws: { ownsAccount: true },
  gateway: { kind: "rest", defaultPlan: { quota: { requests: 100_000, per: "day" } } },
};

// Tests that use this stack start its functions.
keepRsaKeys();

/** The stack of `dev` with all lines of config that the pages on callers print, as one kind of API or the other. */
export class DocumentedStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-documented-"));
  readonly file: string;

  constructor(private readonly kind: ApiKind) {
    symlinkSync(join(dirname(this.synthesized), "assets"), join(this.folder, "assets"));
    this.file = this.changed();
  }

  /** File of a stack that differs in some declarations. */
  changed(...changes: readonly Change[]): string {
    const document = JSON.parse(readFileSync(this.synthesized, "utf8"));
    for (const change of changes) change(document);
    const file = join(this.folder, changes.length === 0 ? "cdk.tf.json" : "changed.tf.json");
    writeFileSync(file, JSON.stringify(document));
    return file;
  }

  /** Its OpenAPI document, as `npx front-door openapi` writes it. */
  get openApiFile(): string {
    return join(dirname(this.synthesized), "openapi.json");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get synthesized(): string {
    return oncePerWorker(`documented ${this.kind}`, () => synthesize(this.kind));
  }
}

/** Path of the stack, in the test run's own temporary folder: all files of a worker read it. */
function synthesize(kind: ApiKind): string {
  const project = new ProjectCopy("linked");
  const path = project.path("config", "dev.yaml");
  const overlays = [...allPrinted("config").values()].map((text) => parse(text));
  if (kind === "rest") overlays.push(AS_REST);
  writeFileSync(path, stringify(overlays.reduce(patched, parse(readFileSync(path, "utf8")))));
  const folder = project.path("cdktf.out", "stacks", "dev");
  for (const command of [
    ["synth", "dev"],
    ["openapi", "dev", "--out", join(folder, "openapi.json")],
  ]) {
    const { code, error } = project.run(command);
    if (code !== 0) throw new Error(error);
  }
  return join(folder, "cdk.tf.json");
}
