import { POLICY_FILE } from "../../contract/policy-file";
import { callersOfIntent } from "../../intent/model/declared-callers";
import { isDecidedByFunctions } from "../../packages/terraform-access-review/model/state";
import { authorizerPolicy } from "../../stacks/authorizer-policy";
import { compared } from "../plan/planner";
import { CommandError, projectError, usageError } from "../process/command-error";
import { formatNamed } from "../process/format-option";
import { stackFolder } from "../process/project";
import { signals } from "../process/signals";
import { synthesizedText } from "../process/synthesized";
import { readIntents, select } from "../synthesis/intents";
import { commandTerraform } from "../terraform/binary";
import { type Answer, inWords, servedBy } from "./deployed/answer";
import { deploymentOf } from "./deployed/deployment";
import { httpsClient, REQUEST_SECONDS } from "./deployed/https-client";
import { type Clock, NoAnswer, systemClock } from "./deployed/outside";
import { type ProbeRoute, probeRoutes } from "./deployed/routes";
import { expectedCallers, takeTokens } from "./deployed/tokens";
import { couldNotTell, type Verdict } from "./deployed/verdict";
import { cloudTools } from "./inventory/cloud-tools";
import { cloudLogs } from "./logs/log-reader";
import { terraformOutputs } from "./outputs";
import {
  callableRoute,
  describeRequest,
  type FrontDoor,
  get,
  NOTHING_TO_CALL,
  type Plan,
  type Probe,
} from "./probes/probe";
import { PROBES, REST_PROBES, SHARED_ISSUER_PROBES } from "./probes/probes";
import { PAUSE_MILLISECONDS, Sender } from "./sender";

/** Options of the command. Its help describes each of them. */
export interface VerifyOptions {
  readonly smoke?: boolean;
  readonly route: readonly string[];
  readonly logs?: boolean;
  readonly plan?: boolean;
  readonly inventory?: boolean;
  readonly format?: string;
}

/** What `--format json` prints, whatever the verdicts are. */
export interface VerifyReport {
  readonly environment: string;
  /** The services that gave no good answer in time, in words; undefined if all did. */
  readonly smokeFailure?: string;
  readonly probes: readonly (Pick<Probe, "id" | "question" | "settles"> & { readonly verdict: Verdict })[];
}

/** Where the lines for people go, and what is printed at the end, by the value of `--format`. */
const FORMATS: Readonly<Record<string, Pick<Run, "print" | "conclude">>> = {
  text: { print: (line) => console.log(line), conclude: () => {} },
  json: { print: (line) => console.error(line), conclude: (report) => console.log(JSON.stringify(report, null, 2)) },
};

/** `npm run verify -- env`: asks a deployed environment the questions that only it can answer. */
export async function verify(environment: string, options: VerifyOptions): Promise<void> {
  const format = formatNamed(options.format ?? "text", FORMATS);
  await signals.during(environment, STANDING, async () => {
    const { run, probes } = await beforeAsking(() => prepare(environment, options, format));
    await signals.unlessStopped(() => (options.smoke ? runSmoke(run) : runProbes(run, probes)));
  });
}

const STANDING = {
  left: "there is no verdict, and nothing was changed",
  atOnce: "nothing was changed",
} as const;

/** Everything up to the first request: config, stack, outputs, tokens and tools. */
async function prepare(environment: string, options: VerifyOptions, format: Pick<Run, "print" | "conclude">) {
  const tokens = takeTokens(process.env);
  const [intent] = select(readIntents(), [environment]);
  if (intent === undefined) throw new Error(`no intent of ${environment}`);
  const stack = JSON.parse(synthesizedText(environment, "main.tf.json"));
  const byFunctions = isDecidedByFunctions(stack);
  const deployment = deploymentOf({
    environment,
    // If Envoy decides by the same policy, there is no policy file. The stack has the policy in Envoy's own form.
    policy: byFunctions ? JSON.parse(synthesizedText(environment, POLICY_FILE)) : authorizerPolicy(intent),
    stack,
    byEnvoy: !byFunctions,
    outputs: await terraformOutputs(commandTerraform(), stackFolder(environment), environment),
  });
  const door = {
    deployment,
    routes: probeRoutes(deployment.policy, options.route),
    callers: expectedCallers(tokens, deployment),
    hasGoogleToken: tokens.GOOGLE_ACCESS_TOKEN !== undefined,
    expectations: { stated: intent.expectations, callers: callersOfIntent(intent) },
    logs: options.logs ? cloudLogs(deployment.logs, systemClock) : undefined,
    ...(options.plan && { differences: () => differences(environment) }),
    ...(options.inventory && {
      inventory: { stack, issuers: deployment.issuers, tools: cloudTools(deployment.logs) },
    }),
  };
  const sender = new Sender({ deployment, tokens, client: httpsClient(), clock: systemClock });
  const run: Run = { door, sender, clock: systemClock, ...format };
  const probes = deployment.kind === "rest" ? REST_PROBES : byFunctions ? PROBES : SHARED_ISSUER_PROBES;
  return { run, probes };
}

