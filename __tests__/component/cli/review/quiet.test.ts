import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { ProjectCopy } from "../../../support/command";
import { merged } from "../../../support/settings";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

const FILE = "config/staging.yaml";
let original = "";

function git(...parameters: readonly string[]) {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const done = spawnSync("git", [...identity, ...parameters], { cwd: project.folder, encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
}

/** Commits staging with a patch, so that the next review compares with it. */
function commit(patch: object): void {
  write(patch);
  const { code, error } = project.run(["synth"]);
  if (code !== 0) throw new Error(error);
  git("add", "-A");
  git("commit", "-qm", "base");
}

function write(patch: object): void {
  writeFileSync(project.path(FILE), stringify(merged(parse(original), patch)));
}

const BEFORE = { alarms: { forgedTokens: 60 }, logs: { retentionDays: 30 } };

beforeAll(() => {
  original = readFileSync(project.path(FILE), "utf8");
  writeFileSync(project.path(".gitignore"), "node_modules\n.build\ncdktf.out\n");
  git("init", "-q", "-b", "main");
  commit(BEFORE);
});

const EDITS: readonly (readonly [what: string, patch: object])[] = [
  ["a lower rate limit of the firewall", { gateway: { waf: { rateLimit: { requests: 1500 } } } }],
  ["another port of a container", { services: { orders: { port: 9090 } } }],
  ["authorizers that are kept warm", { gateway: { authorizer: { provisionedConcurrency: 2 } } }],
  ["a first list of allowed networks", { gateway: { allowedNetworks: ["203.0.113.0/24"] } }],
  ["an alarm that goes off earlier", { alarms: { forgedTokens: 40 } }],
  ["a smaller quota", { clients: { "reporting-agent": { quota: { requests: 4000 } } } }],
  ["logs that are kept longer", { logs: { retentionDays: 90 } }],
  ["more instances", { services: { catalog: { scaling: { max: 8 } } } }],
];

test.each(EDITS)("%s needs no approval", (_, patch) => {
  write(merged(BEFORE, patch));
  const { code, out } = project.run(["review", "staging", "--base", "HEAD", "--fail-on", "broadened"]);
  expect([code, /^staging: .* · access (unchanged|narrowed)/.test(out)]).toEqual([0, true]);
});

test("another bucket of the state needs one, because a person must judge it", () => {
  write(merged(BEFORE, { state: { bucket: "storefront-staging-other-state" } }));
  const { code, out } = project.run(["review", "staging", "--base", "HEAD", "--fail-on", "broadened"]);
  expect([code, /^staging: .* · access cannot be judged/.test(out)]).toEqual([2, true]);
});
