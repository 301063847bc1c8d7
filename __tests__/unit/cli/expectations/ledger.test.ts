import { breaches } from "../../../../cli/expectations/ledger";
import type { Intent } from "../../../../intent/model/intent";
import { accessLedger } from "../../../../packages/terraform-access-review/access/ledger";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { BASE, DEV, dev, intentsOf } from "../../../support/config-folder";
import { rowOf } from "../../../support/ledger-words";
import { stackOf } from "../../../support/stack";
import type { Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const intent = dev();

test("a row that denies does not hide a call that another row allows", () => {
  const expectation = {
    principals: ["customers/web"],
    only: false,
    may: false,
    action: "call" as const,
    targets: ["GET /orders"],
    place: { file: "config/expectations.yaml", line: 1, column: 1, path: "dev[0]" },
  };
  const rows = [rowOf(), rowOf({ effect: "deny", action: { kind: "any-call" }, resource: { kind: "scoped-routes" } })];
  const resource = { aws_apigatewayv2_route: { orders: { route_key: "GET /orders" } } };
  const found = breaches([expectation], intent, { resource, provider: {} }, rows);
  expect(found.map(({ principal, got, target }) => `${principal} ${got} ${target}`)).toEqual([
    "customers/web allowed GET /orders",
  ]);
});

const OWN = "      GET /orders/{id}: { scopes: [orders/read] }\n      GET /orders/mine: { scopes: [orders/write] }\n";
const NO_ONE = 'who: anyone\n    mayNot: { call: ["ANY /orders/{id}", GET /orders/mine] }';
type Top = Readonly<Record<string, unknown>>;

/** The breaches of one statement by the routes of orders, with further resources and other parts of the stack. */
function brokenBy(
  routes: string,
  statement: string,
  kind: "http" | "rest" = "http",
  more: Top | ((resource: Json) => Top) = {},
  top: Top = {},
  overlay = "",
) {
  const post = "      POST /orders: { scopes: [orders/write] }\n";
  const [intent] = intentsOf({
    "base.yaml": BASE.replace(post, post + routes).replace("gateway:\n", `gateway:\n  kind: ${kind}\n`),
    "dev.yaml": DEV + overlay,
    "expectations.yaml": `dev:\n  - ${statement}\n`,
  }) as [Intent];
  const { json } = stackOf(intent);
  const added = typeof more === "function" ? more(json.resource) : more;
  const stack = { ...json, ...top, resource: { ...json.resource, ...added } } as typeof json;
  return breaches(intent.expectations, intent, stack, accessLedger(stack, authorizerPolicy(intent)));
}
const inShort = (found: ReturnType<typeof breaches>) =>
  found.map(({ principal, got, target, request }) => [principal, got, target, ...(request ? [request] : [])].join(" "));

testAll<[string, string, readonly string[]]>([
  ["nothing, as long as all are closed", OWN, []],
  [
    "another name of the variable",
    OWN.replace("{id}: { scopes: [orders/read] }", "{any}: public"),
    ["anyone allowed GET /orders/{any} GET /orders/7"],
  ],
  [
    "a greedy variable",
    OWN.replace("{id}: { scopes: [orders/read] }", "{any+}: public"),
    ["anyone allowed GET /orders/{any+} GET /orders/7"],
  ],
  ["a literal route", `${OWN}      GET /orders/newest: public\n`, ["anyone allowed GET /orders/newest"]],
  [
    "the wider route after a literal one is removed",
    "      GET /orders/{path+}: public\n",
    ["anyone allowed GET /orders/{path+} GET /orders/7"],
  ],
])("a statement about calls covers requests by %s, in both kinds of API", (_, routes, expected) => {
  for (const kind of ["http", "rest"] as const) {
    expect(inShort(brokenBy(routes, NO_ONE, kind))).toEqual(expected);
  }
});

test("a statement leaves out the requests that it excepts", () => {
  const routes = `${OWN}      GET /orders/newest: public\n`;
  expect(inShort(brokenBy(routes, NO_ONE.replace(" }", ", except: GET /orders/newest }")))).toEqual([]);
});

test("may: the narrower routes are not asked; only: their callers count, unless they are left out", () => {
  const who = 'who: partner/export\n    may: { call: "GET /orders/{id}" }';
  const only =
    'only: [partner/export, customers/web, customers/batch, workforce/0oa1example]\n    may: { call: "GET /orders/{id}" }';
  const odd = OWN.replace("mine: { scopes: [orders/write] }", "mine: public");
  expect(inShort(brokenBy(OWN, who))).toEqual([]);
  expect(inShort(brokenBy(odd, only))).toEqual(["anyone allowed GET /orders/mine"]);
  expect(inShort(brokenBy(odd, only.replace(" }", ", except: GET /orders/mine }")))).toEqual([]);
});

testAll<[string, Top, Top]>([
  ["aws_apigatewayv2_routing_rule.own", { aws_apigatewayv2_routing_rule: { own: {} } }, {}],
  ["module.own", {}, { module: { own: { source: "./own" } } }],
  ["example_proxy.own", { example_proxy: { own: {} } }, {}],
  ["aws_example.own", { aws_example: { own: { api: "${aws_apigatewayv2_api.api.id}" } } }, {}],
])("%s, which is not read, may open any route until it is stated to grant nothing", (address, more, top) => {
  const [found] = brokenBy(OWN, NO_ONE, "http", more, top);
  expect([found?.got, found?.isUnknown, found?.from?.[0]?.address]).toEqual(["allowed", true, address]);
  expect(brokenBy(OWN, `grantsNothing: ${address}\n  - ${NO_ONE}`, "http", more, top)).toEqual([]);
});

testAll<["http" | "rest", string, Json]>([
  ["http", "aws_apigatewayv2_integration", { integration_method: "DELETE" }],
  ["http", "aws_apigatewayv2_integration", { request_parameters: { "overwrite:path": "/admin" } }],
  ["http", "aws_apigatewayv2_integration", { request_parameters: {} }],
  ["rest", "aws_api_gateway_integration", { integration_http_method: "DELETE" }],
  ["rest", "aws_api_gateway_integration", { request_parameters: {} }],
])("a route whose %s integration hands on another call may open any route", (kind, type, change) => {
  const changed = ({ [type]: all }: Json): Top => {
    const bodies = Object.entries<Json>(all).map(([name, body]) => [name, { ...body, ...change }]);
    return { [type]: Object.fromEntries(bodies) };
  };
  const found = brokenBy(OWN, NO_ONE, kind, changed);
  expect(found.length).toBeGreaterThan(0);
  expect(found.every(({ got, isUnknown }) => got === "allowed" && isUnknown === true)).toBe(true);
  const addresses = found.map(({ from }) => from?.[0]?.address);
  expect(brokenBy(OWN, `grantsNothing: [${addresses}]\n  - ${NO_ONE}`, kind, changed)).toEqual([]);
});

test("the reason is the authorizer's: scopes come before claims that the path is compared with", () => {
  const route = (scope: string) => `      GET /tenants/{t}: { scopes: [${scope}], where: { t: claim.tenant } }\n`;
  const statement = '{ who: [partner/export, workforce/0oa1example], may: { call: "GET /tenants/{t}" } }';
  const overlay = "issuers: { customers: { pathClaims: [tenant] } }\n";
  const reasons = (scope: string) =>
    brokenBy(route(scope), statement, "http", {}, {}, overlay).map(({ reason }) => reason);
  expect(reasons("orders/read")).toEqual(["path-claim", "path-claim"]);
  expect(reasons("orders/write")).toEqual(["scope", "scope"]);
});

testAll<[string]>([
  ["serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com"],
  ["principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/repo:acme/orders"],
])("the pipeline %s that releases a service can be named, and counts if it is not", (pipeline) => {
  const found = (statement: string) => {
    const image = "    image:";
    const [intent] = intentsOf({
      "base.yaml": BASE.replace(image, `    deployedBy: { pipeline: "${pipeline}" }\n${image}`),
      "dev.yaml": DEV,
      "expectations.yaml": `dev:\n  - ${statement}\n    may: { invoke: orders }\n`,
    }) as [Intent];
    const { json } = stackOf(intent);
    return inShort(breaches(intent.expectations, intent, json, accessLedger(json, authorizerPolicy(intent))));
  };
  expect(found(`only: [gateway, "${pipeline}"]`)).toEqual([]);
  expect(found("only: gateway")).toEqual([`${pipeline.replace("serviceAccount:", "")} allowed orders`]);
});
