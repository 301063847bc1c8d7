import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { NotListed } from "../cli/process/cloud-tools";
import { CommandError } from "../cli/process/command-error";
import { httpsClient } from "../cli/process/https";
import { Interrupted, signals } from "../cli/process/signals";
import { placesOf } from "../cli/trace/places";
import { CloudSource } from "../cli/trace/sources";
import { deploymentOf } from "../cli/verify/deployment";
import { carryOut, confirmed, couldNotTell, LOGS_WAIT_SECONDS, refuted, type Verdict } from "../cli/verify/probes";
import { Sender, systemClock } from "../cli/verify/requests";
import { expectedCallers, probeRoutes } from "../cli/verify/routes";
import type { VerifyReport } from "../cli/verify/verify";
import { loadIntents } from "../intent/load";
import { authorizerPolicy } from "../stacks/authorizer-policy";
import { Callers, forged, isRefused, isServed } from "./clients";
import { DRIFT_KINDS, type DriftKind } from "./drifts";
import { CLIENTS, type ClientName, routesOf, type Settings } from "./environments";
import { UNDOCUMENTED } from "./probes";
import { leftIn, removeBootstrap } from "./removal";
import type { Finding, StepRecord } from "./run-folder";
import { failed, faultIn, type Scene, type StateResource, until } from "./scene";

/** A step of the proof of one environment. */
interface Step {
  readonly id: string;
  /** What it does, for the person who waits. */
  readonly what: string;
  /** Whether nothing after it can be tested if it fails. The environment is then destroyed at once. */
  readonly isEssential?: boolean;
  /** Whether it also runs after an essential step has failed. */
  readonly isLast?: boolean;
  readonly isFor?: (scene: Scene) => boolean;
  readonly run: (scene: Scene) => Promise<readonly Finding[]>;
}

const isBootstrapped = ({ record }: Scene) => record.operator !== undefined;

/** The steps of an environment, in their order. */
export const STEPS: readonly Step[] = [
  { id: "synthesize", what: "writing the config, and synthesizing it", isEssential: true, run: synthesize },
  { id: "bootstrap", what: "applying the bootstrap", isEssential: true, isFor: isBootstrapped, run: bootstrap },
  { id: "deploy", what: "deploying", isEssential: true, run: deploy },
  { id: "verify", what: "running the probes of verify", run: verify },
  { id: "probes", what: "asking what AWS and Google do not document", run: undocumented },
  { id: "calls", what: "calling every route as every caller", run: calls },
  { id: "drift", what: "changing objects past Terraform, and looking for the changes", run: drift },
  { id: "rotate", what: "rotating a client secret under calls", run: rotate },
  {
    id: "revoke",
    what: "revoking a caller, and restoring it",
    isFor: (scene) => scene.environment !== "envoy",
    run: revoke,
  },
  { id: "disable", what: "disabling a caller in config", run: disable },
  { id: "canary", what: "moving a canary", run: canary },
  { id: "destroy", what: "destroying the environment", isLast: true, run: destroy },
  { id: "left", what: "looking for what is left in both clouds", isLast: true, run: left },
];

/**
 * Proves one environment: runs every step, and records each before it begins and when it ends. A step that fails does not
 * stop the others, unless they need it.
 *
 * @param print receives a line for each step
 */
export async function proveEnvironment(scene: Scene, print: (line: string) => void): Promise<void> {
  let goesOn = true;
  for (const step of STEPS) {
    if (step.isFor?.(scene) === false || (!goesOn && !step.isLast)) continue;
    print(`${scene.environment}: ${step.what}`);
    const { failure, findings } = await recorded(scene, step);
    if (failure !== undefined) print(`    failed: ${failure}`);
    for (const { id, verdict } of findings) {
      const why = verdict.kind === "confirmed" ? "" : `: ${verdict.kind === "refuted" ? verdict.seen : verdict.why}`;
      print(`    ${verdict.kind.padEnd(14)}  ${id}${why.split("\n")[0]}`);
    }
    if (failure !== undefined && step.isEssential) goesOn = false;
  }
}

