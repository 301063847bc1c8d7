import { type Answer, answerOf } from "../../../../../cli/verify/deployed/answer";
import { ECHO_MARK } from "../../../../../cli/verify/deployed/echo";
import { probeRoutes } from "../../../../../cli/verify/deployed/routes";
import { expectedCallers, type Tokens } from "../../../../../cli/verify/deployed/tokens";
import { envoyDecides, envoyHints, envoyRefuses, junkTokenOfJwt } from "../../../../../cli/verify/probes/envoy";
import { pathTricks } from "../../../../../cli/verify/probes/paths";
import type { FrontDoor, Plan, Probe } from "../../../../../cli/verify/probes/probe";
import { deployment } from "../../../../support/verify/deployment";
import { POLICY } from "../../../../support/verify/policy";
import { TOKENS } from "../../../../support/verify/run";

function door(tokens: Tokens = TOKENS): FrontDoor {
  const known = deployment();
  return {
    deployment: known,
    routes: probeRoutes(POLICY, []),
    callers: expectedCallers(tokens, known),
    logs: undefined,
  };
}

const google = { "x-cloud-trace-context": "1" };
const said = (status: number, body: object | string = { status }): Answer =>
  answerOf({ status, headers: google, body: typeof body === "string" ? body : JSON.stringify(body) });
const gateway = (status: number, message: string): Answer =>
  answerOf({ status, headers: {}, body: JSON.stringify({ message }) });

async function verdict(probe: Probe, ...answers: readonly Answer[]) {
  const plan = probe.plan(door());
  if (!("requests" in plan)) return plan;
  expect(plan.requests).toHaveLength(answers.length);
  return plan.judge(answers);
}

const requests = (probe: Probe) => (probe.plan(door()) as Plan).requests;

test("calls a scoped route of each service past the gateway, without a token and with an invalid one", () => {
  expect(requests(envoyRefuses).map(({ to, path, as }) => [to, path, as])).toEqual([
    [{ service: "orders" }, "/orders", undefined],
    [{ service: "orders" }, "/orders", "junk"],
  ]);
});

test.each([
  ["confirmed", [said(401), said(403)]],
  // An app's answer for an unknown id.
  ["refuted", [said(401), said(404, "no such order")]],
  ["refuted", [said(200, {}), said(401)]],
  ["could not tell", [said(404, "The requested URL was not found on this server"), said(401)]],
  ["could not tell", [said(503), said(401)]],
])("%s if services answer like this without a valid token", async (kind, answers) => {
  expect((await verdict(envoyRefuses, ...answers)).kind).toBe(kind);
});

test.each([
  ["confirmed", [said(200, {}), said(403)]],
  ["refuted", [said(200, {}), said(200, {})]],
  ["could not tell", [said(403), said(403)]],
])("%s if an open route and a closed one answer like this", async (kind, answers) => {
  expect(requests(envoyDecides).map(({ to, path, as }) => [to, path, as])).toEqual([
    [{ service: "orders" }, "/orders", "CALLER_TOKEN"],
    [{ service: "orders" }, "/orders/export", "CALLER_TOKEN"],
  ]);
  expect((await verdict(envoyDecides, ...answers)).kind).toBe(kind);
});

const echo = (headers: object) => said(200, { headers: { [ECHO_MARK]: "1", ...headers } });

test.each([
  ["confirmed", echo({ "x-caller-subject": "someone" })],
  ["refuted", echo({ "x-caller-scopes": "orders/read,forged-by-the-caller" })],
  ["could not tell", said(200, {})],
])("%s if forged headers arrive like this", async (kind, answer) => {
  expect((await verdict(envoyHints, answer)).kind).toBe(kind);
});

test.each([
  ["confirmed", gateway(401, "Unauthorized")],
  ["refuted", gateway(403, "Forbidden")],
  ["refuted", said(200, {})],
  ["refuted", said(401)],
])("%s if the gateway answers an invalid token like this", async (kind, answer) => {
  expect((await verdict(junkTokenOfJwt, answer)).kind).toBe(kind);
});

test("without a token, Envoy's decision is unknown", () => {
  for (const probe of [envoyDecides, envoyHints]) {
    expect(probe.plan(door({}))).toEqual({ kind: "could not tell", why: "set CALLER_TOKEN" });
  }
});

test.each([
  [true, 403, "confirmed"],
  [true, 200, "refuted"],
  // Where functions decide, a refusal that comes from Google shows that the authorizer let the path pass.
  [false, 403, "refuted"],
])("with Envoy: %j, tricky paths that a service answers with %d are %s", async (byEnvoy, status, kind) => {
  const known = door();
  const plan = pathTricks.plan({ ...known, deployment: { ...known.deployment, byEnvoy } });
  if (!("requests" in plan)) throw new Error(plan.kind);
  expect((await plan.judge(plan.requests.map(() => said(status)))).kind).toBe(kind);
});
