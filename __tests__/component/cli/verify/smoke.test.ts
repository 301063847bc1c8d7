import type { HttpResponse } from "../../../../cli/verify/deployed/outside";
import { NoAnswer } from "../../../../cli/verify/deployed/outside";
import { probeRoutes } from "../../../../cli/verify/deployed/routes";
import { Sender } from "../../../../cli/verify/sender";
import { SMOKE_PAUSE_SECONDS, SMOKE_SECONDS, smoke } from "../../../../cli/verify/verify";
import { deployment } from "../../../support/verify/deployment";
import { POLICY } from "../../../support/verify/policy";
import { FakeClock, verifyFake } from "../../../support/verify/run";

const ok: HttpResponse = { status: 200, headers: {}, body: "[]" };
const notYet: HttpResponse = { status: 500, headers: {}, body: '{"message":"Internal Server Error"}' };
const notInvoker: HttpResponse = { status: 403, headers: {}, body: "Your client does not have permission to get URL" };

/** Runs smoke against a front door that gives these answers for each service in turn, and then repeats the last one. */
async function smokeWith(answers: Readonly<Record<string, readonly (HttpResponse | Error)[]>>) {
  const clock = new FakeClock();
  const calls: string[] = [];
  const lines: string[] = [];
  const client = async ({ path }: { path: string }) => {
    const before = calls.filter((call) => call === path).length;
    calls.push(path);
    const answer = answers[path]?.[before] ?? answers[path]?.at(-1);
    if (answer === undefined || answer instanceof Error) throw answer;
    return answer;
  };
  const sender = new Sender({ deployment: deployment(), tokens: {}, client, clock });
  const door = { deployment: deployment(), routes: probeRoutes(POLICY, []), callers: {}, logs: undefined };
  const start = clock.now();
  const result = await smoke(door, sender, clock, (line) => lines.push(line));
  return { ...result, calls, lines, seconds: (clock.now() - start) / 1000 };
}

test("waits for IAM while the gateway cannot mint, or Cloud Run does not know the invoker yet", async () => {
  const { failed, calls, lines } = await smokeWith({
    "/products": [notYet, notInvoker, new NoAnswer("no answer: ENOTFOUND"), ok],
    "/status": [ok],
  });
  expect(failed).toEqual([]);
  expect(calls).toEqual(["/status", "/products", "/products", "/products", "/products"]);
  expect(lines[0]).toBe("smoke: orders answers (GET /status: the service answered 200)");
  expect(lines[1]).toMatch(
    /^smoke: catalog: GET \/products: the gateway answered 500; again in 10 s, for \d+ s at most$/,
  );
});

test("ends at the stated time, and reports the last answer of each service", async () => {
  const { failed, seconds, calls } = await smokeWith({ "/products": [notInvoker], "/status": [ok] });
  expect(failed).toEqual(["catalog: GET /products: Cloud Run answered 403"]);
  expect(seconds).toBeLessThanOrEqual(SMOKE_SECONDS);
  expect(calls.length).toBeLessThanOrEqual(SMOKE_SECONDS / SMOKE_PAUSE_SECONDS + 2);
});

test("a service that answers 404 is up, and one that answers 503 is not", async () => {
  const broken = { status: 503, headers: { server: "Google Frontend" }, body: "no" };
  const { failed } = await smokeWith({ "/products": [{ ...ok, status: 404 }], "/status": [broken] });
  expect(failed).toEqual(["orders: GET /status: the service answered 503"]);
});

test("does not wait after an error that is not the network's", async () => {
  await expect(smokeWith({ "/status": [ok], "/products": [new TypeError("a bug")] })).rejects.toThrow("a bug");
});

test("--smoke reports whether the deploy works, and which services it could not call", async () => {
  const { code, last } = await verifyFake({ smokeOnly: true });
  expect([code, last]).toEqual([0, "smoke: 2 of 2 services called, all answer"]);
  const scopedOnly = Object.fromEntries(Object.entries(POLICY.routes).filter(([key]) => key !== "GET /status"));
  const partly = await verifyFake({ smokeOnly: true, tokens: {}, policy: { ...POLICY, routes: scopedOnly } });
  expect(partly.lines).toContain("smoke: orders not tried: it has no public GET route, and CALLER_TOKEN opens none");
  expect([partly.code, partly.last]).toEqual([0, "smoke: 1 of 2 services called, all answer"]);
});

test("--smoke fails with 1 if a service does not answer, and with 2 if it may call no service", async () => {
  const { code, last } = await verifyFake({ smokeOnly: true, faults: { mintFails: true } });
  expect([code, last]).toEqual([
    1,
    expect.stringContaining("smoke: no good answer within 300 s\n    orders: GET /status"),
  ]);
  const { "GET /orders": route } = POLICY.routes;
  const nothing = await verifyFake({
    smokeOnly: true,
    tokens: {},
    policy: { ...POLICY, routes: { "GET /orders": route as never } },
  });
  expect([nothing.code, nothing.last]).toEqual([64, "set CALLER_TOKEN: this environment has no public GET route"]);
});
