import { lookup } from "node:dns/promises";
import { setTimeout } from "node:timers/promises";
import type { PlanJson, PlannedChange } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { type Attributes, isFields } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { forgetSettledApply, unfinished } from "../plan/last-apply";
import { differences, hashOfFile, isManifest } from "../plan/manifest";
import { keep, outputOf } from "../plan/plan";
import { locked, type PlanFolder } from "../plan/plan-folder";
import { FILES, type Planned, Planner, planFolderOf } from "../plan/planner";
import { refusedHalfway } from "../plan/refused-halfway";
import { unstartedServices } from "../plan/repairs";
import { unknownRevisions } from "../plan/revisions";
import { isConfirmed } from "../process/ask";
import { assertNone, projectError, usageError } from "../process/command-error";
import { stackFolder } from "../process/project";
import { type EarlyEnd, signals } from "../process/signals";
import { commandTerraform } from "../terraform/binary";
import { terraformOutputs } from "../terraform/outputs";
import { verify } from "../verify/verify";
import { ApplyFailure, alarmsAgainst, apply, isAccountUnknown, isApplyable } from "./apply";
import { approvedChange, differenceOf } from "./approval-file";
import {
  assertRevokedMeanwhile,
  assertStaysRevoked,
  assertStillRevoked,
  forbiddenSwitches,
  obstacles,
  openRevisions,
  unreadableImages,
} from "./preflight";

/** Options of the command. Its help describes each of them. */
export interface DeployOptions {
  readonly yes?: boolean;
  /** The approved JSON of `npm run plan`. It is applied if the fresh plan is the same change. */
  readonly approved?: string;
  readonly plan?: boolean;
  /** Whether to run the smoke test at the end. Default: true. */
  readonly smoke?: boolean;
}

/** `npm run deploy -- env`: plans, shows the plan, asks, and applies exactly that plan. */
export async function deploy(environment: string, options: DeployOptions): Promise<void> {
  const approved = options.approved === undefined ? undefined : approvedChange(options.approved, environment);
  await signals.during(environment, earlyEnd(environment), () => planAndApply(environment, options, approved));
}

function earlyEnd(environment: string): EarlyEnd {
  return {
    left: `nothing was applied; start again with: npm run deploy -- ${environment}`,
    atOnce: `the state may stay locked: npm run plan -- ${environment} says so, and how to unlock it`,
  };
}

async function planAndApply(
  environment: string,
  options: DeployOptions,
  approved: Planned["model"] | undefined,
): Promise<void> {
  const folder = planFolderOf(environment);
  const applied = await locked(environment, folder, async () => {
    for (const line of unfinished(environment, folder)) console.error(line);
    const planner = new Planner(environment);
    const planned = options.plan ? await savedPlan(planner) : await keep(planner);
    outputOf({}).print(planned);
    if (isNothing(planned) && !needsSnapshot(planned, folder)) {
      forgetSettledApply(folder);
      return false;
    }
    if (approved !== undefined) assertApproved(approved, planned);
    assertStaysClosed(planned);
    await assertRollsOut(planned);
    assertStaysRevoked(environment, planned);
    await assertCanEnd(planned);
    if (approved === undefined && !options.yes) await ask(environment);
    if (options.plan || !options.yes) await assertStillRevoked(planner, planned);
    assertSameFile(planned, planner);
    await applyShown(planner, planned);
    await assertRevokedMeanwhile(planner, planned);
    return true;
  });
  if (!applied) {
    console.error(`${environment}: nothing to apply`);
    return;
  }
  await conclude(environment, options);
}

async function applyShown(planner: Planner, shown: Planned): Promise<void> {
  const { environment, folder } = planner;
  await signals.check();
  try {
    const planned = await repaired(planner, shown);
    console.error(`${environment}: applying`);
    recordNeededSnapshot(planned, folder);
    if (usedUntilChanged(planned.plan).length > 0) await applyInParts(planner, planned);
    else if (!isNothing(planned)) await applyUntilKnown(planner, planned);
    if (needsSnapshot(planned, folder)) await redeploy(planner);
  } finally {
    // The plan file contains secrets, and cannot be applied a second time, whatever the outcome.
    folder.remove(FILES.plan);
    folder.remove(FILES.manifest);
  }
}

