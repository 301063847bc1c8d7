import { setTimeout as pause } from "node:timers/promises";
import { CommandError } from "../cli/process/command-error";
import { Interrupted, signals } from "../cli/process/signals";
import { confirmed, couldNotTell, refuted, type Verdict } from "../cli/verify/deployed/verdict";
import type { VerifyReport } from "../cli/verify/verify";
import { Callers, forged, isRefused, isServed } from "./clients";
import { DRIFT_KINDS, type DriftKind } from "./drifts";
import { CLIENTS, type ClientName, routesOf, type Settings } from "./environments";
import { removeBootstrap } from "./remove";
import type { Finding, StepRecord } from "./run-folder";
import { faultIn, type Scene, type StateResource, until } from "./scene";
import { leftIn } from "./sweep";

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

const hasFunctions = ({ environment }: Scene) => environment !== "envoy";
const isBootstrapped = ({ record }: Scene) => record.operator !== undefined;

/** The steps of an environment, in their order. */
export const STEPS: readonly Step[] = [
  { id: "synthesize", what: "writing the config, and synthesizing it", isEssential: true, run: synthesize },
  {
    id: "bootstrap",
    what: "applying the bootstrap: the bucket of the state, and the two identities",
    isEssential: true,
    isFor: isBootstrapped,
    run: bootstrap,
  },
  { id: "deploy", what: "deploying", isEssential: true, run: deploy },
  { id: "verify", what: "running the probes of verify", run: verify },
  { id: "calls", what: "calling every route as every caller", run: calls },
  { id: "drift", what: "changing objects past Terraform, and looking for the changes", run: drift },
  { id: "rotate", what: "rotating a client secret under calls", run: rotate },
  { id: "revoke", what: "revoking a caller, and restoring it", isFor: hasFunctions, run: revoke },
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
    const record = await recorded(scene, step);
    for (const line of linesOf(record)) print(line);
    if (record.failure !== undefined && step.isEssential) goesOn = false;
  }
}

async function recorded(scene: Scene, { id, run }: Step): Promise<StepRecord> {
  const { runFolder, environment } = scene;
  const before = scene.record.steps;
  const start = Date.now();
  const begun: StepRecord = { environment, step: id, startedAt: new Date(start).toISOString(), findings: [] };
  const save = (record: StepRecord) => runFolder.save({ ...runFolder.now, steps: [...before, record] });
  save(begun);
  const [outcome] = await Promise.allSettled([run(scene)]);
  if (outcome.status === "rejected" && !isFailure(outcome.reason)) throw outcome.reason;
  if (outcome.status === "rejected") scene.log(`${id}: ${outcome.reason.message}`);
  const seconds = Math.round((Date.now() - start) / 1000);
  const record =
    outcome.status === "fulfilled"
      ? { ...begun, seconds, findings: outcome.value }
      : { ...begun, seconds, failure: faultIn(outcome.reason.message) };
  save(record);
  return record;
}

function isFailure(error: unknown): error is Error {
  if (error instanceof Interrupted || signals.stopped) return false;
  return error instanceof CommandError || (error instanceof Error && error.name === "NotListed");
}

function linesOf({ failure, findings }: StepRecord): readonly string[] {
  if (failure !== undefined) return [`    failed: ${failure}`];
  return findings.map(({ id, verdict }) => {
    const why = verdict.kind === "confirmed" ? "" : `: ${verdict.kind === "refuted" ? verdict.seen : verdict.why}`;
    return `    ${verdict.kind.padEnd(14)}  ${id}${why.split("\n")[0]}`;
  });
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
  return [
    {
      id: "bootstrap",
      question: "Can the person assume the deploy identity of both clouds after the bootstrap's apply?",
      settles: "The trust policies of the identities, and the time that IAM needs.",
      verdict: confirmed("AWS STS and Google gave a session of the deploy identity"),
    },
  ];
}

async function deploy(scene: Scene): Promise<readonly Finding[]> {
  await scene.deploy();
  const made = (await scene.resources()).length;
  return [
    {
      id: "first-deploy",
      question: "Does the first deploy into an empty account end, with the permissions of the deploy identity alone?",
      settles: "The order of creation, the forms of all arguments, and the tables of permissions of the bootstrap.",
      verdict: confirmed(`${made} resources were created`),
    },
  ];
}

