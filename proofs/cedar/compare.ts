import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Worker } from "node:worker_threads";
import { type Answer, cedarFor } from "./cedar";
import { type Asked, askedOf, type Drawn, type DrawnRequest, NOW, WIRINGS } from "./environment";
import { faultOf } from "./presented";

export interface Compared {
  readonly request: DrawnRequest;
  /** Undefined if the gateway refused before the program was asked. */
  readonly byProgram: Answer | undefined;
  /** Undefined if no route takes the request. */
  readonly byCedar: Answer | undefined;
  readonly route: string | undefined;
  readonly differs: boolean;
  /** Differences by design that change Cedar's decision. */
  readonly by?: readonly string[];
}

/** An instance of the module stays in its thread's memory, so the thread is replaced after this many environments. */
const ENVIRONMENTS_PER_THREAD = 60;

/** The built function in a thread of its own. */
export class BuiltFunction {
  readonly #folder = mkdtempSync(join(tmpdir(), "front-door-cedar-"));
  readonly #script: string;
  #worker: Worker | undefined;
  #environments = 0;

  constructor(artefact: string, script: string) {
    copyFileSync(artefact, join(this.#folder, "index.mjs"));
    this.#script = script;
  }

  async decide({ policy, variables, documents, answers, events }: Asked): Promise<readonly Answer[]> {
    if (this.#environments++ % ENVIRONMENTS_PER_THREAD === 0) await this.#renew();
    const worker = this.#worker as Worker;
    const { answers: found, error } = await new Promise<{ answers?: readonly Raw[]; error?: string }>(
      (resolve, reject) => {
        worker.removeAllListeners();
        worker.once("message", resolve);
        worker.once("error", reject);
        worker.postMessage({ policy, variables, documents, answers, events });
      },
    );
    if (found === undefined) return events.map(() => ({ allowed: false, reasons: [`no start: ${error}`] }));
    return found.map((raw, index) => answerOf(raw, events[index]?.event));
  }

  async stop(): Promise<void> {
    await this.#worker?.terminate();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #renew(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = new Worker(this.#script, { workerData: { folder: this.#folder, now: NOW }, env: {}, stdout: true });
  }
}

interface Raw {
  // biome-ignore lint/suspicious/noExplicitAny: answers of both kinds of API
  readonly answer: any;
  readonly log: Readonly<Partial<Record<string, string>>> | undefined;
}

/** Reasons of refusals to a caller who is known, whom the log then names. */
const OF_A_KNOWN_CALLER = ["client-revoked", "scope", "path-claim"];

/** Reasons of refusals that ask for another token: 401 of a REST API. */
const OF_THE_TOKEN = [
  ...["authorization-count", "authorization-shape", "token-size", "token-shape", "token-algorithm", "token-claims"],
  ...["issuer-unknown", "key-unknown", "signature", "expired", "not-yet-valid", "audience", "token-use"],
  ...["client-unknown", "subject-shape", "credentials-expired", "credentials-unknown"],
];

/** Both the answer and the log count: what the gateway reads, and why. */
function answerOf({ answer, log }: Raw, { methodArn: Resource }: { methodArn?: string } = {}): Answer {
  const isDeny = answer?.policyDocument?.Statement?.[0]?.Effect === "Deny";
  const isAllow = answer?.isAuthorized === true || answer?.policyDocument?.Statement?.[0]?.Effect === "Allow";
  const { subject, client, actor, scopes, issuer, callerKind, googleAuthorization = "" } = answer?.context ?? {};
  const [, payload = ""] = String(googleAuthorization).split(".");
  const email = isAllow ? JSON.parse(Buffer.from(payload, "base64url").toString()).email : "";
  const reasons = isAllow
    ? []
    : [log?.decision === "unavailable" || !log?.reason ? `unavailable ${log?.reason}` : log.reason];
  const { policyDocument } = answer ?? {};
  const [{ Effect = "" } = {}] = policyDocument?.Statement ?? [];
  const statement = { Version: "2012-10-17", Statement: [{ Action: "execute-api:Invoke", Effect, Resource }] };
  if (policyDocument && !isDeepStrictEqual(policyDocument, statement)) reasons.unshift("another statement");
  // A refusal names neither scopes nor an identity.
  if (!isAllow && answer?.context && (scopes !== "-" || googleAuthorization !== "-")) reasons.unshift("leak");
  const { route, service, client: name, actor: party, issuer: from, kind, level } = log ?? {};
  const isNamed = isAllow || reasons.some((reason) => OF_A_KNOWN_CALLER.includes(reason));
  const isLevel = level === (isAllow ? "INFO" : reasons[0]?.startsWith("unavailable") ? "ERROR" : "WARN");
  return {
    allowed: isAllow,
    reasons,
    ...(isAllow && { opened: { subject, client, actor, scopes, issuer, kind: callerKind, account: email } }),
    // A REST API answers any error but this one with 500.
    ...(Resource && !isAllow && { status: isDeny ? 403 : answer?.error === "Unauthorized" ? 401 : 500 }),
    logged: isLevel
      ? { route, service, ...(isNamed && { client: name, actor: party, issuer: from, kind }) }
      : { level },
  };
}

/** An environment with what its function is asked, and with what Cedar decides. */
export interface Recorded {
  readonly drawn: Drawn;
  readonly asked: Asked;
  readonly byCedar: readonly (Answer | undefined)[];
}

/** Undefined if the config breaks a rule. */
export function recorded(drawn: Drawn, asked = askedOf(drawn)): Recorded | undefined {
  if (asked === undefined) return undefined;
  const { kind } = drawn.config.gateway;
  const cedar = cedarFor(drawn.config, { ...drawn.ids, revoked: drawn.revoked, now: NOW });
  const byCedar = drawn.requests.map(({ presented, ...request }) =>
    cedar({ ...request, fault: faultOf(presented, kind), claims: presented.claims }),
  );
  return { drawn, asked, byCedar };
}

/** Both decisions on each request of an environment. Undefined if its config breaks a rule. */
export async function compared(built: BuiltFunction, drawn: Drawn): Promise<readonly Compared[] | undefined> {
  const asked = askedOf(drawn);
  if (asked === undefined) return undefined;
  // The function has a thread of its own, so it decides while Cedar does.
  const answers = built.decide(asked);
  const record = recorded(drawn, asked) as Recorded;
  return comparedWith(record, await answers);
}

/** @param answers of a function that was asked `record.asked` */
export function comparedWith({ drawn, asked, byCedar }: Recorded, answers: readonly Answer[]): readonly Compared[] {
  return drawn.requests.map((request, index) => {
    const position = asked.positions[index];
    const [one, other] = [position === undefined ? undefined : answers[position], byCedar[index]];
    const isFaulty = position !== undefined && asked.events[position]?.isFaulty;
    const differs = isFaulty ? !isRefused(request, one, other) : !agree(one, other);
    return { request, byProgram: one, byCedar: other, route: other?.route, differs };
  });
}

/** Whether Cedar allows the call for the same caller. */
export function sameOpened({ opened }: Answer, other: Answer | undefined): boolean {
  return other?.allowed === true && areIn(opened, other.opened);
}

/** The program may show less than Cedar does. */
function areIn(shown: Answer["opened"], all: Answer["opened"]): boolean {
  return Object.entries(shown ?? {}).every(([name, value]) => all?.[name] === value);
}

/** Whether an event that the stack does not declare is refused: for its fault, or for a reason that Cedar has too. */
function isRefused({ wiring = "no stage" }: DrawnRequest, one: Answer | undefined, other: Answer | undefined): boolean {
  const reasons: readonly string[] = [...(other?.reasons ?? []), WIRINGS[wiring], `unavailable ${WIRINGS[wiring]}`];
  return one?.allowed === false && reasons.includes(one.reasons[0] ?? "");
}

function agree(one: Answer | undefined, other: Answer | undefined): boolean {
  if (one === undefined || other === undefined)
    return !one?.allowed && !other?.allowed && (one === undefined || other !== undefined);
  if (one.allowed !== other.allowed || !areIn(one.logged, other.logged)) return false;
  if (one.allowed) return one.reasons.length === 0 && sameOpened(one, other);
  const [reason = ""] = one.reasons;
  const status = reason.startsWith("unavailable") ? 500 : OF_THE_TOKEN.includes(reason) ? 401 : 403;
  return other.reasons.includes(reason) && (one.status === undefined || one.status === status);
}
