import { POLICY_FILE } from "../../contract/policy-file";
import { twinsOf } from "../../intent/schema/twin-files";
import { isDecidedByFunctions } from "../../packages/terraform-access-review/model/state";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { cloudTools } from "../process/cloud-tools";
import { CommandError, projectError, usageError } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { httpsClient, NoAnswer, REQUEST_SECONDS } from "../process/https";
import { CONFIG, stackFolder } from "../process/project";
import { signals } from "../process/signals";
import { synthesizedText } from "../process/synthesized";
import { readIntents, select } from "../synthesis/intents";
import { commandTerraform } from "../terraform/binary";
import { deployedValues, terraformOutputs } from "../terraform/outputs";
import { placesOf } from "../trace/places";
import { CloudSource } from "../trace/sources";
import { deploymentOf, gatewayOf } from "./deployment";
import { closedEndpoint, INVENTORY, type Inventory, inventoryVerdict } from "./inventory";
import {
  callableRoute,
  carryOut,
  couldNotTell,
  type FrontDoor,
  get,
  LOGS_WAIT_SECONDS,
  NOTHING_TO_CALL,
  PROBES,
  type Verdict,
} from "./probes";
import { type Clock, described, describeRequest, PAUSE_MILLISECONDS, Sender, servedBy, systemClock } from "./requests";
import { expectedCallers, type ProbeRoute, probeRoutes, takeTokens } from "./routes";

/** Options of the command. Its help describes each of them. */
export interface VerifyOptions {
  readonly smoke?: boolean;
  readonly logs?: boolean;
  readonly inventory?: boolean;
  readonly format?: string;
}

/** What `--format json` prints, whatever the verdicts are. */
export interface VerifyReport {
  readonly environment: string;
  /** The services that gave no good answer in time, in words; undefined if all did. */
  readonly smokeFailure?: string;
  readonly probes: readonly { readonly id: string; readonly question: string; readonly verdict: Verdict }[];
}

/** Everything that a run needs after its preparation. */
export interface Run {
  readonly door: FrontDoor;
  /** Undefined without `--inventory`. */
  readonly inventory?: Inventory | undefined;
  readonly sender: Sender;
  readonly clock: Clock;
  /** Receives the lines for people. */
  readonly print: (line: string) => void;
  /** Receives all verdicts, before the command ends. */
  readonly conclude: (report: VerifyReport) => void;
}

/** Where the lines for people go, and what is printed at the end, by the value of `--format`. */
const FORMATS: Readonly<Record<string, Pick<Run, "print" | "conclude">>> = {
  text: { print: (line) => console.log(line), conclude: () => {} },
  json: { print: (line) => console.error(line), conclude: (report) => console.log(JSON.stringify(report, null, 2)) },
};

/** `npm run verify -- env`: checks that a deployed environment is what was reviewed. */
export async function verify(environment: string, options: VerifyOptions): Promise<void> {
  const format = formatNamed(options.format ?? "text", FORMATS);
  const standing = { left: "there is no verdict, and nothing was changed", atOnce: "nothing was changed" };
  await signals.during(environment, standing, async () => {
    const run = { ...(await prepare(environment, options).catch(asUsage)), ...format };
    await signals.unlessStopped(() => (options.smoke ? runSmoke(run) : runProbes(run)));
  });
}

/** Exit code 1 means a finding in the environment, and 64 that there is none: no deployed stack, config with problems. */
function asUsage(error: unknown): never {
  throw error instanceof CommandError ? usageError(error.message) : error;
}

