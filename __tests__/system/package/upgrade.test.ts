import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChangeModel } from "../../../packages/terraform-access-review/model/change";
import { ROOT } from "../../support/places";
import { applying } from "../../support/terraform-stack";
import { edited, InstalledProject, linkDependencies, packedRelease } from "./support/project";

const project = new InstalledProject();
/** The files of the next release. */
const next = mkdtempSync(join(tmpdir(), "front-door-next-release-"));
afterAll(() => {
  project.remove();
  rmSync(next, { recursive: true });
});

/** Changes of the next release in the bundled program: text, replacement. */
const NEXT_RELEASE = [
  // A key has another name.
  [/\{ retentionDays: retentionDays\.default\(30\) \}/, "{ keepDays: retentionDays.default(30) }"],
  [/state: buildState\((config\d*)\),/, "$& logs: { retentionDays: $1.logs.keepDays },"],
  [/(const days = logs\d*)\.retentionDays;/, "$1.keepDays;"],
  [/RENAMED_KEYS = \[/, '$&{ path: ["logs", "retentionDays"], to: "keepDays" },'],
  // A resource has another address, but the same name.
  [/(CloudwatchLogGroup\(\w+), props\.id, \{/, '$1, props.id === "access" ? "requests" : props.id, {'],
  [/RENAMED_WORDS = \[/, '$&{ type: "aws_cloudwatch_log_group", from: "access", to: "requests" }'],
  // A default has another value, and a setting no longer has a default.
  [/\.default\(30\),(\s+federation: )/, ".default(14),$1"],
  [/protect: flag\((\s+"[^"]*"),\s+true\s+\),/, "protect: flag($1).removeDefault(),"],
] as const;

/** Makes the tarball of the next release from that of the older one. */
function nextRelease(older: string, newer: string): void {
  execFileSync("tar", ["-xzf", project.path("vendor", older), "-C", next]);
  edited(join(next, "package/package.json"), '"version": "0.2.0"', '"version": "0.3.0"');
  for (const program of ["program.js", "synth-program.js"]) {
    for (const [from, to] of NEXT_RELEASE) edited(join(next, "package/dist", program), from, to);
  }
  execFileSync("tar", ["-czf", project.path("vendor", newer), "-C", next, "package"]);
}

const CONFIG = "config/base.yaml";
const AS_INIT = "logs:\n  retentionDays: 30\n";
const WITH_COMMENTS = "logs: # of both clouds\n  # as the audit asks\n  retentionDays:   30 # days\n";

/** Returns the action of a change model on each resource, by address. */
function actionsOf({ resources }: ChangeModel): Readonly<Record<string, string>> {
  return Object.fromEntries(
    resources.map(({ address, action, movedFrom }) => [address, movedFrom ? `${action} from ${movedFrom}` : action]),
  );
}

const MOVED = { "aws_cloudwatch_log_group.requests": "moved from aws_cloudwatch_log_group.access" };
const RECOVERY = { "aws_secretsmanager_secret.script": "changed" };

const NEWER = "cloud-front-door-0.3.0.tgz";
beforeAll(() => {
  process.stderr.write("installing two releases of the package in a project of its own; this takes a minute\n");
  project.call(process.execPath, join(ROOT, "cli", "run.cjs"), "init", "--yes", "--name", "shop");
  const older = packedRelease(project.path("vendor"));
  nextRelease(older, NEWER);
  // The project's own tests are another test's business: half of what npm would install.
  project.edit("package.json", /"devDependencies": \{[^}]*\},/, "");
  linkDependencies(project.folder);
  project.call("npm", "install", "--no-audit", "--no-fund", `./vendor/${older}`);
  project.edit(CONFIG, AS_INIT, WITH_COMMENTS);
  project.edit("config/dev.yaml", /^state:.*\n(?: .*\n)+/m, "state: { path: state/dev.tfstate }\n");
  expect(project.run("synth")).toMatchObject({ code: 0, error: "" });
  project.call("git", "init", "--quiet");
  project.call("git", "add", "config", "synthesized");
  project.call(
    "git",
    "-c",
    "user.name=t",
    "-c",
    "user.email=t@example.com",
    "commit",
    "--quiet",
    "--message",
    "as it was",
  );
});

applying("the older release is deployed", () => {
  expect(project.run("deploy", "dev", "--yes", "--no-smoke")).toMatchObject({ code: 0 });
});

test("an upgrade renames keys in place, and names the file for each setting that config now requires", () => {
  const before = project.read("synthesized/prod/main.tf.json");
  const line = project.read(CONFIG).split("retentionDays")[0]?.split("\n").length;
  const { code, out, error } = project.run("upgrade", `./vendor/${NEWER}`);
  expect([code, out.match(/^config\/.*$/gm)]).toEqual([1, [`config/base.yaml:${line}  retentionDays is keepDays now`]]);
  expect(error.match(/^config\/\S+ {2}\S+/gm)).toEqual(["config/prod.yaml:1:1  protect"]);
  expect(project.read(CONFIG)).toContain(WITH_COMMENTS.replace("retentionDays", "keepDays"));
  expect(project.read("synthesized/prod/main.tf.json")).toBe(before);
  const { dependencies } = JSON.parse(project.read("package.json"));
  expect(dependencies["cloud-front-door"]).toBe(`file:vendor/${NEWER}`);
});

test("the review of an upgrade shows a move as a move, and the new default: nothing is replaced", () => {
  appendFileSync(project.path("config", "prod.yaml"), "protect: true\n");
  const { code, out, error } = project.run("upgrade");
  expect([code, error]).toEqual([0, ""]);
  const shown = [...Object.keys({ ...MOVED, ...RECOVERY }), "recovery_window_in_days", "30", "14"];
  expect(shown.filter((each) => !out.includes(each))).toEqual([]);
  const models: readonly ChangeModel[] = JSON.parse(project.run("review", "--base", "HEAD", "--format", "json").out);
  expect(models.map(({ environment, ...model }) => [environment, actionsOf(model as ChangeModel)])).toEqual([
    ["dev", { ...MOVED, ...RECOVERY }],
    ["prod", { ...MOVED, ...RECOVERY }],
  ]);
});

applying("Terraform moves what is deployed, and replaces nothing", () => {
  const { code, out } = project.run("plan", "dev", "--format", "json");
  const [model] = JSON.parse(out) as readonly ChangeModel[];
  expect([code, model && actionsOf(model)]).toEqual([0, { ...MOVED, ...RECOVERY }]);
});
