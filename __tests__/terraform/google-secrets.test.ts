import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import type { Intent } from "../../intent/intent";
import { declareStacks } from "../../main";
import { changeOfPlan, type PlanContext } from "../../review/change/from-plan";
import type { SynthesizedState } from "../../review/change/state";
import type { PlanJson } from "../../review/plan/plan-json";
import { guardSentence } from "../../review/report/sentences";
import { SECRET_SETTINGS, secretsDev } from "../support/secret-settings";
import { BUILD } from "../support/stack";

const out = mkdtempSync(join(tmpdir(), "front-door-secrets-"));
let count = 0;

function synthesized(intent: Intent): string {
  const outdir = join(out, String(count++));
  const app = new App({ outdir });
  declareStacks(app, [intent], BUILD);
  app.synth();
  return join(outdir, "stacks", intent.environment);
}

const ADDRESS = "google_secret_manager_secret.orders_database_url";
const DAY = 86_400_000;
const settings = ({ rotateEveryDays }: { readonly rotateEveryDays?: number }) =>
  secretsDev({
    ...SECRET_SETTINGS,
    orders: { DATABASE_URL: { version: 3, ...(rotateEveryDays && { rotateEveryDays }) } },
  });

const scratch = new ScratchStack(synthesized(settings({})));
const terraform = new Terraform(findTerraform(), scratch.folder);
const init = terraform.run("init", "-input=false", "-no-color");
const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
const applying = standIns ? test : test.skip;
afterAll(() => {
  scratch.remove();
  rmSync(out, { recursive: true });
});

interface Change {
  readonly address: string;
  readonly change: { readonly actions: readonly string[]; readonly before: unknown; readonly after: unknown };
}

function plan(): readonly Change[] {
  const made = terraform.run("plan", "-input=false", "-no-color", "-lock=false", "-out=plan");
  expect(made).toEqual({ code: 0, output: made.output });
  const { resource_changes } = terraform.json("show", "-json", "plan") as { resource_changes: readonly Change[] };
  return resource_changes.filter(({ change }) => change.actions.join() !== "no-op");
}

function planJson(): PlanJson {
  return terraform.json("show", "-json", "plan") as PlanJson;
}

/** A synthesis as a review reads it. */
function stateIn(folder: string): SynthesizedState {
  return { stack: JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) };
}

function apply(): void {
  const done = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
  expect(done).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
}

const FILE = join(scratch.folder, "scratch.tfstate");
// biome-ignore lint/suspicious/noExplicitAny: Terraform's state
type State = any;
const state = (): State => JSON.parse(readFileSync(FILE, "utf8"));

function rotation(of: State = state()): { next_rotation_time: string; rotation_period: string } {
  const [type, name] = ADDRESS.split(".");
  const found = of.resources.find((each: State) => each.type === type && each.name === name);
  return found.instances[0].attributes.rotation[0];
}

applying("a secret that rotates is reminded of for the first time that many days after the plan", () => {
  apply(); // without, so that the reminder comes to a secret that is there
  scratch.lay(synthesized(settings({ rotateEveryDays: 30 })));
  const before = Date.now();
  expect(plan().map(({ address, change }) => `${address} ${change.actions.join("+")}`)).toEqual([`${ADDRESS} update`]);
  apply();
  const { next_rotation_time, rotation_period } = rotation();
  expect(rotation_period).toBe("2592000s");
  expect(next_rotation_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  // Terraform's time is in whole seconds.
  expect(Date.parse(next_rotation_time)).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000 + 30 * DAY);
  expect(Date.parse(next_rotation_time)).toBeLessThanOrEqual(Date.now() + 30 * DAY);
});

applying("it plans nothing afterwards, whether or not Google has counted on", () => {
  expect(plan()).toEqual([]);
  const later = state();
  rotation(later).next_rotation_time = "2031-01-02T03:04:05Z";
  writeFileSync(FILE, JSON.stringify({ ...later, serial: later.serial + 1 }));
  expect(plan()).toEqual([]);
});

applying("that Google counts on is no drift, that somebody changes the period is", () => {
  plan();
  const head = stateIn(scratch.folder);
  const found = planJson().prior_state?.values?.root_module?.resources?.find(({ address }) => address === ADDRESS);
  const drifted = (now: object) => {
    const before = found?.values as { readonly rotation: readonly object[] };
    const after = { ...before, rotation: [{ ...before.rotation[0], ...now }] };
    const [type, name] = ADDRESS.split(".");
    const drift = [{ address: ADDRESS, mode: "managed", type, name, change: { actions: ["update"], before, after } }];
    const json = { ...planJson(), resource_drift: drift } as unknown as PlanJson;
    return changeOfPlan("dev", json, { head, base: head }).drift.flatMap(({ attributes }) => attributes);
  };
  expect(drifted({ next_rotation_time: "2032-01-01T00:00:00Z" })).toEqual([]);
  expect(drifted({ rotation_period: "7200s", next_rotation_time: "2032-01-01T00:00:00Z" })).toEqual([
    expect.objectContaining({ path: "rotation.rotation_period", before: "2592000s", after: "7200s" }),
  ]);
});

applying("another period is changed in place, and leaves the next time to Google", () => {
  const [base, head] = [30, 60].map((rotateEveryDays) => synthesized(settings({ rotateEveryDays }))).map(stateIn);
  scratch.lay(synthesized(settings({ rotateEveryDays: 60 })));
  expect(plan().map(({ address, change }) => `${address} ${change.actions.join("+")}`)).toEqual([`${ADDRESS} update`]);
  const { access, drift } = changeOfPlan("dev", planJson(), { head, base } as PlanContext);
  expect([access.rows, access.guards.map(guardSentence), drift]).toEqual([
    [],
    [`rotation.rotation_period of ${ADDRESS} is weaker: "2592000s" → "5184000s"`],
    [],
  ]);
  apply();
  expect(rotation()).toEqual({ next_rotation_time: "2031-01-02T03:04:05Z", rotation_period: "5184000s" });
  expect(plan()).toEqual([]);
});