async function differences(environment: string): Promise<readonly string[]> {
  const { resources, drift } = (await compared(environment)).model;
  return [...new Set([...resources, ...drift].map(({ address }) => address))];
}

/**
 * A problem that prevents the probes is not a finding, and pipelines need to know which of the two occurred. Exit code 1
 * means a finding in the environment itself. 64 means a stack that was never initialised or deployed, a config with
 * problems, or a missing tool.
 */
export async function beforeAsking<T>(prepare: () => Promise<T>): Promise<T> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof CommandError) throw usageError(error.message);
    throw error;
  }
}

interface Run {
  readonly door: FrontDoor;
  readonly sender: Sender;
  readonly clock: Clock;
  readonly print: (line: string) => void;
  /** Receives all verdicts, before the command ends. */
  readonly conclude: (report: VerifyReport) => void;
}

/** Runs only the smoke test, which calls services after a deploy until each of them answers. */
export async function runSmoke(run: Run): Promise<void> {
  if (smokeRoutes(run.door).length === 0) throw usageError(NOTHING_TO_CALL);
  const failure = await smokeFailure(run);
  run.conclude(reportOf(run, failure, []));
  if (failure !== undefined) throw projectError(failure);
}

/**
 * Runs the smoke test, then every probe. Throws if something is refuted. If the smoke test fails, the probes may show
 * the cause.
 */
export async function runProbes(run: Run, probes: readonly Probe[] = PROBES): Promise<void> {
  const { door, print } = run;
  const planned = probes.map((probe) => ({ probe, plan: probe.plan(door) }));
  print(describePlans(run, planned));
  const failure = smokeRoutes(door).length === 0 ? undefined : await smokeFailure(run);
  if (failure !== undefined) print(failure);
  const answered: { readonly probe: Probe; readonly verdict: Verdict }[] = [];
  for (const { probe, plan } of planned) {
    const verdict = "requests" in plan ? await carryOut(plan, run.sender) : plan;
    answered.push({ probe, verdict });
    print(describeVerdict(probe, verdict));
  }
  run.conclude(reportOf(run, failure, answered));
  const count = (kind: Verdict["kind"]) => answered.filter(({ verdict }) => verdict.kind === kind).length;
  const summary =
    `${count("confirmed")} confirmed, ${count("refuted")} refuted, ${count("could not tell")} could not tell` +
    (failure === undefined ? "" : "; the smoke test failed");
  if (count("refuted") > 0 || failure !== undefined) throw projectError(summary);
  print(summary);
}

function reportOf(
  { door }: Run,
  smokeFailure: string | undefined,
  answered: readonly { readonly probe: Probe; readonly verdict: Verdict }[],
): VerifyReport {
  return {
    environment: door.deployment.environment,
    ...(smokeFailure !== undefined && { smokeFailure }),
    probes: answered.map(({ probe: { id, question, settles }, verdict }) => ({ id, question, settles, verdict })),
  };
}

/** Waits for the services. Returns the failures that remain when the time is over. */
async function smokeFailure(run: Run): Promise<string | undefined> {
  const { door, sender, clock, print } = run;
  print(describeSmoke(run));
  const { failed, untried, tried } = await smoke(door, sender, clock, print);
  for (const service of untried)
    print(`smoke: ${service} not tried: it has no public GET route, and CALLER_TOKEN opens none`);
  if (failed.length > 0) {
    return [
      `smoke: no good answer within ${SMOKE_SECONDS} s`,
      ...failed.map((words) => `    ${words}`),
      "    which side refused, and why: docs/how-to/incidents.md",
    ].join("\n");
  }
  print(`smoke: ${tried} of ${tried + untried.length} services called, all answer`);
  return undefined;
}

/** Sends a plan's requests in order. A throttled or unanswered request gives no verdict. */
async function carryOut({ requests, judge }: Plan, sender: Sender): Promise<Verdict> {
  const answers: Answer[] = [];
  for (const request of requests) {
    try {
      const answer = await sender.send(request);
      if (answer.status === 429) return couldNotTell(`${describeRequest(request)}: throttled (429); try again later`);
      answers.push(answer);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      return couldNotTell(`${describeRequest(request)}: ${error.message}`);
    }
  }
  return judge(answers);
}

type Planned = readonly { readonly probe: Probe; readonly plan: Plan | Verdict }[];

