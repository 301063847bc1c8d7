import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Explaining,
  explanationOf,
  headlineOf,
  REASONS,
} from "../../../../packages/local-front-door/page/headline";
import { presentedCaller } from "../../../../packages/local-front-door/page/presented-caller";
import { requestLine } from "../../../../packages/local-front-door/page/request-line";
import { detailsOf, type Step, stepsOf } from "../../../../packages/local-front-door/page/views";
import type { SeenRequest } from "../../../../packages/local-front-door/trace/request-log";
import { asPartOf, LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { ROOT } from "../../../support/places";

const ISSUER = {
  id: "customers",
  kind: "cognito",
  url: "https://pool.example",
  audiences: [],
  clientClaim: "client_id",
  carries: { scopeClaim: "scope" },
  clients: [{ name: "customers/support-desk", claim: "c1", scopes: ["orders/support", "orders/read"] }],
} as const;
const CLAIMS = { iss: ISSUER.url, client_id: "c1", scope: "orders/support other" };

const EXPLAINING: Explaining = {
  ruleOf: (route) => (route === "POST /orders" ? { access: { scopes: ["orders/write"] } } : undefined),
  callerOf: (claims) => presentedCaller([ISSUER], claims),
  placeOf: (route) => (route === "POST /orders" ? "config/base.yaml:49" : undefined),
};

/** A request `POST /orders` with the outcome that the test decides. */
async function seenAfter(
  work: (trace: LocalTrace) => unknown,
  begun: Partial<SeenRequest> = {},
  answer: Partial<SeenRequest["answer"]> = {},
): Promise<SeenRequest> {
  const trace = new LocalTrace();
  const { requests } = trace;
  requests.begin({ id: "a", door: "gateway", startedAt: 0, method: "POST", path: "/orders", ...begun });
  await asPartOf("a", async () => work(trace));
  requests.end("a", { status: 403, milliseconds: 2, route: "POST /orders", ...answer });
  return requests.find("a") as SeenRequest;
}

const headline = (request: SeenRequest) => headlineOf(request.answer?.status ?? 0, explanationOf(request, EXPLAINING));

test("a missing scope is one sentence: the required scope, the caller's scopes and the declaration's place", async () => {
  const refused = await seenAfter((trace) => trace.refuse("authorizer", "callers: forbidden (scope)", "fn", "scope"), {
    presented: CLAIMS,
  });
  expect(headline(refused)).toBe(
    "403: needs orders/write; caller customers/support-desk has orders/support; config/base.yaml:49",
  );
});

test("a party that acts is named with the caller, and only the scopes that both have", async () => {
  const agent = { name: "customers/order-agent", claim: "c2", scopes: ["orders/read", "orders/write"] };
  const issuer = { ...ISSUER, clients: [...ISSUER.clients, agent] };
  const explaining: Explaining = { ...EXPLAINING, callerOf: (claims) => presentedCaller([issuer], claims) };
  const claims = { ...CLAIMS, scope: "orders/support orders/read", act: { sub: "c2" } };
  const presented = { presented: claims };
  const refused = await seenAfter((trace) => trace.refuse("authorizer", "callers", "fn", "scope"), presented);
  expect(explanationOf(refused, explaining).caller).toBe(
    "caller customers/support-desk through customers/order-agent has orders/read",
  );
  const answer = { status: 200, client: "customers/support-desk" };
  const allowed = await seenAfter((trace) => trace.allow("gateway", "route"), presented, answer);
  expect(explanationOf(allowed, explaining).caller).toBe("caller customers/support-desk through customers/order-agent");
  expect([refused, allowed].map((request) => detailsOf(request, explaining).caller)).toEqual(
    Array(2).fill("customers/support-desk through customers/order-agent"),
  );
  const named = (act: unknown) => presentedCaller([issuer], { ...claims, act })?.actor;
  expect([{ sub: "c9" }, { sub: "c2", iss: "https://evil.example" }, "c2", null].map(named)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a declaration that refuses is named by the line of config that it comes from, if that is known", async () => {
  const declaration = "aws_iam_role.orders.assume_role_policy";
  const refused = await seenAfter((trace) => trace.refuse("aws-sts", "not this role", declaration), {}, { route: "X" });
  const explaining = (line?: string): Explaining => ({ ...EXPLAINING, declaredAt: () => line });
  expect(explanationOf(refused, explaining("config/base.yaml:30")).place).toBe("config/base.yaml:30");
  expect(explanationOf(refused, explaining()).place).toBe(declaration);
  expect(detailsOf(refused, explaining("config/base.yaml:30")).declaredAt).toEqual({
    [declaration]: "config/base.yaml:30",
  });
  expect(detailsOf(refused, EXPLAINING).declaredAt).toEqual({});
});

test("a route that requires all of several scopes names them together, by the policy and by Envoy's text", async () => {
  const refused = await seenAfter((trace) => trace.refuse("authorizer", "callers: forbidden (scope)", "fn", "scope"));
  const because = (rule: unknown) => explanationOf(refused, { ...EXPLAINING, ruleOf: () => rule }).because;
  const scopes = ["orders/admin", { allOf: ["orders/audit", "orders/read"] }];
  const needs = "needs orders/admin or (orders/audit and orders/read)";
  expect(because({ access: { scopes } })).toBe(needs);
  expect(because({ requires: "orders/admin orders/audit&orders/read" })).toBe(needs);
  expect(because({ access: { scopes: ["tools/use"] }, service: "tools", mcp: {} })).toBe(
    "needs tools/use for the MCP server tools",
  );
  const more = "orders/admin orders/audit&orders/read  2=tenant_id  audience=https://api.shop.example/mcp";
  expect(because({ requires: more })).toBe(needs);
});

test("other outcomes name their cause, and the place of the declaration if there is one", async () => {
  const refuse = (at: "gateway" | "authorizer" | "cloud-run", code?: string) => (trace: LocalTrace) =>
    trace.refuse(at, "because", "google_x.y", code);
  const presented = { presented: CLAIMS };
  const found = [
    await seenAfter(refuse("gateway", "identity-source"), {}, { status: 401 }),
    await seenAfter(refuse("authorizer", "expired"), presented),
    await seenAfter(refuse("cloud-run"), presented),
    await seenAfter(refuse("gateway"), {}, { status: 404, route: undefined }),
    await seenAfter((trace) => trace.allow("gateway", "route"), presented, { status: 200 }),
    await seenAfter((trace) => trace.allow("gateway", "route"), presented, { status: 404 }),
  ];
  expect(found.map(headline)).toEqual([
    "401: no token; needs orders/write; config/base.yaml:49",
    "403: the token has expired; config/base.yaml:49",
    "403: Cloud Run: because; google_x.y",
    "404: API Gateway: because; google_x.y",
    "200: allowed; config/base.yaml:49",
    "404: the service's own answer; config/base.yaml:49",
  ]);
});

test("exactly the reasons that the authorizer logs have words", () => {
  const source = readFileSync(join(ROOT, "functions/authorizer/request/outcome.ts"), "utf8");
  const reasons = [...source.slice(source.indexOf("export type Reason")).matchAll(/\| "([\w-]+)"/g)].map(
    ([, id]) => id,
  );
  expect(Object.keys(REASONS).sort()).toEqual(reasons.filter((id) => id !== "scope").sort());
});

describe("the line of a request in the terminal", () => {
  test("has time, method, path, caller, status, reason and milliseconds", async () => {
    const refused = await seenAfter((trace) => trace.refuse("authorizer", "callers", "fn", "scope"), {
      presented: CLAIMS,
    });
    const line = requestLine(refused, EXPLAINING);
    expect(line.replace(/^\d\d:\d\d:\d\d/, "(time)")).toBe(
      "(time)  POST  /orders  customers/support-desk  403  needs orders/write; caller customers/support-desk has orders/support; config/base.yaml:49  2 ms",
    );
  });

  test("is one short line without a token, for any input", async () => {
    const token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl";
    const evil = `\u001b[2J\r\n\u202e\u2028\u009b${"x".repeat(5000)}`;
    const hostile = await seenAfter((trace) => trace.refuse("gateway", `${evil}${token}`), {
      method: `M${evil}`,
      path: `/${token}${evil}`,
      presented: { sub: evil },
    });
    const line = requestLine(hostile, EXPLAINING);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|eyJ/u);
    expect(line).toContain("/(token withheld)\\u{1b}[2J\\u{d}\\u{a}\\u{202e}");
    expect(line.length).toBeLessThan(500);
  });
});

describe("the path of a request", () => {
  const shape = ({ at, entries, milliseconds }: Step): unknown => [
    at,
    ...entries.map((each) => ("entries" in each ? shape(each) : each.reason)),
    ...(milliseconds === undefined ? ["untimed"] : []),
  ];

  test("shows each stand-in inside the one that called it, with its time", async () => {
    const request = await seenAfter(async (trace) => {
      trace.allow("gateway", "route");
      await trace.call("authorizer", async () => {
        await trace.call("aws-sts", async () => trace.allow("aws-sts", "role"));
        await trace.call("google-sts", async () => {
          trace.allow("aws-sts", "caller");
          trace.allow("google-sts", "admitted");
        });
        trace.allow("authorizer", "allowed");
        trace.remark("gateway", "not documented");
      });
      await trace.call("cloud-run", async () => trace.allow("cloud-run", "reached"));
    });
    expect(stepsOf(request).map(shape)).toEqual([
      [
        "gateway",
        "route",
        ["authorizer", ["aws-sts", "role"], ["google-sts", ["aws-sts", "caller", "untimed"], "admitted"], "allowed"],
        "not documented",
        ["cloud-run", "reached"],
      ],
    ]);
  });

  test("shows a cached result inside the gateway, without a call", async () => {
    const request = await seenAfter((trace) => {
      trace.allow("gateway", "route");
      trace.allow("authorizer", "kept");
    });
    expect(stepsOf(request).map(shape)).toEqual([["gateway", "route", ["authorizer", "kept", "untimed"]]]);
  });
});