/**
 * Waits before an apply of the rest, in seconds, when Google does not know a new service account everywhere yet. Google
 * names up to a minute or more, and no maximum.
 */
const WAITS = [5, 10, 15, 30, 60];

/** Applies the plan. What is refused only because a new service account is not known yet is applied again, after a wait. */
async function applyUntilKnown(planner: Planner, { plan, model: { resources } }: Planned): Promise<void> {
  const { environment } = planner;
  const wanted = new Set(resources.map(({ address, action }) => `${address} ${action}`));
  let attempt = () => apply(planner, plan, resources.filter(({ type }) => type !== "").length);
  for (const seconds of WAITS) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ApplyFailure && isAccountUnknown(error, plan))) throw error;
      console.error(`${environment}: Google does not know a new service account yet; the rest follows in ${seconds} s`);
      await signals.unlessStopped(() => setTimeout(seconds * 1000));
      attempt = () => applyPart(planner, [], ({ address, action }) => wanted.has(`${address} ${action}`));
    }
  }
  return attempt();
}

/** Untaints what the plan took for untainted, and plans again: the same change, which can be applied. */
async function repaired(planner: Planner, shown: Planned): Promise<Planned> {
  if (shown.repairs.length === 0) return shown;
  for (const address of shown.repairs) await planner.untaint(address);
  const planned = await planner.make(FILES.plan, [], shown.repairs);
  if (planned.hash === shown.hash && planned.repairs.length === 0) return planned;
  throw projectError(
    `${planner.environment}: the plan after the repair is not the one that was shown, and nothing was applied\n` +
      `${differenceOf(shown.model, planned.model)
        .map((line) => `    ${line}\n`)
        .join("")}` +
      `    plan again with: npm run plan -- ${planner.environment}`,
  );
}

function isNothing({ plan, model, repairs }: Planned): boolean {
  return model.resources.length === 0 && !isApplyable(plan) && repairs.length === 0;
}

/** The plan that an earlier run saved. Refused if anything that it was made from has changed. */
async function savedPlan(planner: Planner): Promise<Planned> {
  const { environment, folder } = planner;
  const saved = folder.read(FILES.manifest);
  if (!isManifest(saved)) {
    throw usageError(`${environment}: no plan is kept`, `make one with: npm run plan -- ${environment}`);
  }
  await planner.init();
  const { repairs = [] } = saved;
  const different = differences(saved, await planner.manifest(saved.change, repairs));
  if (different.length > 0) {
    throw projectError(
      `${environment}: the plan of ${saved.createdAt} is out of date\n` +
        `${different.map((line) => `    ${line}`).join("\n")}\n    plan again with: npm run plan -- ${environment}`,
    );
  }
  const planned = { ...(await planner.read(FILES.plan, repairs)), repairs };
  assertSameFile({ ...planned, file: saved.plan }, planner);
  return planned;
}

function assertApproved(approved: Planned["model"], { model }: Planned): void {
  const lines = differenceOf(approved, model);
  if (lines.length === 0) return;
  const shown = lines.slice(0, 40);
  throw projectError(
    [
      `${model.environment}: this is not the change that was approved, and nothing was applied`,
      "    + not approved; - approved, but no longer part of the plan",
      ...shown.map((line) => `    ${line}`),
      ...(lines.length > shown.length ? [`    and ${lines.length - shown.length} more`] : []),
      `    have it approved again: npm run plan -- ${model.environment} --format json --out <file>`,
    ].join("\n"),
  );
}

/** Checks that the plan to be applied is the one that was shown, because a person may take hours to answer. */
function assertSameFile({ file }: Planned, { environment, folder }: Planner): void {
  if (hashOfFile(folder.path(FILES.plan)) === file) return;
  throw projectError(
    `${environment}: the plan file is not the one that was shown, and nothing was applied`,
    `plan again with: npm run plan -- ${environment}`,
  );
}

function assertStaysClosed({ plan, head, model: { environment } }: Planned): void {
  assertNone(
    openRevisions(plan, head.stack),
    "    deploy first with handshake: federated and verifyCallerToken: true on every service, then switch\n" +
      `${environment}: nothing was applied`,
  );
}

