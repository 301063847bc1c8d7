import { preparsePolicySet, statefulIsAuthorized } from "@cedar-policy/cedar-wasm/nodejs";
import { type AskedRequest, type Deployed, translated } from "./translator";

// biome-ignore lint/suspicious/noExplicitAny: config and Cedar's question as plain data
type Data = any;

/** What one side answers. */
export interface Answer {
  readonly allowed: boolean;
  /** Cedar: words that its policies give. Function: the word in its log. */
  readonly reasons: readonly string[];
  /** What the service learns about the caller, and the identity that opens it. Only of a call that is allowed. */
  readonly opened?: Readonly<Record<string, string | undefined>>;
  /** Status of a refusal, if it shows a reason: an HTTP API has one for all of them. */
  readonly status?: number | undefined;
  /** What the log line has about the request and its caller. */
  readonly logged?: Readonly<Record<string, string | undefined>>;
  /** Cedar's principal, acting party and action. */
  readonly caller?: string;
  readonly actor?: string;
  readonly route?: string;
}

/** Cedar's decisions on the requests to one environment. Undefined if no route takes the request. */
export function cedarFor(config: Data, deployed: Deployed): (request: AskedRequest) => Answer | undefined {
  const { policies, questionFor } = translated(config, deployed);
  const parsed = preparsePolicySet("environment", { staticPolicies: { ...policies } });
  if (parsed.type === "failure") throw new Error(JSON.stringify(parsed.errors));
  return (request) => {
    const question = questionFor(request);
    return question && decided(question);
  };
}

function decided(question: Data): Answer {
  const answer = statefulIsAuthorized({ ...question, preparsedPolicySetId: "environment" });
  if (answer.type === "failure") throw new Error(JSON.stringify([answer.errors, question]));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify([diagnostics.errors, question]));
  const { principal, action, context } = question;
  const [allowed, actor] = [decision === "allow", context.actor?.__entity.id ?? "-"];
  const words = diagnostics.reason.map((id) => id.slice(0, id.indexOf(" ")));
  return {
    ...{ allowed, caller: principal.id, actor, route: action.id, logged: loggedBy(question) },
    reasons: allowed ? [] : words.map((reason) => (reason === "fault" ? context.fault : reason)),
    ...(allowed && { opened: openedBy(question) }),
  };
}

/** The caller of a public route is not named: its token is not read. */
function loggedBy({ principal, action, resource, context, entities: [{ parents }, ...involved] }: Data) {
  const own = { route: action.id, service: resource.id };
  if (parents.length === 0) return own;
  const isAgent = involved.some(({ attrs }: Data) => attrs.isAgent);
  return {
    ...{ ...own, client: principal.id, actor: context.actor?.__entity.id, issuer: context.issuer },
    kind: isAgent ? "agent" : undefined,
  };
}

function openedBy({ principal, resource, context, entities: [action, ...involved] }: Data) {
  const account = `shop-dev-${resource.id}@shop-project.iam.gserviceaccount.com`;
  const own = { account, route: action.uid.id };
  if (action.parents.length === 0)
    return { ...own, subject: "anonymous", client: "-", actor: "-", scopes: "-", issuer: "-", kind: "anonymous" };
  const { subject, issuer, actor, carried, byConfig } = context;
  const [caller, acting] = [principal.id, actor?.__entity.id].map(
    (id) => involved.find((each: Data) => each.uid.id === id)?.attrs,
  );
  const isCounted = (scope: string) =>
    (byConfig || carried.includes(scope)) && (acting === undefined || acting.granted.includes(scope));
  return {
    ...{ ...own, subject, client: principal.id, actor: actor?.__entity.id ?? "-", issuer },
    scopes: caller.granted.filter(isCounted).sort().join(" "),
    kind: caller.isAgent || acting?.isAgent ? "agent" : "client",
  };
}
