import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILD, ROOT } from "../process/project";
import type { Benchmark } from "./benchmark";
import { runNode } from "./node-process";
import { NotMeasured } from "./not-measured";
import { inTurns, medianOf } from "./rounds";
import { withScratchProject } from "./scratch-project";

/**
 * Below the project's folder, so that cdktf and providers are the project's own; only what the project itself cannot
 * have beside TypeScript 7 is installed.
 */
const FOLDER = join(BUILD, "bench-template");

/** As the template installs them, but for jest itself. */
const PACKAGES = { "@types/jest": "30.0.0", "@types/node": "20.19.43", "ts-node": "10.9.2", typescript: "5.9.3" };

/** `main.ts` of cdktf's template for TypeScript, with both providers and a resource each as in `bare-program.cjs`. */
const PROGRAM = `import { Construct } from "constructs";
import { App, TerraformStack } from "cdktf";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";

class MyStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);

    new AwsProvider(this, "aws", { region: "eu-west-1" });
    new S3Bucket(this, "one", { bucket: "bare-one" });
    new GoogleProvider(this, "google", { project: "bare", region: "europe-west1" });
    new StorageBucket(this, "other", { name: "bare-other", location: "EU" });
  }
}

const app = new App();
new MyStack(app, "bare");
app.synth();
`;

/** For comparison: what the program that `cdktf init` writes costs, which type-checks at every run. */
export const template: Benchmark = {
  name: "template",
  title: "template: cdktf's default TypeScript template (ts-node, 2 resources), against a bare cdktf program",
  measure: ({ rounds, environment }) => {
    install();
    return withScratchProject((project) => {
      project.settle(environment);
      const costs = inTurns("template", rounds, {
        bare: () => project.synthesizeBare(),
        template: () => runNode([join("node_modules", "ts-node", "dist", "bin.js"), "main.ts"], FOLDER),
        ours: () => project.synthesize(environment),
      });
      const time = (name: keyof typeof costs) => medianOf(costs[name], ({ milliseconds }) => milliseconds);
      const peak = (name: keyof typeof costs) => medianOf(costs[name], ({ peakMegabytes }) => peakMegabytes);
      return [
        { what: "time, template", unit: "ms", measured: time("template"), baseline: time("bare") },
        { what: "peak memory, template", unit: "MB", measured: peak("template"), baseline: peak("bare") },
        { what: "time, this program beside it", unit: "ms", measured: time("ours"), baseline: time("bare") },
      ];
    });
  },
};

/** Once; the folder is complete when `main.ts` is in it. */
function install(): void {
  const manifest = JSON.stringify({ private: true, dependencies: PACKAGES }, null, 2);
  if (existsSync(join(FOLDER, "main.ts")) && readFileSync(join(FOLDER, "package.json"), "utf8") === manifest) return;
  console.error("template: installing ts-node and TypeScript 5 into .build/bench-template");
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, "package.json"), manifest);
  const npm = spawnSync(
    "npm",
    ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--fetch-retries=0"],
    {
      cwd: FOLDER,
      encoding: "utf8",
      timeout: 120_000,
    },
  );
  if (npm.status !== 0) throw new NotMeasured(`npm install failed: ${reasonOf(npm.stderr ?? "")}`);
  writeFileSync(join(FOLDER, "tsconfig.json"), compilerOptions());
  writeFileSync(join(FOLDER, "main.ts"), PROGRAM);
}

/** The template's own, which must not find the types of the project around it as well. */
function compilerOptions(): string {
  const original = join(ROOT, "node_modules", "@cdktf", "cli-core", "templates", "typescript", "tsconfig.json");
  const config = JSON.parse(readFileSync(original, "utf8"));
  return JSON.stringify({
    ...config,
    compilerOptions: { ...config.compilerOptions, typeRoots: ["node_modules/@types"] },
  });
}

/** npm's first two lines say what it could not do; the rest is about logs. */
function reasonOf(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.startsWith("npm error"));
  const said = lines.slice(0, 2).map((line) => line.replace("npm error ", ""));
  return said.join("; ") || "no answer in two minutes";
}
