import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { conditionWords } from "../../../../packages/terraform-access-review/render/words";
import { countedKinds, onePerKind } from "../../../support/ledger-mutations";
import { MUTATED, misjudged } from "../../../support/mutation-verdicts";
import { OF_REST } from "../../../support/rest-mutations";
import { accessBetween, edited, effect, type Json, lines } from "../../../support/synthesized-states";

const { state: rest, news } = MUTATED["functions decide before a REST API"]();
const change = (head: SynthesizedState, base = rest) => changeOfStacks("dev", base, head);
const after = (edit: (resource: Json, copy: Json) => unknown) => edited(rest, edit);

test("every mutation of this kind of API is made", () => {
  const counts = countedKinds(news);
  expect(counts).toMatchObject({
    "method without authorizer": 20,
    "identity source removed": 5 + 4,
    "preflight silent": 11,
    "quota loosened": 2,
  });
  const kinds = Object.values(OF_REST).flatMap((each) => [...new Set(each.map(([kind]) => kind))]);
  expect(Object.keys(counts)).toHaveLength(kinds.length + 1);
});

test("a review judges a mutation of each kind correctly, and its reverse", () => {
  expect(misjudged(rest, onePerKind(news))).toEqual([]);
});

const LIMIT_OF_AGENT = "customers/reporting-agent | usage limit | stage live of REST API storefront-dev";

test("raising or losing a limit is broader; adding or lowering one is narrower", () => {
  const raised = after(({ aws_api_gateway_usage_plan: plans }) => {
    plans.reporting_agent.quota_settings.limit = 20_000;
  });
  expect(lines(accessBetween(rest, raised))).toEqual([`+ ~ ${LIMIT_OF_AGENT}`]);
  expect(lines(accessBetween(raised, rest))).toEqual([`- ~ ${LIMIT_OF_AGENT}`]);
  const [limit] = accessBetween(rest, raised).rows;
  expect([limit?.before, limit?.after].map((row) => row && conditionWords(row.conditions))).toEqual([
    "10000 requests per month, 2 per second, 4 at once",
    "20000 requests per month, 2 per second, 4 at once",
  ]);
  const lost = after(({ aws_api_gateway_usage_plan_key: members }) => delete members.reporting_agent);
  expect(lines(accessBetween(rest, lost))).toEqual([`+ ${LIMIT_OF_AGENT}`]);
  expect(lines(accessBetween(lost, rest))).toEqual([`- ${LIMIT_OF_AGENT}`]);
});

test("an additional route that no limit counts is broader, and one less is narrower", () => {
  const uncounted = (...methods: readonly string[]) =>
    after(({ aws_api_gateway_method: all }) => {
      for (const method of methods) all[method].api_key_required = false;
    });
  const [first = "", second = ""] = Object.entries<Json>(rest.stack.resource.aws_api_gateway_method ?? {})
    .filter(([, { api_key_required }]) => api_key_required === true)
    .map(([name]) => name);
  const [one, two] = [uncounted(first), uncounted(first, second)];
  const limitOf = (before: SynthesizedState, head: SynthesizedState) =>
    lines(accessBetween(before, head)).filter((line) => line.includes(LIMIT_OF_AGENT));
  expect(limitOf(rest, one)).toEqual([`+ ~ ${LIMIT_OF_AGENT}`]);
  expect(limitOf(one, two)).toEqual([`+ ~ ${LIMIT_OF_AGENT}`]);
  expect(limitOf(two, one)).toEqual([`- ~ ${LIMIT_OF_AGENT}`]);
});

test("losing the limit of a client that no longer calls anything is not a loss", () => {
  const gone = after((resource, { policy }) => {
    for (const named of Object.values<Json>(resource)) delete named.reporting_agent;
    const customers = policy.issuers.find(({ id }: Json) => id === "customers");
    customers.clients = customers.clients.filter(({ id }: Json) => id !== "reporting-agent");
  });
  expect(change(gone).access.rows.map((row) => row.effect)).not.toContain("broadened");
});

test("the routes of an API that is declared in a text are not read", () => {
  const imported = after(({ aws_api_gateway_rest_api: apis }) => {
    apis.other = { name: "other", body: "{}" };
  });
  expect(effect(rest, imported)).toBe("broadened");
});

test("a protection that is removed is weaker: throttles, logs, masking and retention", () => {
  const weak = after(({ aws_api_gateway_method_settings: settings, aws_api_gateway_stage: { gateway } }) => {
    settings.all.settings.throttling_rate_limit = -1;
    settings.all.settings.logging_level = "INFO";
    settings.all.settings.data_trace_enabled = true;
    settings.all.settings.caching_enabled = true;
    delete settings.orders_post_orders;
    gateway.cache_cluster_enabled = true;
    delete gateway.access_log_settings;
  });
  const guards = (model: ReturnType<typeof change>) =>
    model.access.guards.map((each) => `${each.effect} ${each.guard} of ${each.address.split(".").slice(-1)}`);
  expect(guards(change(weak))).toEqual([
    "broadened settings.caching_enabled of all",
    "broadened settings.data_trace_enabled of all",
    "broadened settings.logging_level of all",
    "broadened settings.throttling_rate_limit of all",
    "broadened @presence of orders_post_orders",
    "broadened access_log_settings of gateway",
    "broadened cache_cluster_enabled of gateway",
  ]);
  expect(guards(change(rest, weak)).filter((guard) => guard.startsWith("broadened"))).toEqual([]);
});

test("a throttle that is removed with its route is not a loss", () => {
  const routeless = after((resource) => {
    for (const type of ["method", "method_settings"]) delete resource[`aws_api_gateway_${type}`].orders_post_orders;
  });
  expect(change(routeless).access.guards).toEqual([]);
});

test("the review notes that the snapshot still serves a removed route, and that any change puts a new one live", () => {
  const routeless = after((resource) => {
    for (const type of ["integration", "method"]) delete resource[`aws_api_gateway_${type}`].orders_delete_orders_by_id;
    resource.aws_api_gateway_deployment.gateway.triggers = { redeployment: "another" };
  });
  const gone = ["integration", "method"].map((type) => `aws_api_gateway_${type}.orders_delete_orders_by_id`);
  expect(change(routeless).notes).toEqual([
    { kind: "snapshot-replaced", address: "aws_api_gateway_deployment.gateway" },
    { kind: "snapshot-still-serves", addresses: gone },
  ]);
  expect(change(rest, routeless).notes).toHaveLength(1);
  const throttled = after(({ aws_api_gateway_method_settings: { all } }) => {
    all.settings.throttling_burst_limit = 2;
  });
  expect(change(throttled).notes).toEqual([]);
});

test("a change without a new deployment is reported, because the old snapshot stays live", () => {
  const stale = after(({ aws_api_gateway_method: methods }) => {
    methods.orders_get_orders.authorization = "NONE";
  });
  expect(change(stale).notes).toEqual([{ kind: "snapshot-stays" }]);
});

test("only consequences of the functions and the policy change with them", () => {
  const other = after((resource, { policy }) => {
    policy.cacheSeconds = 61;
    resource.aws_api_gateway_stage.gateway.variables.policy = "0123456789abcdef";
  });
  const stage = change(other).resources.find(({ address }) => address === "aws_api_gateway_stage.gateway");
  expect(stage?.follows).toContain("authorizer-policy.json");
});
