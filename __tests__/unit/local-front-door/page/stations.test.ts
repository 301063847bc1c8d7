import { type Station, stationsOf } from "../../../../packages/local-front-door/page/views";
import type { Hop } from "../../../../packages/local-front-door/trace/hop";
import type { SeenRequest } from "../../../../packages/local-front-door/trace/request-log";

const hop = (at: Hop["at"], allowed = true, more: Partial<Hop> = {}): Hop => ({ at, allowed, reason: "", ...more });

function seen(status: number | undefined, hops: readonly Hop[], more: Partial<SeenRequest> = {}): SeenRequest {
  return {
    id: "a",
    door: "gateway",
    startedAt: 0,
    method: "GET",
    path: "/orders",
    hops,
    calls: [],
    ...(status !== undefined && { answer: { status, milliseconds: 1 } }),
    version: 1,
    ...more,
  };
}

/** `gateway passed`, with `!` after the state of the part that determined the answer. */
const drawn = (request: SeenRequest, caller?: string): readonly string[] =>
  stationsOf(request, caller).map(({ id, state, decided, detail }: Station) =>
    [id, state && `${state}${decided ? "!" : ""}`, detail && `(${detail})`].filter(Boolean).join(" "),
  );

const ALLOWED = [hop("gateway"), hop("aws-sts"), hop("google-sts"), hop("iam-credentials"), hop("authorizer")];

test("an allowed request goes from the caller to the service, which determines the answer", () => {
  expect(drawn(seen(200, [...ALLOWED, hop("cloud-run")]), "customers/web")).toEqual([
    "caller (customers/web)",
    "gateway passed",
    "authorizer passed",
    "federation passed",
    "service passed!",
  ]);
});

test("the first part that refused determines the answer, and the parts behind it are not called", () => {
  expect(drawn(seen(401, [hop("gateway", false)]), "no token")).toEqual([
    "caller (no token)",
    "gateway refused!",
    "authorizer not-called",
    "federation not-called",
    "service not-called",
  ]);
  const federation = seen(403, [hop("gateway"), hop("aws-sts"), hop("google-sts", false), hop("authorizer", false)]);
  expect(drawn(federation)).toEqual([
    "caller",
    "gateway passed",
    "authorizer refused",
    "federation refused! (Google's workload identity federation)",
    "service not-called",
  ]);
  expect(drawn(seen(401, [hop("gateway"), hop("jwt-authorizer", false)]))[2]).toBe("authorizer refused!");
  expect(drawn(seen(403, [...ALLOWED, hop("cloud-run"), hop("envoy", false)]))[4]).toBe("service refused!");
});

test("a service's own 404 is the service's, and a kept result calls no federation", () => {
  expect(drawn(seen(404, [hop("gateway"), hop("authorizer"), hop("cloud-run")]))).toEqual([
    "caller",
    "gateway passed",
    "authorizer passed",
    "federation not-called",
    "service passed!",
  ]);
});

test("a remark is no decision, and nothing has decided while the request is in progress", () => {
  const calls = [{ id: 0, at: "authorizer" as const }];
  expect(drawn(seen(undefined, [hop("gateway"), hop("authorizer", true, { remark: true })], { calls }))).toEqual([
    "caller",
    "gateway passed",
    "authorizer called",
    "federation not-called",
    "service not-called",
  ]);
});

test("a request to the user pool has its own path: a token from the endpoint, a sign-in from the page", () => {
  const at = (path: string, hops: readonly Hop[], status = 200) => drawn(seen(status, hops, { door: "cognito", path }));
  expect(at("/pool/oauth2/token", [hop("cognito")])).toEqual(["caller", "token-endpoint passed!"]);
  expect(at("/pool/oauth2/token", [hop("cognito", false)], 400)).toEqual(["caller", "token-endpoint refused!"]);
  expect(at("/pool/oauth2/authorize", [], 302)).toEqual(["browser", "sign-in called!"]);
  expect(at("/pool/login", [hop("cognito")])).toEqual(["browser", "sign-in passed!"]);
  expect(at("/pool/signed-in/c1", [hop("cognito")])).toEqual(["browser", "callback called", "token-endpoint passed!"]);
});

test("a call past the gateway meets the service alone", () => {
  expect(drawn(seen(403, [hop("cloud-run", false)], { door: "cloud-run" }))).toEqual(["caller", "service refused!"]);
});
