import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProjectCopy } from "../../__tests__/support/command";
import { E2E } from "../../__tests__/support/places";
import { RunningCommand } from "../../__tests__/support/running-command";
import { applying, providers } from "../../__tests__/support/terraform-stack";
import { DRIFT_KINDS } from "../../e2e/drifts";
import type { E2eReport } from "../../e2e/report";
import type { RunRecord } from "../../e2e/run-folder";
import { CONFIRMED, figures, UNTOLD } from "./support/figures";
import { ACCOUNT, PROJECT } from "./support/model";
import { Sandbox } from "./support/sandbox";

const IMAGES = [
  "--image",
  "europe-docker.pkg.dev/acme/shop/echo:1",
  "--next-image",
  "europe-docker.pkg.dev/acme/shop/echo:2",
];
const FUNCTIONS = ["http", "rest"] as const;
const COMMAND = [
  ...["--aws-account", ACCOUNT, "--google-project", PROJECT, "--yes", "--own-identity", ...IMAGES],
  ...FUNCTIONS.flatMap((name) => ["--only", name]),
];

const project = new ProjectCopy("linked");
const runs = project.path(".e2e");
const snapshots = mkdtempSync(join(tmpdir(), "front-door-e2e-snapshots-"));
const sandbox = providers && new Sandbox(providers, project.folder);
beforeAll(() => sandbox?.start());
afterAll(async () => {
  await RunningCommand.closeAll();
  await sandbox?.stop();
  project.remove();
  rmSync(snapshots, { recursive: true });
});

const start = (args: readonly string[]) => new RunningCommand(project, args, sandbox?.variables, E2E);

async function e2e(...args: readonly string[]) {
  const running = start(args);
  return { code: await running.ended(), text: running.text };
}

function lastRun(): string {
  const names = readdirSync(runs).filter((name) => name.startsWith("fde-"));
  return (
    names.sort((one, other) => statSync(join(runs, one)).mtimeMs - statSync(join(runs, other)).mtimeMs).at(-1) ?? ""
  );
}

const read = (run: string, name: string) => JSON.parse(readFileSync(join(runs, run, name), "utf8"));
const recordOf = (run: string): RunRecord => read(run, "run.json");
const reportOf = (run: string): E2eReport => read(run, "report.json");

function idsOf({ findings }: E2eReport, environment: string, kind: string): readonly string[] {
  return findings.flatMap((each) => (each.environment === environment && each.verdict.kind === kind ? [each.id] : []));
}

/** A removal reads the record and the states: steps before, between and after the changes of the states. */
const KILLED = ["deploy", "canary", "destroy", "left"];

/** Keeps the files as a kill would leave them at the first call of a tool in a step. The clouds are what the states say. */
function takeSnapshot(): void {
  const last = existsSync(runs) ? recordOf(lastRun()).steps.at(-1) : undefined;
  const to = join(snapshots, last?.step ?? "");
  if (last?.environment !== "http" || !KILLED.includes(last.step) || existsSync(to)) return;
  cpSync(runs, to, { recursive: true, verbatimSymlinks: true });
}

applying(
  "a run proves both kinds of API, and leaves nothing in either cloud",
  async () => {
    if (sandbox !== undefined) sandbox.beforeCall = takeSnapshot;
    const { code, text } = await e2e(...COMMAND);
    if (sandbox !== undefined) sandbox.beforeCall = () => {};
    const report = reportOf(lastRun());
    expect(report.failures).toEqual([]);
    expect(report.versions).toMatchObject({ aws: "aws-cli/9.0.0", gcloud: "999.0.0", terraform: expect.any(String) });
    expect(idsOf(report, "http", "refuted")).toEqual([]);
    // The local REST API does worse than AWS documents, on purpose. A refuted assumption is exit code 1.
    expect([code, idsOf(report, "rest", "refuted")]).toEqual([1, REST_CHOICES]);
    for (const environment of FUNCTIONS) {
      expect(idsOf(report, environment, "could not tell").filter((id) => !UNTOLD.includes(id))).toEqual([]);
      expect(idsOf(report, environment, "confirmed")).toEqual(expect.arrayContaining(CONFIRMED));
    }
    expect(figures("own")).toEqual({ ...report.counts, kinds: DRIFT_KINDS.length, steps: KILLED.length });
    const drifts = new Set(report.findings.flatMap(({ id }) => (/^drift-(?!repaired)/.test(id) ? [id] : [])));
    expect(drifts.size).toBe(DRIFT_KINDS.length);
    expect(sandbox?.existing()).toEqual([]);
    expect(recordOf(lastRun()).removedAt).toMatch(/^\d{4}-/);
    expect(readdirSync(join(runs, lastRun())).sort()).toEqual(["log", "report.json", "run.json"]);
    assertTellsNothing(text);
  },
  600_000,
);

/** Choices of the local REST API that AWS does not document, by the probe that tests them. */
const REST_CHOICES = ["forged-google-token", "forged-hints", "override-headers", "underscore-names", "token-withheld"];

