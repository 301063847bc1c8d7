import { type Answer, answerOf } from "../../../../../cli/verify/deployed/answer";
import { ECHO_MARK } from "../../../../../cli/verify/deployed/echo";
import { probeRoutes } from "../../../../../cli/verify/deployed/routes";
import { expectedCallers, type Tokens } from "../../../../../cli/verify/deployed/tokens";
import {
  googleTokenTwin,
  headerTwins,
  overrideTwins,
  tokenWithheld,
} from "../../../../../cli/verify/probes/forged-headers";
import { refusalInAccessLog } from "../../../../../cli/verify/probes/logs";
import type { FrontDoor, Probe } from "../../../../../cli/verify/probes/probe";
import { junkTokenOfRest, unknownRouteOfRest } from "../../../../../cli/verify/probes/status-codes";
import { deployment } from "../../../../support/verify/deployment";
import { POLICY } from "../../../../support/verify/policy";
import { TOKENS } from "../../../../support/verify/run";

function door(withheld: readonly string[] = ["GET /orders"], tokens: Tokens = TOKENS): FrontDoor {
  const known = { ...deployment(), kind: "rest" as const, withheld };
  return {
    deployment: known,
    routes: probeRoutes(POLICY, []),
    callers: expectedCallers(tokens, known),
    logs: undefined,
  };
}

/** A service's answer, as a REST API passes it on. */
const said = (status: number, headers: object = {}): Answer =>
  answerOf({
    status,
    headers: { "x-amzn-remapped-server": "Google Frontend", "x-amz-apigw-id": "id" },
    body: JSON.stringify({ headers: { [ECHO_MARK]: "1", ...headers } }),
  });
/** The gateway's own answer, with a text other than the status text. */
const refused = (status: number, kind: string): Answer =>
  answerOf({
    status,
    headers: { "x-amzn-errortype": kind, "x-amz-apigw-id": "id=" },
    body: '{"Message":"User is not authorized"}',
  });

async function kindOf(probe: Probe, ...answers: readonly Answer[]) {
  const plan = probe.plan(door());
  if (!("requests" in plan)) return plan.kind;
  expect(plan.requests).toHaveLength(answers.length);
  return (await plan.judge(answers)).kind;
}

test.each<[Probe, readonly Answer[], string]>([
  [junkTokenOfRest, [refused(401, "UnauthorizedException")], "confirmed"],
  [junkTokenOfRest, [refused(403, "AccessDeniedException")], "refuted"],
  [junkTokenOfRest, [said(200)], "refuted"],
  [junkTokenOfRest, [refused(500, "AuthorizerConfigurationException")], "could not tell"],
  [unknownRouteOfRest, [refused(403, "MissingAuthenticationTokenException")], "confirmed"],
  [unknownRouteOfRest, [refused(404, "NotFoundException")], "refuted"],
  [unknownRouteOfRest, [said(404)], "refuted"],
  [headerTwins, [said(200, { "X-Caller-Subject": "somebody" })], "confirmed"],
  [headerTwins, [said(200, { "x-caller-subject": "forged-by-the-caller,somebody" })], "refuted"],
  [headerTwins, [answerOf({ status: 200, headers: {}, body: "no echo" })], "could not tell"],
  [googleTokenTwin, [said(200), said(200)], "confirmed"],
  [googleTokenTwin, [said(200), said(401)], "refuted"],
  [googleTokenTwin, [said(403), said(403)], "could not tell"],
  [overrideTwins, [said(200, { "x-original-url": "," })], "confirmed"],
  [overrideTwins, [said(200, { "x-original-url": "/orders," })], "refuted"],
  [tokenWithheld, [said(200), said(200)], "confirmed"],
  [tokenWithheld, [said(200, { authorization: "" }), said(200, { authorization: "," })], "confirmed"],
  [tokenWithheld, [said(200, { authorization: "Bearer x" }), said(200)], "refuted"],
  [tokenWithheld, [said(200), said(200, { authorization: "Bearer x," })], "refuted"],
  [tokenWithheld, [said(200), refused(403, "AccessDeniedException")], "could not tell"],
])("$id: of these answers %j it says %s", async (probe, answers, expected) => {
  expect(await kindOf(probe, ...answers)).toBe(expected);
});

test("sends the copies of headers in lower case, and the token only to a route that withholds it", () => {
  const [request] = requestsOf(headerTwins);
  expect(Object.keys(request?.headers ?? {})).toEqual([
    "x-caller-subject",
    "x-caller-client",
    "x-caller-actor",
    "x-caller-scopes",
    "x-caller-issuer",
    "x-gateway-route",
    "x-request-id",
  ]);
  const asked = { method: "GET", to: "gateway", path: "/orders", as: "CALLER_TOKEN" };
  expect(requestsOf(tokenWithheld)).toEqual([asked, { ...asked, credentialHeader: "authorization" }]);
  expect(Object.keys(requestsOf(overrideTwins)[0]?.headers ?? {})).toContain("x-original-url");
  expect(tokenWithheld.plan(door([]))).toMatchObject({ kind: "could not tell" });
});

test.each([
  ["forbidden", "confirmed"],
  ["-", "refuted"],
])("the decision %s in the log line of a good token without the scope is %s", async (decision, verdict) => {
  const logs = { accessLine: async () => ({ decision }), runLine: async () => undefined };
  const plan = refusalInAccessLog.plan({ ...door(), logs });
  if (!("requests" in plan)) throw new Error(JSON.stringify(plan));
  // A junk token makes the function fail, and a failed function gives the log no decision.
  expect(plan.requests).toEqual([expect.objectContaining({ as: "CALLER_TOKEN" })]);
  expect((await plan.judge([refused(403, "AccessDeniedException")])).kind).toBe(verdict);
});

function requestsOf(probe: Probe) {
  const plan = probe.plan(door());
  return "requests" in plan ? plan.requests : [];
}
