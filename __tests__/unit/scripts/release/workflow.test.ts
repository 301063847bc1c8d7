import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../../support/places";

interface Job {
  readonly needs?: string | readonly string[];
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly run?: string }[];
}

const text = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
const workflow = parse(text);
const jobs: Readonly<Record<string, Job>> = workflow.jobs;
const commands = (name: string) => jobs[name]?.steps.map(({ run = "" }) => run).join("\n") ?? "";

test("only a tag of a version starts a release, and all of it waits for the checks and the proofs", () => {
  expect(workflow.on).toEqual({ push: { tags: ["v*"] } });
  expect(Object.entries(jobs).map(([name, { needs }]) => [name, needs])).toEqual([
    ["make", undefined],
    ["prove", undefined],
    ["publish", ["make", "prove"]],
    ["announce", "publish"],
  ]);
  expect(commands("make")).toMatch(/npm run check\n[\s\S]*npm run -s release -- release --tag "\$TAG"/);
  expect(commands("prove")).toMatch(/npm run proof\n$/);
});

test("npm trusts one job, in an environment with reviewers, and no token is stored", () => {
  const writes = Object.entries(jobs).flatMap(([name, { permissions, environment }]) =>
    Object.entries(permissions)
      .filter(([, access]) => access === "write")
      .map(([permission]) => [name, permission, environment]),
  );
  expect([workflow.permissions, writes]).toEqual([
    {},
    [
      ["publish", "id-token", "release"],
      ["announce", "contents", undefined],
    ],
  ]);
  expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN|NPM_TOKEN/);
  // With it, setup-node writes an npm configuration with an empty token, and npm does not ask for its own.
  expect(text).not.toMatch(/^\s*registry-url:/m);
  // No code of a package runs where npm trusts.
  expect(commands("publish").trim().split("\n").at(-1)).toBe(
    "node scripts/release/publish.cjs release --provenance --access=public",
  );
  expect(commands("publish")).not.toMatch(/npm (ci|install|run)/);
});

test("a second run finishes a release whose first one stopped: packages, then a draft, its files, and the release", () => {
  const run = commands("announce");
  const steps = ["gh release view", "gh release create", "gh release upload", "gh release edit"].map((step) =>
    run.indexOf(step),
  );
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps[0]).toBeGreaterThan(-1);
  expect(run).toMatch(/view [^\n]* \|\|\n\s*gh release create [^\n]*--draft/);
  expect(run).toMatch(/upload [^\n]*--clobber/);
  expect(run).toContain("--draft=false");
});