/** No token and no secret is in any file that stays, or in the output; the report has no id of an account either. */
function assertTellsNothing(text: string): void {
  const folder = join(runs, lastRun());
  for (const name of readdirSync(folder)) {
    const written = readFileSync(join(folder, name), "utf8");
    expect([name, /eyJ[\w-]{10}|rotated-|AKIA|BEGIN [A-Z ]*PRIVATE/.exec(written)?.[0]]).toEqual([name, undefined]);
    if (name.startsWith("report.")) expect(written).not.toMatch(new RegExp(`${ACCOUNT}|${PROJECT}|docker\\.pkg\\.dev`));
  }
  expect(text).not.toMatch(/eyJ[\w-]{10}/);
  expect((statSync(folder).mode & 0o77).toString(8)).toBe("0");
}

applying(
  "a run that is killed is removed by --clean, with what no state knows, and nothing else is",
  async () => {
    for (const step of KILLED) {
      rmSync(runs, { recursive: true, force: true });
      cpSync(join(snapshots, step), runs, { recursive: true, verbatimSymlinks: true });
      const run = lastRun();
      sandbox?.loses(run);
      const { code, text } = await e2e("--clean");
      expect([step, code, code === 0 ? "" : text]).toEqual([step, 0, ""]);
      expect([step, sandbox?.existing()]).toEqual([step, []]);
      expect(reportOf(run).failures.map((each) => each.step)).toEqual([step]);
      expect(recordOf(run).removedAt).toMatch(/^\d{4}-/);
    }
    // A kill in the first step, before there is a project.
    rmSync(runs, { recursive: true, force: true });
    cpSync(join(snapshots, "deploy"), runs, { recursive: true, verbatimSymlinks: true });
    rmSync(join(runs, lastRun(), "http"), { recursive: true });
    // Another principal has switched them on since.
    const audits = { type: "google_project_iam_audit_config", values: { service: "iam.googleapis.com" } };
    sandbox?.lost.push(audits);
    expect((await e2e("--clean")).code).toBe(0);
    expect(sandbox?.existing()).toEqual([audits]);
    sandbox?.lost.pop();
    expect(sandbox?.forbidden).toEqual([]);
  },
  600_000,
);

applying(
  "--clean interrupts the deploy that a killed run left behind, and then removes what it has made",
  async () => {
    rmSync(runs, { recursive: true, force: true });
    const running = start([...COMMAND, "--only", "http"]);
    const applied = new Promise<void>((resolve) => {
      if (sandbox !== undefined) sandbox.beforeCall = (call) => call.startsWith("terraform apply ") && resolve();
    });
    await applied;
    running.send("SIGKILL");
    expect(await running.ended()).toBe("SIGKILL");
    const { code, text } = await e2e("--clean");
    expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
    expect(sandbox?.existing()).toEqual([]);
    expect(recordOf(lastRun()).removedAt).toMatch(/^\d{4}-/);
  },
  300_000,
);

applying(
  "an interrupted run says how to remove what it made, and --clean without a run has nothing to do",
  async () => {
    rmSync(runs, { recursive: true, force: true });
    const running = start([...COMMAND, "--only", "http"]);
    await running.prints(/http: running the probes/);
    expect(await e2e("--clean")).toMatchObject({
      code: 1,
      text: expect.stringContaining(`process ${running.pid}`),
    });
    running.send("SIGINT");
    expect(await running.ended()).toBe(130);
    expect(running.text).toContain("npm run e2e -- --clean");
    expect((await e2e("--clean")).code).toBe(0);
    expect(sandbox?.existing()).toEqual([]);
    expect(await e2e("--clean")).toMatchObject({
      code: 0,
      text: expect.stringContaining("nothing of any run"),
    });
  },
);

applying(
  "a wrong option, a foreign account or a project with audit logs stops it before anything is made",
  async () => {
    rmSync(runs, { recursive: true, force: true });
    const before = sandbox?.changes.length;
    const wrong = await e2e("--aws-account", "12", "--only", "grpc");
    expect(wrong.code).toBe(64);
    for (const option of ["--aws-account", "--google-project", "--image", "--next-image", "--only"])
      expect(wrong.text).toContain(option);
    const foreign = COMMAND.map((each) => (each === ACCOUNT ? "999999999999" : each));
    expect(await e2e(...foreign)).toMatchObject({
      code: 64,
      text: expect.stringContaining("signed in to 111122223333"),
    });
    sandbox?.lost.push({ type: "google_project_iam_audit_config", values: { service: "sts.googleapis.com" } });
    expect(await e2e(...COMMAND)).toMatchObject({
      code: 64,
      text: expect.stringContaining("audit logs of sts.googleapis.com"),
    });
    sandbox?.lost.splice(0);
    const unasked = await e2e(...COMMAND.filter((each) => each !== "--yes"));
    expect(unasked).toMatchObject({ code: 64, text: expect.stringContaining("$42.00 at most") });
    expect([existsSync(runs), sandbox?.changes.length]).toEqual([false, before]);
  },
);
