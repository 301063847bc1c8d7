import { randomBytes } from "node:crypto";
import { type Answer, described, inWords, refusedByGateway, servedBy } from "../deployed/answer";
import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { describeQueries, type LogQueries, LogsUnreadable, logQueries, REQUEST_ID } from "../logs/log-reader";
import {
  type FrontDoor,
  get,
  NO_SCOPED,
  onCallableRoute,
  openAndClosed,
  type Probe,
  planOf,
  scopedRoute,
} from "./probe";

/** The probe sets the trace itself (W3C Trace Context), so that Cloud Run's line can be found without the service. */
export const logsJoin: Probe = {
  id: "logs-join",
  question: "Do the gateway's access log and Cloud Run's request log both have a line for the same request?",
  settles: "Whether the gateway forwards traceparent, and Cloud Run's request log takes its trace from it.",
  plan: onCallableRoute((route, door) => {
    const traceId = randomBytes(16).toString("hex");
    const traceparent = `00-${traceId}-${randomBytes(8).toString("hex")}-01`;
    return planOf([get(route, { headers: { traceparent } })], async ([answer]) => {
      if (!servedBy(answer)) return couldNotTell(described(route.key, answer));
      return withQueries(door, answer, traceId, (queries) => joined(door, answer, queries));
    });
  }),
};

async function joined({ logs }: FrontDoor, answer: Answer, queries: LogQueries): Promise<Verdict> {
  const atGateway = await logs?.accessLine(queries);
  const atRun = await logs?.runLine(queries);
  if (atGateway === undefined) {
    return refuted(
      `the access log has no line of request ${answer.requestId}`,
      "an id that a caller quotes finds no line",
      "see whether the stage writes its log at all, and to this group (stacks/aws/http-gateway.ts)",
    );
  }
  if (atRun === undefined) {
    return refuted(
      `the access log has a line of request ${answer.requestId}, but Cloud Logging has none`,
      "the trace does not reach Cloud Run, and the service does not log X-Request-Id",
      "let the service log X-Request-Id as jsonPayload.requestId (docs/reference/log-fields.md)",
    );
  }
  const status = String(answer.status);
  const others = [atGateway.integrationStatus, atRun.status].filter((each) => each !== undefined && each !== status);
  if (others.length === 0)
    return confirmed(`both sides have a line of request ${answer.requestId}, with status ${status}`);
  return refuted(
    `request ${answer.requestId} was answered ${status}, but a log has ${others.join(", ")}`,
    "the lines that were found belong to other requests",
    "compare the two lines by hand: the queries are in docs/reference/log-fields.md",
  );
}

/** Applies only if logs are read. */
export const refusalInAccessLog: Probe = {
  id: "refusal-in-access-log",
  question: "Does the access log show the authorizer's decision when it refuses?",
  settles: "Whether $context.authorizer.KEY is set for a refused request is not documented.",
  plan(door) {
    const refused = refusal(door);
    if ("kind" in refused) return refused;
    if (door.logs === undefined) return couldNotTell("this probe needs --logs");
    const { route, as, expected } = refused;
    return planOf([get(route, { as })], async ([answer]) => {
      if (!refusedByGateway(answer, 403)) return couldNotTell(`${route.key} as ${as}: ${inWords(answer)}`);
      return withQueries(door, answer, "", async (queries) => {
        const decision = (await door.logs?.accessLine(queries))?.decision;
        if (decision === undefined) return couldNotTell(`the access log has no line of request ${answer.requestId}`);
        if (decision === expected) return confirmed(`decision is "${decision}"`);
        return refuted(
          `decision is "${decision}"`,
          "the access log does not say why a request was refused",
          "look in the authorizer's own log; document it in docs/reference/log-fields.md",
        );
      });
    });
  },
};

/**
 * A request that the function refuses. On a REST API, a junk token makes the function fail, which gives the log no
 * decision.
 */
function refusal(door: FrontDoor) {
  if (door.deployment.kind === "rest") {
    const picked = openAndClosed(door);
    return "kind" in picked ? picked : ({ route: picked.closed, as: "CALLER_TOKEN", expected: "forbidden" } as const);
  }
  const route = scopedRoute(door);
  if (route === undefined) return couldNotTell(NO_SCOPED);
  return { route, as: "junk", expected: "unauthenticated" } as const;
}

async function withQueries(
  { deployment, logs }: FrontDoor,
  { requestId }: Answer,
  traceId: string,
  judge: (queries: LogQueries) => Promise<Verdict>,
): Promise<Verdict> {
  if (requestId === undefined || !REQUEST_ID.test(requestId)) return couldNotTell("the response has no request id");
  const queries = logQueries(deployment.logs, requestId, traceId);
  if (logs === undefined)
    return couldNotTell(`with --logs, these queries are run and compared:\n${describeQueries(queries)}`);
  try {
    return await judge(queries);
  } catch (error) {
    if (!(error instanceof LogsUnreadable)) throw error;
    return couldNotTell(`${error.message}; run the queries yourself:\n${describeQueries(queries)}`);
  }
}