async function assertRollsOut({ plan, intent, model: { environment } }: Planned): Promise<void> {
  const unknown = unknownRevisions(plan);
  const held = unknown.length > 0 ? [] : await signals.unlessStopped(() => alarmsAgainst(plan, intent.aws.region));
  assertNone([...unknown, ...held], `${environment}: nothing was applied`);
}

async function assertCanEnd({ intent, plan, model, head, repairs }: Planned): Promise<void> {
  const answers = await signals.unlessStopped(() =>
    Promise.all([refusedHalfway(intent, plan), unreadableImages(intent, plan), forbiddenSwitches(intent, plan)]),
  );
  assertNone(
    [...obstacles(plan, model, head, intent), ...unstartedServices(plan, repairs), ...answers.flat()],
    `${model.environment}: this apply would fail before its end, so nothing was applied`,
  );
}

async function conclude(environment: string, { smoke }: DeployOptions): Promise<void> {
  await signals.check();
  const outputs = (await terraformOutputs(commandTerraform(), stackFolder(environment), environment)) as Readonly<
    Record<string, { readonly sensitive?: boolean; readonly value?: unknown }>
  >;
  for (const [name, { sensitive, value }] of Object.entries(outputs)) {
    const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
    console.log(`${name} = ${sensitive ? "(hidden)" : text}`);
  }
  if (smoke === false) return;
  const host = new URL(String(outputs.api_url?.value)).hostname;
  if (await signals.unlessStopped(() => isReachable(host))) await verify(environment, { smoke: true });
  else {
    console.error(
      `${environment}: no smoke test, because ${host} does not resolve here\n` +
        `    later: npm run verify -- ${environment} --smoke`,
    );
  }
}

async function isReachable(host: string): Promise<boolean> {
  try {
    await lookup(host);
    return true;
  } catch {
    return false;
  }
}

/** Nothing is applied if there is no terminal, or if it is lost. */
async function ask(environment: string): Promise<void> {
  const isApproved = await isConfirmed(`Apply this to ${environment}?`, [
    `${environment}: there is no terminal to ask for a confirmation, so nothing was applied`,
    `pass the approved change: npm run deploy -- ${environment} --approved <file>, or pass --yes`,
  ]);
  if (!isApproved) throw projectError(`${environment}: nothing was applied`);
}

const DEPLOYMENT = "aws_api_gateway_deployment.gateway";
/** What a new snapshot changes: the snapshot itself, and the stage that serves it. */
const TOUCHED = [DEPLOYMENT, "aws_api_gateway_stage.gateway"];

/** REST API only: the resource types that a snapshot contains. */
const SERVED =
  /^aws_api_gateway_(authorizer|gateway_response|integration|integration_response|method|method_response|resource|rest_api_policy)$/;

/**
 * Whether an apply removed a resource from a REST API that itself remains. Terraform makes the new snapshot before it
 * destroys the resource, so the snapshot still serves the resource.
 */
export function stillServesRemoved({ model, head }: Pick<Planned, "model" | "head">): boolean {
  return hasRestApi(head) && model.resources.some(({ type, action }) => action === "destroyed" && SERVED.test(type));
}

/**
 * This file lies in the plan's folder from the apply that needs a new snapshot until the snapshot is made, even if runs
 * in between stop.
 */
const OWED = "snapshot-owed.json";

/** Records, before an apply, that a new snapshot is needed afterwards. */
export function recordNeededSnapshot(planned: Pick<Planned, "model" | "head">, folder: PlanFolder): void {
  if (stillServesRemoved(planned)) folder.write(OWED, { deployment: DEPLOYMENT });
}

/** Whether this apply or an earlier one needs a new snapshot that has not been made yet. */
export function needsSnapshot({ head }: Pick<Planned, "head">, folder: PlanFolder): boolean {
  return folder.read(OWED) !== undefined && hasRestApi(head);
}