async function recorded(scene: Scene, { id, run }: Step): Promise<StepRecord> {
  const { runFolder, environment } = scene;
  const before = scene.record.steps;
  const start = Date.now();
  const begun: StepRecord = { environment, step: id, startedAt: new Date(start).toISOString(), findings: [] };
  const save = (record: StepRecord) => {
    runFolder.save({ ...runFolder.now, steps: [...before, record] });
    return record;
  };
  save(begun);
  const seconds = () => Math.round((Date.now() - start) / 1000);
  try {
    const findings = await run(scene);
    return save({ ...begun, seconds: seconds(), findings });
  } catch (error) {
    if (!isFailure(error)) throw error;
    scene.log(`${id}: ${error.message}`);
    return save({ ...begun, seconds: seconds(), failure: faultIn(error.message) });
  }
}

function isFailure(error: unknown): error is Error {
  if (error instanceof Interrupted || signals.stopped) return false;
  return error instanceof CommandError || error instanceof NotListed;
}

const REPORT_IT = "report it to this project, a weakness as SECURITY.md describes";

/** Questions, the assumption behind each, and what it means if that does not hold. */
export const FINDINGS = {
  bootstrap: [
    "Can the person assume the deploy identity of both clouds after the bootstrap's apply?",
    "The trust policies of the identities, and the time that IAM needs.",
  ],
  "first-deploy": [
    "Does the first deploy into an empty account end, with the permissions of the deploy identity alone?",
    "The order of creation, the forms of all arguments, and the tables of permissions of the bootstrap.",
  ],
  "second-plan": [
    "Is a second plan empty after a deploy?",
    "Which values the clouds fill in, and whether each throttle, quota and grant was created as declared.",
    "each deploy changes these again, and an approved plan may be refused",
  ],
  smoke: [
    "Does every service answer within five minutes of the deploy?",
    "How long both clouds take until a new grant counts.",
    "callers get errors after a first deploy",
  ],
  matrix: [
    "Does each route let exactly the callers in that config names, over every call of a matrix?",
    "That gateway, authorizer, federation and Cloud Run together decide as the access ledger says.",
    "access differs from the ledger",
  ],
  "drift-repaired": [
    "Does one deploy undo every change that was made past Terraform?",
    "That the provider can write each of these attributes back.",
    "a deploy does not repair it",
  ],
  rotation: [
    "Does a client secret rotate without a failed call, and does the new secret get a token?",
    "Cognito's second secret of an app client, and the order of the rotation's steps.",
    "callers fail while a secret rotates",
  ],
  revocation: [
    "Does a revocation refuse a caller's valid token at once, and no other caller's?",
    "That a changed function and a changed cache key count for the next call.",
    "a revocation does not do what it says",
  ],
  "revocation-undone": [
    "Does --undo let the caller in again?",
    "The same in the other direction.",
    "a caller stays locked out",
  ],
  "disabled-client": [
    "Does a client that config disables lose access with the deploy, although its token is still valid?",
    "That the decision takes the client from config, and not only from the token.",
    "a disabled client keeps access",
  ],
  canary: [
    "Does a canary get its share and then every call, and does no call fail meanwhile?",
    "Revisions that are named by their content, and the change of traffic between them.",
    "a canary does not move as planned",
  ],
  "nothing-left": [
    "Is nothing of the environment left in either cloud after terraform destroy?",
    "The order of removal, and that nothing makes objects that no state knows.",
    "it may cost money; npm run e2e -- --clean removes it",
  ],
} as const satisfies Readonly<Record<string, readonly [question: string, settles: string, means?: string]>>;

function finding(id: keyof typeof FINDINGS, holds: boolean, seen: string): Finding {
  const [question, settles, means = "the step did not end as it should"] = FINDINGS[id];
  return { id, question, settles, verdict: holds ? confirmed(seen) : refuted(seen, means, REPORT_IT) };
}

