import { Trace } from "../../../../../functions/authorizer/request/log";
import {
  forbidden,
  type Outcome,
  unauthenticated,
  unavailable,
} from "../../../../../functions/authorizer/request/outcome";

const CALLER = { issuer: "customers", client: "customers/web", subject: "ann@example.com", scopes: ["orders/read"] };
const TIMES = { total: expect.any(Number) };

async function lineOf(
  outcome: Outcome,
  prepare: (trace: Trace) => unknown = () => {},
): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  const trace = new Trace({ requestId: "id-1", route: "GET /orders", service: "orders" }, (line) => lines.push(line));
  await prepare(trace);
  trace.finish(outcome);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
  return JSON.parse(lines[0] ?? "");
}

test("an allowed request is one line with exactly these fields", async () => {
  const outcome: Outcome = { decision: "allowed", caller: CALLER, googleAuthorization: "Bearer google.id.token" };
  const line = await lineOf(outcome, async (trace) => {
    await trace.time("verify", () => {});
    trace.cached("token", false);
    trace.cached("googleToken", true);
  });
  expect(line).toEqual({
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: "INFO",
    requestId: "id-1",
    route: "GET /orders",
    service: "orders",
    decision: "allowed",
    issuer: "customers",
    client: "customers/web",
    // echo -n ann@example.com | sha256sum
    subject: "71d4f55f72fa128d",
    milliseconds: { verify: expect.any(Number), ...TIMES },
    cacheHits: { token: false, googleToken: true },
  });
});

test("a refusal has the reason, and the caller if known", async () => {
  expect(await lineOf(forbidden("scope", CALLER))).toMatchObject({
    level: "WARN",
    reason: "scope",
    client: "customers/web",
  });
  expect(await lineOf(unauthenticated("expired"), (trace) => Object.assign(trace, { issuer: "aws" }))).toMatchObject({
    level: "WARN",
    decision: "unauthenticated",
    reason: "expired",
    issuer: "aws",
  });
});

test("a call that could not be decided is an error, with the status of the cloud that refused", async () => {
  expect(await lineOf(unavailable("token-exchange", 403))).toMatchObject({
    level: "ERROR",
    decision: "unavailable",
    reason: "token-exchange",
    upstreamStatus: 403,
  });
});

test("a failed step is also timed", async () => {
  const line = await lineOf(unavailable("assume-role"), (trace) =>
    trace.time("mint", () => Promise.reject(new Error("x"))).catch(() => {}),
  );
  expect(line.milliseconds).toEqual({ mint: expect.any(Number), ...TIMES });
});

test("no line contains a subject, a scope or a token", async () => {
  const callers = [CALLER, { ...CALLER, kind: "agent" as const }, { ...CALLER, actor: "customers/desk" }];
  const lines = callers.flatMap((caller) => [
    lineOf({ decision: "allowed", caller, googleAuthorization: "Bearer google.id.token" }),
    lineOf(forbidden("scope", caller)),
    lineOf(forbidden("subject-unknown", caller)),
  ]);
  const text = JSON.stringify(await Promise.all(lines));
  expect(text).not.toMatch(/ann@|orders\/read|google\.id|Bearer/);
});
