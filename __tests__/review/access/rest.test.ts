import { accessLedger } from "../../../review/access";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { rowSentence } from "../../../review/report/sentences";
import { verdictOf } from "../../../review/report/verdict";
import { mutations, type Sources } from "../../support/ledger-mutations";
import { restDev } from "../../support/rest";
import { OF_REST } from "../../support/rest-mutations";
import { stateOf } from "../../support/rest-state";
import { variantOf } from "../../support/variant";

const rest = stateOf(restDev());
const http = stateOf(variantOf("dev", {}));
const ledger = ({ stack, policy }: Sources) => accessLedger(stack, policy);
const texts = (sources: Sources) => ledger(sources).map((row) => JSON.stringify(row));
const rowsOf = (sources: Sources, wanted: (row: ReturnType<typeof ledger>[number]) => boolean) =>
  ledger(sources)
    .filter(wanted)
    .map(({ who, may, on, under }) => [who, may, on, under].join(" | "));
const change = (head: SynthesizedState, base = rest) => changeOfStacks("dev", base, head);

/** The REST state with one change. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
function edited(edit: (resource: any, policy: any) => void): SynthesizedState {
  const copy = structuredClone(rest);
  edit(copy.stack.resource, copy.policy);
  return copy;
}

const WITHHELD = "; the REST API withholds the caller's token";

/** It keeps an answer for the path that was called, of a literal route as well. */
const byPath = (row: string) => row.replace("routeKey + policy", "routeKey + path + policy");

/** What the two kinds of API open differently. */
const ONLY_REST = [
  /^anyone \| reach the gateway \| stage live of REST API /,
  /^[^|]+ \| use up to a limit \| stage live of REST API /,
  /^pages of any origin \| read refusals in a browser \| REST API /,
  /^API Gateway \| write logs of every REST API of the AWS account \| /,
  /^role storefront-dev-gateway-logs \| /,
  /\| role storefront-dev-gateway-logs \| /,
];

test("the ledger of a REST API is that of the same intent as an HTTP API, but for what is declared here", () => {
  const asHttp = ledger(rest)
    .map(({ who, may, on, under }) => [who, may, on, under].join(" | "))
    .filter((row) => !ONLY_REST.some((pattern) => pattern.test(row)))
    // It withholds a token that an HTTP API hands on.
    .map((row) => row.replace(WITHHELD, ""))
    // They have names and addresses of their own.
    .map((row) => row.replace("REST API storefront-dev", "API storefront-dev").replace("api_gateway_", "apigatewayv2_"))
    // It answers for each path by itself.
    .map((row) => row.replace("each path's own methods", "DELETE, GET, HEAD, PATCH, POST, PUT"));
  const ofHttp = rowsOf(http, () => true)
    .filter((row) => !row.startsWith("anyone | reach the gateway | stage $default of API "))
    // For that, an HTTP API has authorizers of its own.
    .filter((row) => !/\/authorizers\/[^|]*_path$/.test(row))
    .map(byPath);
  expect(asHttp.sort()).toEqual(ofHttp.sort());
});