/** Whether at most one call in a hundred failed: a connection that is lost on the way refutes nothing. */
export function mostServed(failed: number, calls: number): boolean {
  return failed <= Math.floor(calls / 100);
}

async function synthesize(scene: Scene): Promise<readonly Finding[]> {
  await scene.configure();
  return [];
}

async function bootstrap(scene: Scene): Promise<readonly Finding[]> {
  const stack = `bootstrap-${scene.environment}`;
  const terraform = await scene.terraform(stack, "person");
  await terraform.step(stack, "init", `${stack}: fetching the providers`, ["-input=false", "-no-color"]);
  await terraform.step(stack, "apply", `${stack}: applying`, ["-input=false", "-no-color", "-auto-approve"]);
  await scene.deployer();
  return [finding("bootstrap", true, "both clouds gave a session of the deploy identity")];
}

async function deploy(scene: Scene): Promise<readonly Finding[]> {
  const after = await scene.deploy().then(
    () => "",
    async (error: unknown) => {
      await signals.check();
      await scene.deploy();
      return ` by a second deploy, after: ${faultIn(error instanceof Error ? error.message : String(error))}`;
    },
  );
  const made = (await scene.resources()).length;
  const again = addressesIn(await scene.report(["drift", scene.environment]));
  return [
    finding("first-deploy", true, `${made} resources were created${after}`),
    finding(
      "second-plan",
      again.length === 0,
      again.length === 0 ? "a new plan changes nothing" : `a new plan names ${again.join(", ")}`,
    ),
  ];
}

async function verify(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const variables = { CALLER_TOKEN: await callers.token("reader"), OTHER_CALLER_TOKEN: await callers.token("writer") };
  const args = ["verify", scene.environment, "--logs", "--inventory"];
  const { smokeFailure, probes } = (await scene.report(args, variables)) as VerifyReport;
  const smoke = finding(
    "smoke",
    smokeFailure === undefined,
    smokeFailure ?? "every service that the run may call answered",
  );
  return [smoke, ...probes];
}

/** Sends the probes of this process, with the tokens of both clients and a Google access token of the person. */
async function undocumented(scene: Scene): Promise<readonly Finding[]> {
  const { environment, folder, tools } = scene;
  const clients = await Callers.of(scene);
  const callerTokens = {
    CALLER_TOKEN: await clients.token("reader"),
    OTHER_CALLER_TOKEN: await clients.token("writer"),
  };
  const google = await tools.gcloud("auth", "print-access-token");
  const tokens = { ...callerTokens, GOOGLE_ACCESS_TOKEN: String(google.token ?? google) };
  const stack = JSON.parse(readFileSync(join(folder, "synthesized", environment, "main.tf.json"), "utf8"));
  const loaded = loadIntents(join(folder, "config"));
  const [intent] = loaded.ok ? loaded.intents : [];
  if (intent === undefined) throw failed(`${environment}: its config has problems`);
  const policy = authorizerPolicy(intent);
  const deployment = deploymentOf({ environment, policy, stack, outputs: await scene.rawOutputs() });
  const places = placesOf(environment, stack, {});
  const open = () => new CloudSource({ places, timeoutSeconds: 2 * LOGS_WAIT_SECONDS });
  const door = {
    ...{ environment, deployment, routes: probeRoutes(policy), logs: { places, clock: systemClock, open } },
    callers: await expectedCallers(callerTokens, deployment),
  };
  const sender = new Sender(deployment.gateway, tokens, httpsClient(), systemClock);
  const findings: Finding[] = [];
  for (const { id, kinds, question, settles, plan } of UNDOCUMENTED) {
    if (!kinds.includes(environment)) continue;
    await signals.check();
    const planned = plan(door);
    findings.push({
      id,
      question,
      settles,
      verdict: "requests" in planned ? await carryOut(planned, sender) : planned,
    });
  }
  return findings;
}