async function verify(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const variables = { CALLER_TOKEN: await callers.token("reader"), OTHER_CALLER_TOKEN: await callers.token("writer") };
  const args = ["verify", scene.environment, "--logs", "--plan", "--inventory"];
  const { smokeFailure, probes } = (await scene.report(args, variables)) as VerifyReport;
  const smoke: Finding = {
    id: "smoke",
    question: "Does every service answer within five minutes of the deploy?",
    settles: "How long both clouds take until a new grant counts.",
    verdict:
      smokeFailure === undefined
        ? confirmed("every service that the run may call answered")
        : refuted(smokeFailure, "callers get errors after a first deploy", "read docs/how-to/incidents.md"),
  };
  return [smoke, ...probes];
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
  let count = 0;
  for (const [key, scope] of Object.entries(routesOf(scene.environment))) {
    for (const { who, token, scopes } of presented) {
      await signals.check();
      const status = await callers.call(key, token);
      const may = scope === null || scopes.some((each) => each === scope);
      count += 1;
      if (may ? !isServed(status) : !isRefused(status)) wrong.push(`${who} got ${status} from ${key}`);
    }
  }
  return [
    {
      id: "matrix",
      question: "Does each route let exactly the callers in that config names, over every call of a matrix?",
      settles: "That gateway, authorizer, federation and Cloud Run together decide as the access ledger says.",
      verdict:
        wrong.length === 0
          ? confirmed(`${count} calls, each answered as config says`)
          : refuted(wrong.join("; "), "access differs from the ledger", "report it as SECURITY.md describes"),
    },
  ];
}

/** Makes every change that applies, looks for all of them at once, repairs them by a deploy, and looks again. */
async function drift(scene: Scene): Promise<readonly Finding[]> {
  const resources = await scene.resources();
  const made: { readonly kind: DriftKind; readonly resource: StateResource }[] = [];
  const untold: Finding[] = [];
  for (const kind of DRIFT_KINDS) {
    const resource = resources.find((each) => each.type === kind.type && (kind.picks?.(each) ?? true));
    if (resource === undefined) continue;
    try {
      await kind.make(resource.values, scene);
      made.push({ kind, resource });
    } catch (error) {
      if (!isFailure(error)) throw error;
      untold.push(driftFinding(kind, couldNotTell(error.message)));
    }
  }
  const found = addressesIn(await scene.report(["drift", scene.environment]));
  const findings = made.map(({ kind, resource: { address } }) =>
    driftFinding(
      kind,
      found.includes(address)
        ? confirmed(`drift names ${address}`)
        : refuted(`drift does not name ${address}`, "such a change stays unnoticed", "report it to this project"),
    ),
  );
  await scene.deploy();
  const still = addressesIn(await scene.report(["drift", scene.environment]));
  return [
    ...findings,
    ...untold,
    {
      id: "drift-repaired",
      question: "Does one deploy undo every change that was made past Terraform?",
      settles: "That the provider can write each of these attributes back.",
      verdict:
        still.length === 0
          ? confirmed(`${made.length} changes were undone`)
          : refuted(
              `drift still names ${still.join(", ")}`,
              "a deploy does not repair it",
              "report it to this project",
            ),
    },
  ];
}

function driftFinding(kind: DriftKind, verdict: Verdict): Finding {
  return {
    id: `drift-${kind.id}`,
    question: `Does drift name the object if a person ${kind.change}?`,
    settles: "That the provider reads the attribute from the cloud.",
    verdict,
  };
}

/** Addresses in the JSON of `drift`. */
function addressesIn(report: unknown): readonly string[] {
  type Changed = readonly { readonly address: string }[];
  const models = report as readonly { readonly resources: Changed; readonly drift: Changed }[];
  return [
    ...new Set(
      models.flatMap(({ resources, drift: drifted }) => [...drifted, ...resources]).map(({ address }) => address),
    ),
  ];
}

/** How long a rotation may take, in seconds: its function waits for Cognito between two steps. */
const ROTATION_SECONDS = 600;

