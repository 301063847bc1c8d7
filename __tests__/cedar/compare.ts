import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { type Asked, askedOf, type Drawn, type DrawnRequest, IDS, NOW } from "./environment";
import { faultOf } from "./presented";
import { translated } from "./translator";

/** What one side answers. */
export interface Answer {
  readonly allowed: boolean;
  /** Cedar: words that its policies give. Function: the word in its log. */
  readonly reasons: readonly string[];
  /** What the service learns about the caller, and the service that the identity opens. Only of a call that is allowed. */
  readonly opened?: string | undefined;
  /** Status that a REST API answers a refusal with. An HTTP API has one for all of them. */
  readonly status?: number | undefined;
  /** Whom the log names, of a refusal that does not doubt who calls. */
  readonly named?: string | undefined;
  /** Cedar's principal and acting party. */
  readonly caller?: string;
  readonly actor?: string;
}

export interface Compared {
  readonly request: DrawnRequest;
  /** Undefined if the gateway refused before the function was asked. */
  readonly byFunction: Answer | undefined;
  /** Undefined if no route takes the request. */
  readonly byCedar: Answer | undefined;
  readonly route: string | undefined;
  readonly differs: boolean;
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

  async decide({ policy, variables, documents, principals, events }: Asked): Promise<readonly Answer[]> {
    if (this.#environments++ % ENVIRONMENTS_PER_THREAD === 0) await this.#renew();
    const worker = this.#worker as Worker;
    const { answers, error } = await new Promise<{ answers?: readonly Raw[]; error?: string }>((resolve, reject) => {
      worker.removeAllListeners();
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.postMessage({ policy, variables, documents, principals, events });
    });
    if (answers === undefined) return events.map(() => ({ allowed: false, reasons: [`no start: ${error}`] }));
    return answers.map(answerOf);
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
  readonly log: Readonly<Partial<Record<"decision" | "reason" | "client" | "actor", string>>> | undefined;
}

/** Reasons of refusals to a caller who is known, whom the log then names. */
const OF_A_KNOWN_CALLER = ["client-revoked", "scope", "path-claim"];

/** Reasons of refusals that ask for another token: 401 of a REST API. */
const OF_THE_TOKEN = [
  ...["authorization-count", "authorization-shape", "token-size", "token-shape", "token-algorithm", "token-claims"],
  ...["issuer-unknown", "key-unknown", "signature", "expired", "not-yet-valid", "audience", "token-use"],
  ...["client-unknown", "subject-shape"],
];

/** Both the answer and the log count: what the gateway reads, and why. */
function answerOf({ answer, log }: Raw): Answer {
  const isDeny = answer?.policyDocument?.Statement?.[0]?.Effect === "Deny";
  const isAllow = answer?.isAuthorized === true || answer?.policyDocument?.Statement?.[0]?.Effect === "Allow";
  const { subject, client, actor, scopes, callerKind, googleAuthorization = "" } = answer?.context ?? {};
  const [, payload = ""] = String(googleAuthorization).split(".");
  const email = isAllow ? JSON.parse(Buffer.from(payload, "base64url").toString()).email : "";
  const reasons = isAllow
    ? []
    : [log?.decision === "unavailable" || !log?.reason ? `unavailable ${log?.reason}` : log.reason];
  const isNamed = reasons.some((reason) => OF_A_KNOWN_CALLER.includes(reason));
  return {
    allowed: isAllow,
    reasons,
    opened: isAllow ? [subject, client, actor, scopes, callerKind, email].join() : undefined,
    status: isDeny ? 403 : answer?.error === "Unauthorized" ? 401 : undefined,
    named: isNamed ? `${log?.client} ${log?.actor ?? "-"}` : undefined,
  };
}

/** Both decisions on each request of an environment. Undefined if its config breaks a rule. */
export async function compared(built: BuiltFunction, drawn: Drawn): Promise<readonly Compared[] | undefined> {
  const asked = askedOf(drawn);
  if (asked === undefined) return undefined;
  const answers = built.decide(asked);
  const { kind } = drawn.config.gateway;
  const { policies, questionFor } = translated(drawn.config, { ...IDS, revoked: drawn.revoked, now: NOW });
  const parsed = preparsePolicySet("environment", { staticPolicies: { ...policies } });
  if (parsed.type === "failure") throw new Error(JSON.stringify(parsed.errors));
  const byCedar = drawn.requests.map(({ presented, ...request }) => {
    const question = questionFor({ ...request, fault: faultOf(presented, kind), claims: presented.claims });
    return question && { ...decided(question), route: question.action.id as string };
  });
  const byFunction = await answers;
  return drawn.requests.map((request, index) => {
    const position = asked.positions[index];
    const [one, other] = [position === undefined ? undefined : byFunction[position], byCedar[index]];
    return { request, byFunction: one, byCedar: other, route: other?.route, differs: !agree(one, other) };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: Cedar's question, or a part of it
type Question = any;

function decided(question: Question): Answer {
  const answer = statefulIsAuthorized({ ...question, preparsedPolicySetId: "environment" });
  if (answer.type === "failure") throw new Error(JSON.stringify([answer.errors, question]));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify([diagnostics.errors, question]));
  const { principal, context } = question;
  const actor = context.actor?.__entity.id ?? "-";
  return {
    caller: principal.id,
    actor,
    allowed: decision === "allow",
    reasons:
      decision === "allow"
        ? []
        : diagnostics.reason
            .map((id) => id.slice(0, id.indexOf(" ")))
            .map((reason) => (reason === "fault" ? context.fault : reason)),
    opened: decision === "allow" ? openedBy(question) : undefined,
    named: `${principal.id} ${actor}`,
  };
}

function openedBy({ principal, resource, context, entities: [action, ...involved] }: Question): string {
  const account = `shop-dev-${resource.id}@shop-project.iam.gserviceaccount.com`;
  if (action.parents.length === 0) return ["anonymous", "-", "-", "-", "anonymous", account].join();
  const { subject, actor, carried, byConfig } = context;
  const [own, acting] = [principal.id, actor?.__entity.id].map(
    (id) => involved.find((each: Question) => each.uid.id === id)?.attrs,
  );
  const isCounted = (scope: string) =>
    (byConfig || carried.includes(scope)) && (acting === undefined || acting.granted.includes(scope));
  const scopes = own.granted.filter(isCounted).sort().join(" ");
  const kind = own.isAgent || acting?.isAgent ? "agent" : "client";
  return [subject, principal.id, actor?.__entity.id ?? "-", scopes, kind, account].join();
}

function agree(one: Answer | undefined, other: Answer | undefined): boolean {
  if (one === undefined || other === undefined)
    return !one?.allowed && !other?.allowed && (one === undefined || other !== undefined);
  if (one.allowed !== other.allowed || one.opened !== other.opened) return false;
  const [reason = ""] = one.reasons;
  if (one.allowed) return true;
  const status = OF_THE_TOKEN.includes(reason) ? 401 : 403;
  const isNamed = one.named === undefined || one.named === other.named;
  return other.reasons.includes(reason) && isNamed && (one.status === undefined || one.status === status);
}