/** Each route as each caller, without a token, and with a forged one. */
async function calls(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const names = Object.keys(CLIENTS) as ClientName[];
  const tokens = await Promise.all(names.map((name) => callers.token(name)));
  const presented = [
    { who: "anyone", token: undefined, scopes: [] },
    { who: "a forged token", token: forged(tokens[0] ?? ""), scopes: [] },
    ...names.map((name, index) => ({ who: name, token: tokens[index], scopes: CLIENTS[name] as readonly string[] })),
  ];
  const wrong: string[] = [];
  const routes = Object.entries(routesOf(scene.environment));
  for (const [key, scope] of routes) {
    for (const { who, token, scopes } of presented) {
      await signals.check();
      const status = await callers.call(key, token);
      const may = scope === null || scopes.some((each) => each === scope);
      if (may ? !isServed(status) : !isRefused(status)) wrong.push(`${who} got ${status} from ${key}`);
    }
  }
  const count = routes.length * presented.length;
  return [
    finding(
      "matrix",
      wrong.length === 0,
      wrong.length === 0 ? `${count} calls, each answered as config says` : wrong.join("; "),
    ),
  ];
}

/** Makes every change that applies, looks for all of them at once, repairs them by a deploy, and looks again. */
async function drift(scene: Scene): Promise<readonly Finding[]> {
  const resources = await scene.resources();
  const made: { readonly kind: DriftKind; readonly resource: StateResource }[] = [];
  const findings: Finding[] = [];
  const found = (kind: DriftKind, verdict: Verdict) => {
    const question = `Does drift name the object if a person ${kind.change}?`;
    findings.push({ id: `drift-${kind.id}`, question, settles: "That the provider reads the attribute.", verdict });
  };
  for (const kind of DRIFT_KINDS) {
    const resource = resources.find((each) => each.type === kind.type && (kind.picks?.(each) ?? true));
    if (resource === undefined) continue;
    try {
      await kind.make(resource.values, scene);
      made.push({ kind, resource });
    } catch (error) {
      if (!isFailure(error)) throw error;
      found(kind, couldNotTell(error.message));
    }
  }
  const named = addressesIn(await scene.report(["drift", scene.environment]));
  for (const { kind, resource } of made) {
    const isNamed = named.includes(resource.address);
    const unnoticed = refuted(`drift does not name ${resource.address}`, "such a change stays unnoticed", REPORT_IT);
    found(kind, isNamed ? confirmed(`drift names ${resource.address}`) : unnoticed);
  }
  await scene.deploy();
  const still = addressesIn(await scene.report(["drift", scene.environment]));
  const repaired = finding(
    "drift-repaired",
    still.length === 0,
    still.length === 0 ? `${made.length} changes were undone` : `drift still names ${still.join(", ")}`,
  );
  return [...findings, repaired];
}

/** Addresses in the JSON of `drift`. */
function addressesIn(report: unknown): readonly string[] {
  type Changed = readonly { readonly address: string }[];
  const models = report as readonly { readonly resources: Changed; readonly drift: Changed }[];
  const all = models.flatMap(({ resources, drift: drifted }) => [...drifted, ...resources]);
  return [...new Set(all.map(({ address }) => address))];
}

/** How long a rotation may take, in seconds: its function waits for Cognito between two steps. */
const ROTATION_SECONDS = 600;

async function rotate(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const { clients } = await scene.outputs();
  const secret = ["--secret-id", clients.reader?.secret_arn ?? ""];
  const before = await current(scene, secret);
  const tokens = [await callers.token("reader")];
  const { statuses } = await callers.during("GET /read", tokens, async () => {
    await scene.tools.aws("secretsmanager", "rotate-secret", ...secret);
    await until("rotating the secret of reader", ROTATION_SECONDS, async () => {
      const now = await current(scene, secret);
      return now.version !== before.version && !now.isPending ? now : undefined;
    });
    tokens.push(await callers.token("reader"));
    await pause(5000);
  });
  const bad = statuses.filter((status) => !isServed(status));
  return [
    finding(
      "rotation",
      mostServed(bad.length, statuses.length),
      `${statuses.length} calls during a rotation, ${bad.length} failed ${[...new Set(bad)].join(", ")}`.trim(),
    ),
  ];
}

