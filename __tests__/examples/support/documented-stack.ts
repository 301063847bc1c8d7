import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import type { Change } from "../../local/support/document";
import { ProjectCopy } from "../../support/command";
import { allPrinted } from "./documentation";

export type ApiKind = "http" | "rest";

/** The same config as a REST API, which wants a quota for its agent. */
const AS_REST = {
  aws: { ownsAccount: true },
  gateway: { kind: "rest", defaultPlan: { quota: { requests: 100_000, per: "day" } } },
};

/** The stack of `dev` with all lines of config that `docs/clients.md` prints, as one kind of API or the other. */
export class DocumentedStack {
  private readonly project = new ProjectCopy();
  readonly file = this.project.path("cdktf.out", "stacks", "dev", "cdk.tf.json");

  constructor(kind: ApiKind) {
    const path = this.project.path("config", "dev.yaml");
    const overlays = [...allPrinted("config").values()].map((text) => parse(text));
    if (kind === "rest") overlays.push(AS_REST);
    writeFileSync(path, stringify(overlays.reduce(patched, parse(readFileSync(path, "utf8")))));
    const { code, error } = this.project.run(["synth", "dev"]);
    if (code !== 0) throw new Error(error);
  }

  /** File of a stack that differs in some declarations. */
  changed(...changes: readonly Change[]): string {
    const document = JSON.parse(readFileSync(this.file, "utf8"));
    for (const change of changes) change(document);
    const file = join(dirname(this.file), "changed.tf.json");
    writeFileSync(file, JSON.stringify(document));
    return file;
  }

  remove(): void {
    this.project.remove();
  }
}

/** As an overlay changes what it lies on: maps merge, everything else replaces. */
export function patched(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const base = isMap(target) ? target : {};
  return {
    ...base,
    ...Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, patched(base[key], value)])),
  };
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