/** Prints the questions and every request to be sent, before the first one is sent. */
function describePlans({ door }: Run, planned: Planned): string {
  const count = planned.reduce((sum, { plan }) => sum + ("requests" in plan ? plan.requests.length : 0), 0);
  const minutes = Math.ceil((count * (REQUEST_SECONDS * 1000 + PAUSE_MILLISECONDS)) / 60_000);
  return [
    `${door.deployment.environment}: ${door.deployment.gateway.origin}`,
    `${count} requests after the smoke test, only GET and OPTIONS, ${PAUSE_MILLISECONDS} ms apart, each with a timeout of ` +
      `${REQUEST_SECONDS} s: a minute or two, ${minutes} minutes at most`,
    ...planned.flatMap(({ probe, plan }) => [
      `  ${probe.id}: ${probe.question}`,
      `      left open: ${probe.settles}`,
      ...("requests" in plan ? counted(plan).map((line) => `      ${line}`) : ["      sends nothing"]),
    ]),
  ].join("\n");
}

/** Equal requests as one line with a count. */
function counted({ requests }: Plan): string[] {
  const times = new Map<string, number>();
  for (const text of requests.map(describeRequest)) times.set(text, (times.get(text) ?? 0) + 1);
  return [...times].map(([text, number]) => (number === 1 ? text : `${text}, ${number} times`));
}

function describeSmoke({ door }: Run): string {
  const keys = smokeRoutes(door).map(({ key }) => key);
  return `smoke: ${keys.join(", ")}, every ${SMOKE_PAUSE_SECONDS} s until each answers, for ${SMOKE_SECONDS} s at most`;
}

function describeVerdict({ id }: Probe, verdict: Verdict): string {
  const indent = `\n${" ".repeat(16)}`;
  const head = `${verdict.kind.padEnd(14)}  ${id}`;
  if (verdict.kind === "could not tell") return [head, ...verdict.why.split("\n")].join(indent);
  if (verdict.kind === "confirmed") return [head, verdict.seen].join(indent);
  return [head, verdict.seen, `means: ${verdict.means}`, `do: ${verdict.change}`].join(indent);
}

/** How long the smoke test waits for IAM, in seconds. Google states minutes; more is rare. */
export const SMOKE_SECONDS = 300;

/** Pause between two rounds, in seconds. */
export const SMOKE_PAUSE_SECONDS = 10;

interface SmokeResult {
  /** Services that did not answer in time, each with its last answer. */
  readonly failed: readonly string[];
  /** Services that this run may not call at all. */
  readonly untried: readonly string[];
  readonly tried: number;
}

/** One route for each service, because permissions take effect for each service separately. */
function smokeRoutes(door: FrontDoor): readonly ProbeRoute[] {
  return Object.keys(door.deployment.services)
    .map((service) => callableRoute(door, (route) => route.service === service))
    .filter((route) => route !== undefined);
}

/**
 * Calls one route of each service until the service itself answers, with anything but a 5xx. After a first deploy, the
 * authorizer may not be able to mint yet (500) and Cloud Run may not know its invoker (403). No round begins later than
 * `SMOKE_SECONDS` after the first.
 */
export async function smoke(
  door: FrontDoor,
  sender: Sender,
  clock: Clock,
  print: (line: string) => void,
): Promise<SmokeResult> {
  const end = clock.now() + SMOKE_SECONDS * 1000;
  const routes = smokeRoutes(door);
  const untried = Object.keys(door.deployment.services).filter((id) => routes.every(({ service }) => service !== id));
  let waiting = routes;
  for (;;) {
    const said = new Map<ProbeRoute, string>();
    for (const route of waiting) {
      const { good, words } = await call(route, sender);
      if (good) print(`smoke: ${route.service} answers (${route.key}: ${words})`);
      else said.set(route, `${route.service}: ${route.key}: ${words}`);
    }
    waiting = [...said.keys()];
    const left = Math.floor((end - clock.now()) / 1000);
    if (waiting.length === 0 || left < SMOKE_PAUSE_SECONDS)
      return { failed: [...said.values()], untried, tried: routes.length };
    for (const words of said.values())
      print(`smoke: ${words}; again in ${SMOKE_PAUSE_SECONDS} s, for ${left} s at most`);
    await clock.sleep(SMOKE_PAUSE_SECONDS * 1000);
  }
}

async function call(route: ProbeRoute, sender: Sender): Promise<{ good: boolean; words: string }> {
  try {
    const answer = await sender.send(get(route));
    return { good: servedBy(answer) && answer.status < 500, words: inWords(answer) };
  } catch (error) {
    if (error instanceof NoAnswer) return { good: false, words: error.message };
    throw error;
  }
}