test("of routes, all but the token that is withheld and what answers are kept for is the same", () => {
  const calls = (sources: Sources) => rowsOf(sources, ({ may }) => /^[A-Z]+ \//.test(may));
  expect(calls(rest).every((row) => row.endsWith(WITHHELD))).toBe(true);
  expect(calls(rest).map((row) => row.replace(WITHHELD, ""))).toEqual(calls(http).map(byPath));
  const forwarding = stateOf(restDev({ services: { orders: { forwardAuthorization: true } } }));
  const ofOrders = (row: string) => row.includes("| service storefront-dev-orders |");
  expect(calls(forwarding).filter(ofOrders)).toEqual(calls(http).filter(ofOrders).map(byPath));
});

test("where both kinds stand side by side, each that differs has its rows, and what is alike has one", () => {
  const both = stateOf(variantOf("dev", { gateway: { beside: "rest" } }));
  const alone = stateOf(variantOf("dev", { gateway: { kind: "rest" } }));
  const all = (sources: Sources) => rowsOf(sources, () => true);
  expect(all(both).sort()).toEqual([...new Set([...all(http), ...all(alone)])].sort());
  const web = rowsOf(both, ({ who, may }) => who === "customers/web" && may === "GET /orders");
  expect(web).toHaveLength(2);
  const forwarding = stateOf(
    variantOf("dev", { gateway: { beside: "rest" }, services: { orders: { forwardAuthorization: true } } }),
  );
  const rows = (route: string) => rowsOf(forwarding, ({ who, may }) => who === "customers/web" && may === route);
  expect(rows("GET /orders/{id}")).toHaveLength(1);
  // The kinds keep its answers differently.
  expect(rows("GET /orders")).toHaveLength(2);
});

test("to add the other kind opens, and to take it away closes", () => {
  const both = stateOf(variantOf("dev", { gateway: { beside: "rest" } }));
  expect(verdictOf(change(both, http)).access).toBe("broadened");
  const back = change(http, both).access;
  expect(back.rows.map(({ effect }) => effect)).not.toContain("broadened");
});

test("from one kind to the other each caller's row is stricter, and back it is looser", () => {
  const alone = stateOf(variantOf("dev", { gateway: { kind: "rest" } }));
  const effects = (base: SynthesizedState, head: SynthesizedState) => {
    const rows = change(head, base).access.rows.filter(({ after }) => /^[A-Z]+ \//.test(after?.may ?? ""));
    expect(rows.length).toBeGreaterThan(20);
    return [...new Set(rows.map(({ effect }) => effect))];
  };
  expect(effects(http, alone)).toEqual(["narrowed"]);
  expect(effects(alone, http)).toEqual(["broadened"]);
});

const WHOSE = new RegExp(`^[^:]+: (${Object.keys(OF_REST).join("|")})\\.|^usage of nobody`);
const found = [...mutations(rest)].filter(({ name }) => WHOSE.test(name));

test("all that there is to mutate is mutated", () => {
  const counted = (kind: string) => found.filter((each) => each.kind === kind).length;
  expect({
    methods: counted("method without authorizer"),
    sources: counted("identity source removed"),
    preflights: counted("preflight silent"),
    plans: counted("quota loosened"),
    kinds: new Set(found.map(({ kind }) => kind)).size,
  }).toEqual({
    methods: 20,
    sources: 5 + 4,
    preflights: 11,
    plans: 2,
    kinds: Object.values(OF_REST).flatMap((each) => [...new Set(each.map(([kind]) => kind))]).length + 1,
  });
});

const before = texts(rest);
test.each(found.map(({ name, mutated }) => ({ name, mutated })))("$name changes a row", ({ mutated }) => {
  expect(texts(mutated)).not.toEqual(before);
});

/** Hundreds of headers are withheld in the same way. */
const few = found.filter(({ kind }, index) => found.slice(0, index).filter((each) => each.kind === kind).length < 4);

const LOOSER = /loosened|allowed|kept longer|another|without authorizer|any caller| added/;

test.each(few.filter(({ kind }) => LOOSER.test(kind)).map(({ name, mutated }) => [name, mutated] as const))(
  "%s: access is broadened",
  (_, mutated) => {
    expect(verdictOf(change(mutated as SynthesizedState)).access).toBe("broadened");
  },
);

test("every kind of mutation is in the access table, and there backwards as well", () => {
  for (const { name, mutated } of few) {
    const forth = change(mutated as SynthesizedState).access.rows;
    const back = change(rest, mutated as SynthesizedState).access.rows;
    expect([name, forth.length > 0]).toEqual([name, true]);
    const turned = back.map(({ before, after }) => JSON.stringify([after, before])).sort();
    expect(forth.map(({ before, after }) => JSON.stringify([before, after])).sort()).toEqual(turned);
  }
});

/** What changes, both ways, as a reader of the report sees it. */
const both = (head: SynthesizedState) =>
  [change(head), change(rest, head)].map(({ access }) =>
    access.rows.map((each) => `${each.effect}: ${rowSentence(each)}`),
  );

const API = "stage live of REST API storefront-dev";

test("a limit that is raised, or lost, is broader; one that comes or sinks is narrower", () => {
  const raised = edited(({ aws_api_gateway_usage_plan: plans }) => {
    plans.reporting_agent.quota_settings.limit = 20_000;
  });
  const words = (limit: number) => `${limit} requests per month, 2 a second, 4 at once`;
  const otherwise = `what customers/reporting-agent may use up of ${API} is limited otherwise:`;
  expect(both(raised)).toEqual([
    [`broadened: ${otherwise} ${words(10_000)} → ${words(20_000)}`],
    [`narrowed: ${otherwise} ${words(20_000)} → ${words(10_000)}`],
  ]);
  const lost = edited(({ aws_api_gateway_usage_plan_key: members }) => delete members.reporting_agent);
  expect(both(lost)).toEqual([
    [`broadened: what customers/reporting-agent may use up of ${API} is no longer limited`],
    [`narrowed: what customers/reporting-agent may use up of ${API} is now limited: ${words(10_000)}`],
  ]);
});

test("the limit of a client that calls nothing any more is no loss", () => {
  const gone = stateOf(restDev({ clients: { "reporting-agent": null } }));
  expect(change(gone).access.rows.map(({ effect }) => effect)).not.toContain("broadened");
});

test("a new method with the right authorizer, but without the gateway's headers, says so", () => {
  const added = edited(({ aws_api_gateway_method: methods, aws_api_gateway_integration: integrations }) => {
    methods.x = { ...methods.orders_get_orders, http_method: "PUT" };
    integrations.x = {
      ...integrations.orders_get_orders,
      http_method: "${aws_api_gateway_method.x.http_method}",
      integration_http_method: "PUT",
      request_parameters: {},
    };
  });
  const [row] = rowsOf(added, ({ may }) => may === "PUT /orders");
  expect(row).toMatch(/^nobody .*X-Caller-Subject.* NOT FROM THE GATEWAY; not in the policy$/);
});

test("a preflight is no route, and whatever else has no authorizer is open to anyone", () => {
  expect(rowsOf(rest, ({ may }) => may.startsWith("OPTIONS "))).toEqual([]);
  const bare = edited(({ aws_api_gateway_method: methods }) => {
    methods.preflight_orders.http_method = "TRACE";
    methods.orders_get_orders.authorization = "NONE";
  });
  const open = rowsOf(bare, ({ who, under }) => who === "anyone" && under.startsWith("NO AUTHORIZER"));
  expect(open.map((row) => row.split(" | ")[1])).toEqual(["TRACE /orders", "GET /orders"]);
});

test("an API that is written in a text has routes that nobody here reads", () => {
  const imported = edited(({ aws_api_gateway_rest_api: apis }) => {
    apis.other = { name: "other", body: "{}" };
  });
  expect(verdictOf(change(imported)).access).toBe("broadened");
});

test("what no longer protects is weaker: throttles, logs, what they must not show, what is kept", () => {
  const weak = edited(({ aws_api_gateway_method_settings: settings, aws_api_gateway_stage: { gateway } }) => {
    settings.all.settings.throttling_rate_limit = -1;
    settings.all.settings.logging_level = "INFO";
    settings.all.settings.data_trace_enabled = true;
    settings.all.settings.caching_enabled = true;
    delete settings.orders_post_orders;
    gateway.cache_cluster_enabled = true;
    delete gateway.access_log_settings;
  });
  const guards = (model: ReturnType<typeof change>) =>
    model.access.guards.map(({ effect, address, guard }) => `${effect} ${guard} of ${address.split(".").slice(-1)}`);
  expect(guards(change(weak))).toEqual([
    "broadened settings.caching_enabled of all",
    "broadened settings.data_trace_enabled of all",
    "broadened settings.logging_level of all",
    "broadened settings.throttling_rate_limit of all",
    "broadened is there of orders_post_orders",
    "broadened access_log_settings of gateway",
    "broadened cache_cluster_enabled of gateway",
  ]);
  expect(guards(change(rest, weak)).filter((line) => line.startsWith("broadened"))).toEqual([]);
});

test("a throttle that goes with its route is no loss", () => {
  const routeless = stateOf(restDev({ services: { orders: { routes: { "POST /orders": null } } } }));
  expect(change(routeless).access.guards).toEqual([]);
});

test("a removal says that the snapshot still serves it, and any change that another one goes live", () => {
  const routeless = stateOf(restDev({ services: { orders: { routes: { "DELETE /orders/{id}": null } } } }));
  const gone = ["integration", "method"].map((type) => `aws_api_gateway_${type}.orders_delete_orders_by_id`);
  expect(change(routeless).notes).toEqual([
    "another snapshot of the REST API goes live: aws_api_gateway_deployment.gateway is replaced",
    `the new snapshot is made before ${gone.join(", ")} are destroyed, so it still serves that until the deployment is made once more: npm run deploy does so right after`,
  ]);
  const back = change(rest, routeless);
  expect(back.notes).toHaveLength(1);
  const throttled = stateOf(restDev({ gateway: { kind: "rest", throttle: { ratePerSecond: 1, burst: 2 } } }));
  const unlike = stateOf(restDev({ gateway: { kind: "rest", throttle: { ratePerSecond: 2, burst: 2 } } }));
  expect(change(unlike, throttled).notes).toEqual([]);
});

test("a change that its deployment does not follow is told: the old snapshot goes on", () => {
  const stale = edited(({ aws_api_gateway_method: methods }) => {
    methods.orders_get_orders.authorization = "NONE";
  });
  expect(change(stale).notes).toEqual([expect.stringMatching(/does not go live/)]);
});

test("only what follows from the functions and the policy moves with them", () => {
  const other = edited((resource, policy) => {
    policy.cacheSeconds = 61;
    resource.aws_api_gateway_stage.gateway.variables.policy = "0123456789abcdef";
  });
  const stage = change(other).resources.find(({ address }) => address === "aws_api_gateway_stage.gateway");
  expect(stage?.follows).toBe("authorizer-policy.json changed, shown in this report");
});
