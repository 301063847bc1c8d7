import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { type Asked, askedOf, type Drawn, type DrawnRequest, faultOf, IDS, NOW } from "./environment";
import { translated } from "./translator";

/** What one side answers. */
export interface Answer {
  readonly allowed: boolean;
  /** Cedar: words that its policies give. Function: the word in its log. */
  readonly reasons: readonly string[];
  /** Who calls, who acts, and the service that the identity opens. Only of a call that is allowed. */
  readonly opened?: string | undefined;
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

  async decide({ policy, variables, documents, events }: Asked): Promise<readonly Answer[]> {
    if (this.#environments++ % ENVIRONMENTS_PER_THREAD === 0) await this.#renew();
    const worker = this.#worker as Worker;
    const { answers, error } = await new Promise<{ answers?: readonly Raw[]; error?: string }>((resolve, reject) => {
      worker.removeAllListeners();
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.postMessage({ policy, variables, documents, events });
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
  readonly log: { readonly decision: string; readonly reason?: string } | undefined;
}

/** Both the answer and the log count: what the gateway reads, and why. */
function answerOf({ answer, log }: Raw): Answer {
  const isAllow = answer?.isAuthorized === true || answer?.policyDocument?.Statement?.[0]?.Effect === "Allow";
  const { client, actor, googleAuthorization = "" } = answer?.context ?? {};
  const [, payload = ""] = String(googleAuthorization).split(".");
  const email = isAllow ? JSON.parse(Buffer.from(payload, "base64url").toString()).email : "";
  const reasons = isAllow
    ? []
    : [log?.decision === "unavailable" || !log?.reason ? `unavailable ${log?.reason}` : log.reason];
  return { allowed: isAllow, reasons, opened: isAllow ? `${client} ${actor} ${email}` : undefined };
}

/** Both decisions on each request of an environment. Undefined if its config breaks a rule. */
export async function compared(built: BuiltFunction, drawn: Drawn): Promise<readonly Compared[] | undefined> {
  const asked = askedOf(drawn);
  if (asked === undefined) return undefined;
  const answers = built.decide(asked);
  const { kind } = drawn.config.gateway;
  const { policies, questionOf } = translated(drawn.config, { ...IDS, revoked: drawn.revoked, now: NOW });
  const parsed = preparsePolicySet("environment", { staticPolicies: { ...policies } });
  if (parsed.type === "failure") throw new Error(JSON.stringify(parsed.errors));
  const byCedar = drawn.requests.map(({ presented, ...request }) => {
    const question = questionOf({ ...request, fault: faultOf(presented, kind), claims: presented.claims });
    return question && { ...decided(question), route: question.action.id as string };
  });
  const byFunction = await answers;
  return drawn.requests.map((request, index) => {
    const position = asked.positions[index];
    const [one, other] = [position === undefined ? undefined : byFunction[position], byCedar[index]];
    return { request, byFunction: one, byCedar: other, route: other?.route, differs: !agree(one, other) };
  });
}

// biome-ignore lint/suspicious/noExplicitAny: Cedar's question
function decided(question: any): Answer {
  const answer = statefulIsAuthorized({ ...question, preparsedPolicySetId: "environment" });
  if (answer.type === "failure") throw new Error(JSON.stringify([answer.errors, question]));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify([diagnostics.errors, question]));
  const { principal, resource, context } = question;
  const isPublic = question.entities[0].parents.every(({ id }: { id: string }) => id !== "scoped");
  const [client, actor] = isPublic ? ["-", "-"] : [principal.id, context.actor?.__entity.id ?? "-"];
  const account = `shop-dev-${resource.id}@shop-project.iam.gserviceaccount.com`;
  return {
    caller: principal.id,
    actor: context.actor?.__entity.id ?? "-",
    allowed: decision === "allow",
    reasons:
      decision === "allow"
        ? []
        : diagnostics.reason
            .map((id) => id.slice(0, id.indexOf(" ")))
            .map((reason) => (reason === "fault" ? context.fault : reason)),
    opened: decision === "allow" ? `${client} ${actor} ${account}` : undefined,
  };
}

/** Without a policy that forbids, Cedar refuses because no policy permits: the scope is missing. */
function agree(one: Answer | undefined, other: Answer | undefined): boolean {
  if (one === undefined || other === undefined)
    return !one?.allowed && !other?.allowed && (one === undefined || other !== undefined);
  if (one.allowed !== other.allowed || one.opened !== other.opened) return false;
  const [reason = ""] = one.reasons;
  return one.allowed || reason === "scope" || other.reasons.includes(reason);
}
