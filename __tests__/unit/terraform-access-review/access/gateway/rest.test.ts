import { changeOfStacks } from "../../../../../packages/terraform-access-review/judge/from-stacks";
import { rowOf } from "../../../../../packages/terraform-access-review/model/change";
import { calledRoute } from "../../../../../packages/terraform-access-review/model/row";
import type { SynthesizedState } from "../../../../../packages/terraform-access-review/model/state";
import {
  ALSO_BY_ANOTHER_API,
  rowSentence,
  STILL_BY_ANOTHER_API,
} from "../../../../../packages/terraform-access-review/render/sentences";
import { words } from "../../../../../packages/terraform-access-review/render/words";
import { restDev } from "../../../../support/rest";
import { stateOf } from "../../../../support/rest-state";
import { edited, dev as http, type Json, line, rowsOf } from "../../../../support/synthesized-states";
import { variantOf } from "../../../../support/variant";

const rest = stateOf(restDev());
const alone = stateOf(variantOf("dev", { gateway: { kind: "rest" } }));
/** As another program may declare it. */
const both = edited(http, (resource) => {
  for (const [type, named] of Object.entries<Json>(alone.stack.resource))
    resource[type] = { ...named, ...resource[type] };
});

const linesOf = (state: SynthesizedState, isWanted: (row: ReturnType<typeof rowsOf>[number]) => boolean = () => true) =>
  rowsOf(state).filter(isWanted).map(line);
const isCall = ({ row }: ReturnType<typeof rowsOf>[number]) => calledRoute(row) !== undefined;

/** The same intent with the caller's token forwarded to the orders service. */
const forwardingOrders = (state: SynthesizedState) =>
  edited(state, ({ aws_api_gateway_integration: integrations }) => {
    for (const [name, integration] of Object.entries<Json>(integrations)) {
      if (name.startsWith("orders_")) delete integration.request_parameters["integration.request.header.Authorization"];
    }
  });

const WITHHELD = "; the REST API withholds the caller's token";

/** It caches a result per called path, also for a literal route. */
const byPath = (row: string) => row.replace("routeKey + policy", "routeKey + path + policy");

/** Rows that differ between the two kinds of API. */
const ONLY_REST = [
  /^anyone \| send requests \| stage live of REST API /,
  /^[^|]+ \| usage limit \| stage live of REST API /,
  /^pages of any origin \| read error responses in a browser \| REST API /,
  /^API Gateway \| write logs of every REST API of the AWS account \| /,
  /^role storefront-dev-gateway-logs \| /,
  /\| role storefront-dev-gateway-logs \| /,
];

test("the ledger of a REST API equals that of the same intent as an HTTP API, except for the rows declared here", () => {
  const asHttp = linesOf(rest)
    .filter((row) => !ONLY_REST.some((pattern) => pattern.test(row)))
    // It withholds a token that an HTTP API forwards.
    .map((row) => row.replace(WITHHELD, ""))
    // Their names and addresses differ.
    .map((row) => row.replace("REST API storefront-dev", "API storefront-dev").replace("api_gateway_", "apigatewayv2_"))
    // Each path has its own preflight.
    .map((row) => row.replace("each path's own methods", "DELETE, GET, HEAD, PATCH, POST, PUT"));
  const ofHttp = linesOf(http)
    .filter((row) => !row.startsWith("anyone | send requests | stage $default of API "))
    // An HTTP API has separate authorizers for that.
    .filter((row) => !/\/authorizers\/[^|]*_path$/.test(row))
    .map(byPath);
  expect(asHttp.sort()).toEqual(ofHttp.sort());
});

test("the rows of routes are the same, except for the withheld token and the cache keys", () => {
  const [ofRest, ofHttp] = [linesOf(rest, isCall), linesOf(http, isCall)];
  expect(ofRest.filter((row) => !row.endsWith(WITHHELD))).toEqual([]);
  expect(ofRest.map((row) => row.replace(WITHHELD, ""))).toEqual(ofHttp.map(byPath));
  const forwarding = forwardingOrders(rest);
  const ofOrders = (row: string) => row.includes("| service storefront-dev-orders |");
  expect(linesOf(forwarding, isCall).filter(ofOrders)).toEqual(ofHttp.filter(ofOrders).map(byPath));
});