async function current({ tools }: Scene, secret: readonly string[]) {
  const { VersionIdsToStages = {} } = await tools.aws("secretsmanager", "describe-secret", ...secret);
  const versions = Object.entries(VersionIdsToStages as Record<string, readonly string[]>);
  return {
    version: versions.find(([, stages]) => stages.includes("AWSCURRENT"))?.[0],
    isPending: versions.some(([, stages]) => stages.includes("AWSPENDING") && !stages.includes("AWSCURRENT")),
  };
}

/** How long a revoked caller may still pass, in seconds. The command promises that no later call passes. */
const REVOCATION_SECONDS = 60;

const after = (seconds: number | undefined) =>
  seconds === undefined ? "not in time" : `${seconds} s after the command`;

async function revoke(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const [token, other] = [await callers.token("reader"), await callers.token("writer")];
  await scene.succeed(["revoke", scene.environment, "reader"]);
  const gone = await callers.untilAnswered("GET /read", token, isRefused, REVOCATION_SECONDS);
  const others = await callers.call("GET /read", other);
  await scene.succeed(["revoke", scene.environment, "reader", "--undo"]);
  const back = await callers.untilAnswered("GET /read", token, isServed, REVOCATION_SECONDS);
  return [
    finding(
      "revocation",
      gone !== undefined && isServed(others),
      `refused ${after(gone)}; another caller got ${others}`,
    ),
    finding("revocation-undone", back !== undefined, `served ${after(back)}`),
  ];
}

/** How long a deploy's change of access may take to count, in seconds. */
const DEPLOY_SECONDS = 300;

async function disable(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const token = await callers.token("reader");
  await deployed(scene, { disabled: "reader" });
  const gone = await callers.untilAnswered("GET /read", token, isRefused, DEPLOY_SECONDS);
  await deployed(scene, {});
  return [finding("disabled-client", gone !== undefined, `refused ${after(gone)}`)];
}

async function deployed(scene: Scene, settings: Settings): Promise<void> {
  await scene.configure(settings);
  await scene.deploy();
}

async function canary(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const { result, statuses } = await callers.during("GET /read", [await callers.token("writer")], async () => {
    await deployed(scene, { canary: 50 });
    const half = await sharesOf(scene);
    await deployed(scene, { canary: 100 });
    return [half, await sharesOf(scene)];
  });
  const bad = statuses.filter((status) => !isServed(status)).length;
  return [
    finding(
      "canary",
      JSON.stringify(result) === "[[50,50],[100]]" && mostServed(bad, statuses.length),
      `shares ${result.map((shares) => shares.join(" and ")).join(", then ")}; ${bad} of ${statuses.length} calls failed`,
    ),
  ];
}

/** The shares of a service's revisions, in percent. */
async function sharesOf(scene: Scene): Promise<readonly number[]> {
  const { run, google } = scene.record;
  const name = `${run}-${scene.environment}-echo`;
  const { status } = await scene.tools.gcloud("run", "services", "describe", name, `--region=${google.region}`);
  const shares = (status?.traffic ?? []) as readonly { readonly percent?: number }[];
  return shares.flatMap(({ percent = 0 }) => (percent > 0 ? [percent] : []));
}

async function destroy(scene: Scene): Promise<readonly Finding[]> {
  const { environment } = scene;
  const terraform = await scene.terraform(environment, "deployer");
  const options = ["-input=false", "-no-color"];
  await terraform.step(environment, "init", `${environment}: connecting to the state`, options);
  await terraform.step(environment, "destroy", `${environment}: destroying`, [...options, "-auto-approve"]);
  if (isBootstrapped(scene)) await removeBootstrap(scene);
  scene.forget();
  return [];
}

async function left(scene: Scene): Promise<readonly Finding[]> {
  const found = await leftIn(scene);
  return [
    finding(
      "nothing-left",
      found.length === 0,
      found.map(({ what }) => what).join(", ") || "neither tags nor names show anything",
    ),
  ];
}