async function rotate(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const { clients } = await scene.outputs();
  const secret = ["--secret-id", clients.reader?.secret_arn ?? ""];
  const before = await current(scene, secret);
  const old = await callers.token("reader");
  const tokens = [old];
  const { statuses } = await callers.during(
    "GET /read",
    () => tokens,
    async () => {
      await scene.tools.aws("secretsmanager", "rotate-secret", ...secret);
      await until("rotating the secret of reader", ROTATION_SECONDS, async () => {
        const now = await current(scene, secret);
        return now.version !== before.version && !now.isPending ? now : undefined;
      });
      tokens.push(await callers.token("reader"));
      await pause(5000);
    },
  );
  const bad = statuses.filter((status) => !isServed(status));
  return [
    {
      id: "rotation",
      question: "Does a client secret rotate without a failed call, and does the new secret get a token?",
      settles: "Cognito's second secret of an app client, and the order of the rotation's steps.",
      verdict:
        bad.length === 0
          ? confirmed(`${statuses.length} calls during a rotation, none failed`)
          : refuted(
              `${bad.length} of ${statuses.length} calls got ${[...new Set(bad)].join(", ")}`,
              "callers fail while a secret rotates",
              "read docs/how-to/secrets.md, and report it",
            ),
    },
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

async function revoke(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const [token, other] = [await callers.token("reader"), await callers.token("writer")];
  await scene.succeed(["revoke", scene.environment, "reader"]);
  const gone = await callers.untilAnswered("GET /read", token, isRefused, REVOCATION_SECONDS);
  const others = await callers.call("GET /read", other);
  await scene.succeed(["revoke", scene.environment, "reader", "--undo"]);
  const back = await callers.untilAnswered("GET /read", token, isServed, REVOCATION_SECONDS);
  return [
    {
      id: "revocation",
      question: "Does a revocation refuse a caller's valid token at once, and no other caller's?",
      settles: "That a changed function and a changed cache key count for the next call.",
      verdict:
        gone !== undefined && isServed(others)
          ? confirmed(`refused ${gone} s after the command; another caller still got ${others}`)
          : refuted(
              gone === undefined
                ? `the caller still passes after ${REVOCATION_SECONDS} s`
                : `another caller got ${others}`,
              "a revocation does not do what it says",
              "read docs/how-to/emergency-brake.md, and report it",
            ),
    },
    {
      id: "revocation-undone",
      question: "Does --undo let the caller in again?",
      settles: "The same in the other direction.",
      verdict:
        back !== undefined
          ? confirmed(`served ${back} s after the command`)
          : refuted(
              `still refused after ${REVOCATION_SECONDS} s`,
              "a caller stays locked out",
              "deploy, and report it",
            ),
    },
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
  return [
    {
      id: "disabled-client",
      question: "Does a client that config disables lose access with the deploy, although its token is still valid?",
      settles: "That the decision takes the client from config, and not only from the token.",
      verdict:
        gone === undefined
          ? refuted(
              `still served after ${DEPLOY_SECONDS} s`,
              "a disabled client keeps access",
              "report it as SECURITY.md describes",
            )
          : confirmed(`refused ${gone} s after the deploy`),
    },
  ];
}

async function deployed(scene: Scene, settings: Settings): Promise<void> {
  await scene.configure(settings);
  await scene.deploy();
}

async function canary(scene: Scene): Promise<readonly Finding[]> {
  const callers = await Callers.of(scene);
  const tokens = [await callers.token("writer")];
  const { result, statuses } = await callers.during(
    "GET /read",
    () => tokens,
    async () => {
      await deployed(scene, { canary: 50 });
      const half = await sharesOf(scene);
      await deployed(scene, { canary: 100 });
      return [half, await sharesOf(scene)];
    },
  );
  const [half = [], whole = []] = result;
  const bad = statuses.filter((status) => !isServed(status));
  const isDivided = half.join() === "50,50" && whole.join() === "100";
  return [
    {
      id: "canary",
      question: "Does a canary get its share and then every call, and does no call fail meanwhile?",
      settles: "Revisions that are named by their content, and the change of traffic between them.",
      verdict:
        isDivided && bad.length === 0
          ? confirmed(`shares ${half.join(" and ")}, then ${whole.join()}; ${statuses.length} calls, none failed`)
          : refuted(
              `shares ${half.join(" and ")}, then ${whole.join(" and ")}; ${bad.length} of ${statuses.length} calls failed`,
              "a canary does not move as planned",
              "read docs/how-to/canary.md, and report it",
            ),
    },
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
    {
      id: "nothing-left",
      question: "Is nothing of the environment left in either cloud after terraform destroy?",
      settles: "The order of removal, and that nothing makes objects that no state knows.",
      verdict:
        found.length === 0
          ? confirmed("neither tags nor names show anything")
          : refuted(found.map(({ what }) => what).join(", "), "it may cost money", "npm run e2e -- --clean removes it"),
    },
  ];
}