test("in a stack with both kinds of API, routes that differ have a row for each kind, and equal ones share a row", () => {
  expect([...linesOf(both)].sort()).toEqual([...new Set([...linesOf(http), ...linesOf(alone)])].sort());
  const callsOfWeb = (state: SynthesizedState, route: string) =>
    linesOf(state, ({ principal, permission }) => principal === "customers/web" && permission === route);
  expect(callsOfWeb(both, "GET /orders")).toHaveLength(2);
  const forwarding = forwardingOrders(both);
  expect(callsOfWeb(forwarding, "GET /orders/{id}")).toHaveLength(1);
  // The two kinds cache its results differently.
  expect(callsOfWeb(forwarding, "GET /orders")).toHaveLength(2);
});

test("adding the other kind is broader, removing it is narrower, and each call says that the first API has it", () => {
  const calls = (base: SynthesizedState, head: SynthesizedState, ending: string) => {
    const { rows } = changeOfStacks("dev", base, head).access;
    const ofCalls = rows.filter((change) => calledRoute(rowOf(change)) !== undefined);
    expect(ofCalls.length).toBeGreaterThan(20);
    expect(ofCalls.map((change) => rowSentence(change)).filter((sentence) => !sentence.endsWith(ending))).toEqual([]);
    return [...new Set(rows.map((row) => row.effect))];
  };
  expect(calls(http, both, ALSO_BY_ANOTHER_API)).toContain("broadened");
  expect(calls(both, http, STILL_BY_ANOTHER_API)).toEqual(["narrowed"]);
});

test("changing the kind makes each caller's row stricter, and the reverse makes it less strict", () => {
  const effects = (base: SynthesizedState, head: SynthesizedState) => {
    const rows = changeOfStacks("dev", base, head).access.rows.filter(
      ({ after }) => after !== undefined && calledRoute(after) !== undefined,
    );
    expect(rows.length).toBeGreaterThan(20);
    return [...new Set(rows.map((row) => row.effect))];
  };
  expect(effects(http, alone)).toEqual(["narrowed"]);
  expect(effects(alone, http)).toEqual(["broadened"]);
});

test("the row of a new method with the right authorizer but without the gateway's headers reports that", () => {
  const added = edited(rest, ({ aws_api_gateway_method: methods, aws_api_gateway_integration: integrations }) => {
    methods.x = { ...methods.orders_get_orders, http_method: "PUT" };
    integrations.x = {
      ...integrations.orders_get_orders,
      http_method: "${aws_api_gateway_method.x.http_method}",
      integration_http_method: "PUT",
      request_parameters: {},
    };
  });
  const [row] = linesOf(added, ({ permission }) => permission === "PUT /orders");
  expect(row).toMatch(/^no caller .*X-Caller-Subject.* NOT FROM THE GATEWAY; not in the policy$/);
});

test("a preflight's row lists what it permits to pages, path by path", () => {
  const [row] = rowsOf(rest).filter(({ permission }) => permission === "make cross-origin requests");
  const ofOrder = row?.row.terms?.permits?.map(words).filter((term) => term.endsWith("/orders/{id}"));
  expect(ofOrder).toEqual([
    "DELETE /orders/{id}",
    "GET /orders/{id}",
    "header authorization at /orders/{id}",
    "header content-type at /orders/{id}",
  ]);
});

test("a preflight is not a route, and any other method without an authorizer is open to anyone", () => {
  expect(linesOf(rest, ({ permission }) => permission.startsWith("OPTIONS "))).toEqual([]);
  const bare = edited(rest, ({ aws_api_gateway_method: methods }) => {
    methods.preflight_orders.http_method = "TRACE";
    methods.orders_get_orders.authorization = "NONE";
  });
  const open = rowsOf(bare).filter(
    ({ principal, condition }) => principal === "anyone" && condition.startsWith("NO AUTHORIZER"),
  );
  expect(open.map(({ permission }) => permission)).toEqual(["TRACE /orders", "GET /orders"]);
});