/** Everything up to the first request: config, stack, outputs, tokens and tools. */
async function prepare(environment: string, options: VerifyOptions): Promise<Omit<Run, "print" | "conclude">> {
  const tokens = takeTokens(process.env);
  const [intent] = select(readIntents(), [environment]);
  if (intent === undefined) throw new Error(`no intent of ${environment}`);
  const stack = JSON.parse(synthesizedText(environment, "main.tf.json"));
  // If Envoy decides by the same policy, there is no policy file. The stack has the policy in Envoy's own form.
  const byFunctions = isDecidedByFunctions(stack);
  const policy = byFunctions ? JSON.parse(synthesizedText(environment, POLICY_FILE)) : authorizerPolicy(intent);
  const outputsOf = (name: string) => terraformOutputs(commandTerraform(), stackFolder(name), name);
  const outputs = await outputsOf(environment);
  const deployment = deploymentOf({ environment, policy, stack, outputs });
  const places = placesOf(environment, stack, {});
  const open = () => new CloudSource({ places, timeoutSeconds: 2 * LOGS_WAIT_SECONDS });
  const inventory = { stack, issuers: deployment.issuers, tools: cloudTools(deployment) };
  const door = {
    deployment,
    routes: probeRoutes(policy),
    callers: await expectedCallers(tokens, deployment),
    logs: options.logs ? { places, clock: systemClock, open } : undefined,
    closedEndpoint: options.inventory ? await closedEndpoint(inventory, deployment.awsRegion) : undefined,
    twin: options.smoke ? undefined : await twinOf(environment, outputsOf),
  };
  const sender = new Sender(deployment.gateway, tokens, httpsClient(), systemClock);
  return { door, sender, clock: systemClock, ...(options.inventory && { inventory }) };
}

/** The other of two regions; undefined if there is none. */
async function twinOf(environment: string, outputsOf: (name: string) => Promise<unknown>): Promise<FrontDoor["twin"]> {
  const [, name] = twinsOf(CONFIG, environment).all;
  if (name === undefined) return undefined;
  try {
    return { name, ...gatewayOf(deployedValues(await outputsOf(name), name)) };
  } catch (error) {
    if (error instanceof CommandError) return couldNotTell(error.message);
    throw error;
  }
}

/** Runs only the smoke test, which calls services after a deploy until each of them answers. */
export async function runSmoke(run: Run): Promise<void> {
  if (smokeRoutes(run.door).length === 0) throw usageError(NOTHING_TO_CALL);
  const failure = await smokeFailure(run);
  conclude(run, failure, []);
  if (failure !== undefined) throw projectError(failure);
}

/**
 * Runs the smoke test, then every probe. Throws if something is refuted. If the smoke test fails, the probes may show
 * the cause.
 */
export async function runProbes(run: Run): Promise<void> {
  const { door, print, sender, inventory } = run;
  const planned = PROBES.flatMap((probe) => {
    const plan = probe.plan(door);
    return plan === undefined ? [] : [{ ...probe, plan }];
  });
  const requests = planned.flatMap(({ plan }) => ("requests" in plan ? plan.requests : []));
  const seconds = requests.length * (REQUEST_SECONDS + PAUSE_MILLISECONDS / 1000);
  // Every request is printed before the first one is sent.
  print(`${door.deployment.environment}: ${door.deployment.gateway.origin}`);
  print(`${requests.length} requests after the smoke test, for ${Math.ceil(seconds / 60)} minutes at most:`);
  for (const request of requests) print(`    ${describeRequest(request)}`);
  const failure = smokeRoutes(door).length === 0 ? undefined : await smokeFailure(run);
  if (failure !== undefined) print(failure);
  const answered: VerifyReport["probes"][number][] = [];
  const answer = (id: string, question: string, verdict: Verdict) => {
    answered.push({ id, question, verdict });
    print(describeVerdict(id, verdict));
  };
  for (const { id, question, plan } of planned) {
    answer(id, question, "requests" in plan ? await carryOut(plan, sender) : plan);
  }
  for (const kind of INVENTORY) {
    const why = couldNotTell("this probe needs --inventory");
    answer(kind.id, kind.question, inventory === undefined ? why : await inventoryVerdict(kind, inventory));
  }
  conclude(run, failure, answered);
  const count = (kind: Verdict["kind"]) => answered.filter(({ verdict }) => verdict.kind === kind).length;
  const summary =
    `${count("confirmed")} confirmed, ${count("refuted")} refuted, ${count("could not tell")} could not tell` +
    (failure === undefined ? "" : "; the smoke test failed");
  if (count("refuted") > 0 || failure !== undefined) throw projectError(summary);
  print(summary);
}

