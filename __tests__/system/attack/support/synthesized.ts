import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Intent } from "../../../../intent/model/intent";
import type { Change } from "../../../support/local/document";
import { oncePerWorker } from "../../../support/once-per-worker";
import { BUILD_FOLDER } from "../../../support/places";
import { keepRsaKeys } from "../../../support/rsa-keys";
import { intentOf } from "../../../support/shop";
import type { Kind } from "./api-kind";

// Tests that use this stack start its functions.
keepRsaKeys();

/** The stack of `dev` with its zip, or one that differs in some declarations and runs the same zip. */
export class SynthesizedStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "front-door-attacked-"));
  readonly file = join(this.folder, "cdk.tf.json");

  constructor(changes: readonly Change[] = [], kind: Kind = "http") {
    const synthesized = oncePerWorker(`attacked ${kind}`, () => synthesize(kind));
    const document = JSON.parse(readFileSync(synthesized, "utf8"));
    for (const change of changes) change(document);
    writeFileSync(this.file, JSON.stringify(document));
    symlinkSync(join(dirname(synthesized), "assets"), join(this.folder, "assets"));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Path of the stack, in the test run's own temporary folder: all files of a worker read it. */
function synthesize(kind: Kind): string {
  // Loaded only here, because a worker needs it once.
  const { App } = require("cdktf") as typeof import("cdktf");
  const { declareStacks } = require("../../../../stacks/front-door") as typeof import("../../../../stacks/front-door");
  const intent = kind === "rest" ? restIntent() : intentOf("dev");
  const outdir = mkdtempSync(join(tmpdir(), "front-door-attacked-out-"));
  const functions = join(outdir, "functions");
  mkdirSync(functions);
  for (const name of ["authorizer.mjs", "rotate-client-secret.mjs"]) {
    cpSync(join(BUILD_FOLDER, name), join(functions, name));
  }
  const app = new App({ outdir });
  declareStacks(app, [intent], functions);
  app.synth();
  return join(outdir, "stacks", intent.environment, "cdk.tf.json");
}

/** The same environment, as a REST API whose callers have plans. */
function restIntent(): Intent {
  const { variantOf } = require("../../../support/variant") as typeof import("../../../support/variant");
  return variantOf("dev", {
    aws: { ownsAccount: true },
    gateway: { kind: "rest", defaultPlan: { quota: { requests: 1000, per: "day" } } },
  });
}
