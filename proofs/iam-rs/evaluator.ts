import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { oncePerRun } from "../../__tests__/support/once-per-run";
import { BUILD_FOLDER } from "../../__tests__/support/places";
import type { Statement } from "./statements";

/** A request of one principal, in iam-rs's form. */
export interface Request {
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string;
  readonly Resource: string;
  readonly Context: Readonly<Record<string, string | boolean | readonly string[]>>;
}

/** What a policy decides, and the `Sid` of each statement that matches. */
export type Answer = readonly [decision: "Allow" | "Deny" | "NotApplicable", matching: readonly string[]];

interface Job {
  readonly policies: readonly (readonly Statement[])[];
  readonly requests: readonly Request[];
}

/**
 * The program that asks iam-rs, as `iam/Cargo.lock` pins it, or one line with the reason why there is none. Cargo builds it
 * once, in 35 s.
 */
export function iamEvaluator(): { readonly program: string } | { readonly missing: string } {
  return oncePerRun("iam-decisions", () => {
    const manifest = join(__dirname, "iam", "Cargo.toml");
    const target = join(BUILD_FOLDER, "iam-decisions");
    const args = ["build", "--release", "--locked", "--quiet", "--manifest-path", manifest, "--target-dir", target];
    const { status, stderr, error } = spawnSync("cargo", args, { encoding: "utf8", timeout: 300_000 });
    if (status === 0) return { program: join(target, "release", "iam-decisions") };
    return { missing: `cargo build: ${error?.message ?? stderr.trim().split("\n").at(-1)}` };
  });
}

/** The answers of each job, by request and policy. */
export function decisions(program: string, jobs: readonly Job[]): readonly (readonly (readonly Answer[])[])[] {
  const input = jobs.map(({ policies, requests }) => ({
    policies: policies.map((Statement) => ({ Version: "2012-10-17", Statement })),
    requests,
  }));
  const { status, stdout, stderr } = spawnSync(program, {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