function conclude({ door, conclude }: Run, smokeFailure: string | undefined, probes: VerifyReport["probes"]): void {
  const { environment } = door.deployment;
  conclude({ environment, ...(smokeFailure !== undefined && { smokeFailure }), probes });
}

function describeVerdict(id: string, verdict: Verdict): string {
  const lines =
    verdict.kind === "refuted"
      ? [verdict.seen, `means: ${verdict.means}`, `do: ${verdict.change}`]
      : [verdict.kind === "confirmed" ? verdict.seen : verdict.why];
  return [`${verdict.kind.padEnd(14)}  ${id}`, ...lines.flatMap((line) => line.split("\n"))].join(
    `\n${" ".repeat(16)}`,
  );
}

/** How long the smoke test waits for IAM, in seconds. Google states minutes; more is rare. */
export const SMOKE_SECONDS = 300;

/** Pause between two rounds, in seconds. */
export const SMOKE_PAUSE_SECONDS = 10;

/** One route for each service, because permissions take effect for each service separately. */
function smokeRoutes(door: FrontDoor): readonly ProbeRoute[] {
  const services = Object.keys(door.deployment.services);
  return services.flatMap((service) => callableRoute(door, (route) => route.service === service) ?? []);
}

/**
 * Calls the services until each itself answers, with anything but a 5xx. After a first deploy, the authorizer may not be
 * able to mint yet (500) and Cloud Run may not know its invoker (403). No round begins later than `SMOKE_SECONDS` after the
 * first.
 *
 * @returns the last answer of each service that gave no good one in time, in words; undefined if all did
 */
async function smokeFailure({ door, sender, clock, print }: Run): Promise<string | undefined> {
  const routes = smokeRoutes(door);
  const services = Object.keys(door.deployment.services);
  print(`smoke: ${routes.map(({ key }) => key).join(", ")}, until each answers, for ${SMOKE_SECONDS} s at most`);
  for (const service of services.filter((id) => routes.every((route) => route.service !== id)))
    print(`smoke: ${service} not tried: it has no public GET route, and CALLER_TOKEN opens none`);
  const end = clock.now() + SMOKE_SECONDS * 1000;
  for (let waiting = routes; ; ) {
    const failed = new Map<ProbeRoute, string>();
    for (const route of waiting) {
      const { isGood, words } = await smokeAnswer(route, sender);
      if (isGood) print(`smoke: ${route.service} answers (${words})`);
      else failed.set(route, `${route.service}: ${words}`);
    }
    const left = Math.floor((end - clock.now()) / 1000);
    if (failed.size === 0) {
      print(`smoke: ${routes.length} of ${services.length} services called, all answer`);
      return undefined;
    }
    if (left < SMOKE_PAUSE_SECONDS) {
      const lines = [...failed.values(), "which side refused, and why: docs/how-to/incidents.md"];
      return [`smoke: no good answer within ${SMOKE_SECONDS} s`, ...lines].join("\n    ");
    }
    for (const words of failed.values()) print(`smoke: ${words}; again, for ${left} s at most`);
    await clock.sleep(SMOKE_PAUSE_SECONDS * 1000);
    waiting = [...failed.keys()];
  }
}

async function smokeAnswer(route: ProbeRoute, sender: Sender): Promise<{ isGood: boolean; words: string }> {
  try {
    const answer = await sender.send(get(route));
    return { isGood: servedBy(answer) && answer.status < 500, words: described(route.key, answer) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { isGood: false, words: `${route.key}: ${error.message}` };
  }
}
