import { type Answer, answerOf } from "../../../../../cli/verify/deployed/answer";
import { probeRoutes } from "../../../../../cli/verify/deployed/routes";
import { expectedCallers } from "../../../../../cli/verify/deployed/tokens";
import { mcpChallenge, mcpMetadata } from "../../../../../cli/verify/probes/mcp";
import type { FrontDoor, Probe } from "../../../../../cli/verify/probes/probe";
import type { AuthorizerPolicy } from "../../../../../contract/policy-file";
import { deployment } from "../../../../support/verify/deployment";
import { POLICY } from "../../../../support/verify/policy";
import { TOKENS } from "../../../../support/verify/run";

const AUDIENCE = "https://api.shop.example/mcp";
const SERVER: AuthorizerPolicy["routes"] = {
  "POST /mcp": {
    service: "orders",
    access: { scopes: ["orders/read"] },
    mcp: { audience: AUDIENCE, origins: [], challenge: "Bearer" },
  },
};

function doorWith(routes: AuthorizerPolicy["routes"]): FrontDoor {
  const policy = { ...POLICY, routes: { ...POLICY.routes, ...routes } };
  const known = { ...deployment(), kind: "rest" as const, policy };
  return {
    deployment: known,
    routes: probeRoutes(policy, []),
    callers: expectedCallers(TOKENS, known),
    logs: undefined,
  };
}

async function kindOf(probe: Probe, answers: readonly Answer[]) {
  const plan = probe.plan(doorWith(SERVER));
  if (!("requests" in plan)) return plan.kind;
  expect(plan.requests).toHaveLength(answers.length);
  return (await plan.judge(answers)).kind;
}

const document = (resource: string) => answerOf({ status: 200, headers: {}, body: JSON.stringify({ resource }) });
const refused = (headers: Record<string, string>, status = 401) => answerOf({ status, headers, body: "{}" });
const METADATA =
  'Bearer scope="x", resource_metadata="https://api.shop.example/.well-known/oauth-protected-resource/mcp"';

test.each<[Probe, readonly Answer[], string]>([
  [mcpMetadata, [document(AUDIENCE), document(AUDIENCE)], "confirmed"],
  [mcpMetadata, [document(AUDIENCE), document("https://evil.example/mcp")], "refuted"],
  [mcpMetadata, [document(AUDIENCE), refused({}, 403)], "refuted"],
  [mcpMetadata, [answerOf({ status: 200, headers: {}, body: "" }), document(AUDIENCE)], "refuted"],
  [mcpChallenge, [refused({ "www-authenticate": METADATA }), refused({ "www-authenticate": METADATA })], "confirmed"],
  [mcpChallenge, [refused({ "www-authenticate": METADATA }), refused({})], "refuted"],
  [
    mcpChallenge,
    [refused({ "x-amzn-remapped-www-authenticate": METADATA }), refused({ "www-authenticate": METADATA })],
    "refuted",
  ],
  [
    mcpChallenge,
    [refused({ "www-authenticate": METADATA }, 403), refused({ "www-authenticate": METADATA })],
    "refuted",
  ],
])("%o judges the answers", async (probe, answers, kind) => {
  expect(await kindOf(probe, answers)).toBe(kind);
});

test("without a server there is nothing to ask", () => {
  expect([mcpMetadata, mcpChallenge].map((probe) => probe.plan(doorWith({})))).toEqual([
    expect.objectContaining({ kind: "could not tell" }),
    expect.objectContaining({ kind: "could not tell" }),
  ]);
});
