import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Clouds, startClouds } from "../../../local/clouds";
import type { Change } from "../../local/support/document";
import { ProjectCopy } from "../../support/command";

/** The stack of `dev` as a synthesis of a fresh clone leaves it, with the zip that it references. */
export class DevStack {
  private readonly project = new ProjectCopy();
  private readonly started: Clouds[] = [];
  private readonly folders: string[] = [];
  readonly file: string;

  constructor() {
    const { code, error } = this.project.run(["synth", "dev"]);
    if (code !== 0) throw new Error(error);
    this.file = this.project.path("cdktf.out", "stacks", "dev", "cdk.tf.json");
  }

  /** Both clouds of this stack, or of one that differs in these declarations and runs the same zip. */
  async start(...changes: readonly Change[]): Promise<Clouds> {
    const clouds = await startClouds({
      stackFile: changes.length === 0 ? this.file : this.variant(changes),
      // A test makes more requests than the shop of dev lets pass.
      gateway: { throttling: false },
      page: { title: "dev", port: 0 },
    });
    this.started.push(clouds);
    return clouds;
  }

  /** Stops everything that was started from it. */
  async stop(): Promise<void> {
    for (const clouds of this.started.splice(0)) await clouds.stop();
    for (const folder of this.folders.splice(0)) rmSync(folder, { recursive: true });
  }

  async remove(): Promise<void> {
    await this.stop();
    this.project.remove();
  }

  private variant(changes: readonly Change[]): string {
    const folder = mkdtempSync(join(tmpdir(), "front-door-variant-"));
    this.folders.push(folder);
    const document = JSON.parse(readFileSync(this.file, "utf8"));
    for (const change of changes) change(document);
    symlinkSync(join(dirname(this.file), "assets"), join(folder, "assets"));
    writeFileSync(join(folder, "cdk.tf.json"), JSON.stringify(document));
    return join(folder, "cdk.tf.json");
  }
}