/** Makes the snapshot again and changes nothing else. */
async function redeploy(planner: Planner): Promise<void> {
  const { environment } = planner;
  console.error(`${environment}: the live snapshot still has the removed resources; creating it again`);
  signals.describeEnd(() => ({
    left: `the live snapshot still has the removed resources; go on with: npm run deploy -- ${environment}`,
    atOnce: "the live snapshot still has the removed resources, and the state may stay locked",
  }));
  const { model, plan } = await planner.make(FILES.plan, [`-replace=${DEPLOYMENT}`]);
  const others = model.resources.filter(({ address, type }) => type !== "" && !TOUCHED.includes(address));
  if (others.length > 0) {
    const named = others.map(({ address }) => `    ${address}`).join("\n");
    throw projectError(
      `${environment}: everything was applied, but the snapshot was not created again, because more would change:\n${named}\n` +
        `    look at it with npm run plan -- ${environment}; then\n` +
        `    terraform -chdir=cdktf.out/stacks/${environment} apply -replace=${DEPLOYMENT}`,
    );
  }
  await apply(planner, plan, model.resources.length);
  planner.folder.remove(OWED);
}

/** Whether the environment has a REST API. */
function hasRestApi({ stack }: Planned["head"]): boolean {
  return stack.resource.aws_api_gateway_deployment?.gateway !== undefined;
}

/**
 * Authorizers that the plan destroys although a route that stays uses them. Terraform destroys them before it changes the
 * route, and API Gateway refuses that (409).
 *
 * @returns their addresses
 */
export function usedUntilChanged({ resource_changes = [] }: PlanJson): readonly string[] {
  const used = resource_changes
    .filter(({ type, change }) => type === "aws_apigatewayv2_route" && isFields(change.after))
    .map(({ change }) => (change.before as Attributes | null)?.authorizer_id);
  return resource_changes
    .filter((each) => each.type === "aws_apigatewayv2_authorizer" && isDestroyed(each))
    .filter(({ change }) => used.includes((change.before as Attributes).id))
    .map(({ address }) => address);
}

/**
 * What is applied before everything else is destroyed. An invoker's binding is an exception: Cloud Run refuses one where
 * the IAM check is off, so it is removed before the check is switched off.
 */
export function firstPart({ resource_changes = [] }: PlanJson): readonly string[] {
  return resource_changes
    .filter((each) => !isDestroyed(each) || each.type === "google_cloud_run_v2_service_iam_binding")
    .map(({ address }) => address);
}

function isDestroyed({ change }: Pick<PlannedChange, "change">): boolean {
  return change.actions.join() === "delete";
}

/**
 * Applies a plan in two parts: what is destroyed serves until everything else is done. Each part is planned again, and
 * is refused if it is not a part of the plan that was shown.
 */
async function applyInParts(planner: Planner, shown: Planned): Promise<void> {
  const { environment } = planner;
  console.error(
    `${environment}: first everything that is not destroyed: ${usedUntilChanged(shown.plan).join(", ")} serves until then`,
  );
  const wanted = new Set(shown.model.resources.map(canonical));
  await applyPart(
    planner,
    firstPart(shown.plan).map((address) => `-target=${address}`),
    (each) => wanted.has(canonical(each)),
  );
  console.error(`${environment}: then what is no longer used`);
  const destroyed = shown.model.resources.filter(({ action }) => action === "destroyed").map(({ address }) => address);
  await applyPart(planner, [], ({ address, action }) => action === "destroyed" && destroyed.includes(address));
}

type Resource = Planned["model"]["resources"][number];

async function applyPart(
  planner: Planner,
  options: readonly string[],
  isShown: (resource: Resource) => boolean,
): Promise<void> {
  const { environment } = planner;
  const { model, plan, repairs } = await planner.make(FILES.plan, options);
  const resources = model.resources.filter(({ type }) => type !== "");
  const others = [
    ...resources.filter((each) => !isShown(each)).map(({ address, action }) => `    ${address}: ${action}\n`),
    ...repairs.map((address) => `    ${address}: kept although its creation failed\n`),
  ];
  if (others.length > 0) {
    throw projectError(
      `${environment}: this part was not applied, because it is not what was shown:\n${others.join("")}` +
        `    look at it with: npm run plan -- ${environment}; go on with: npm run deploy -- ${environment}`,
    );
  }
  await apply(planner, plan, resources.length);
}
