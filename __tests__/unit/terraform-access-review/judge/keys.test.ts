import { readdirSync } from "node:fs";
import { parse } from "yaml";
import { changesThatMeet } from "../../../../packages/terraform-access-review/judge/fail-on";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import {
  guardKey,
  resourceKey,
  rowKey,
  withKeys,
  withoutKeys,
} from "../../../../packages/terraform-access-review/judge/keys";
import {
  GUARDS,
  type GuardChange,
  type ResourceChange,
} from "../../../../packages/terraform-access-review/model/change";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { FIXTURES, fixture, modelOf } from "../../../fixtures/plans/fixture";
import { dev, edited, type Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const call: AccessRow = {
  effect: "allow",
  principal: { kind: "caller", name: "customers/web" },
  action: { kind: "call", key: "POST /orders" },
  resource: { kind: "resource", type: "google_cloud_run_v2_service", name: "shop-orders" },
  conditions: [{ kind: "needs", needs: ["orders/write"] }],
  terms: { permits: [{ kind: "need", scopes: ["orders/write"] }], limits: { "cache-seconds": 60 } },
  from: { address: "authorizer-policy", argument: "routes" },
};
const cached = (seconds: number): AccessRow => ({
  ...call,
  terms: { ...call.terms, limits: { "cache-seconds": seconds } },
});
const throttle: GuardChange = {
  effect: "broadened",
  address: "aws_apigatewayv2_stage.gateway",
  guard: "throttling_rate_limit",
  before: "100",
  after: "200",
};
const replaced: ResourceChange = {
  address: "aws_cognito_user_pool.customers",
  type: "aws_cognito_user_pool",
  action: "replaced",
  forcedBy: ["region"],
  attributes: [],
};
const HASH = / sha256:[0-9a-f]{32}$/;
const withoutHash = (key: string) => key.replace(HASH, " …");

testAll([
  [
    "a call that is gained",
    rowKey({ effect: "broadened", after: call }),
    "broadened allow caller:customers/web call:POST /orders google_cloud_run_v2_service:shop-orders …",
  ],
  [
    "a grant that is lost",
    rowKey({ effect: "narrowed", before: call }),
    "narrowed lost allow caller:customers/web call:POST /orders google_cloud_run_v2_service:shop-orders …",
  ],
  [
    "a condition that changed",
    rowKey({ effect: "broadened", before: call, after: cached(300) }),
    "broadened allow caller:customers/web call:POST /orders google_cloud_run_v2_service:shop-orders cache-seconds:60>300 …",
  ],
  [
    "a call that is open to anyone",
    rowKey({ effect: "broadened", before: call, after: { ...call, principal: { kind: "anyone" } } }),
    "broadened allow caller:customers/web>anyone call:POST /orders google_cloud_run_v2_service:shop-orders …",
  ],
  [
    "a principal that the stack names in a text",
    rowKey({
      effect: "broadened",
      after: {
        ...call,
        principal: { kind: "text", parts: ["role/", { kind: "resource", type: "aws_iam_role", name: "audit" }] },
      },
    }),
    "broadened allow role/aws_iam_role:audit call:POST /orders google_cloud_run_v2_service:shop-orders …",
  ],
  ["a limit", guardKey(throttle), "broadened aws_apigatewayv2_stage.gateway throttling_rate_limit 100>200"],
  [
    "a protection of a resource as a whole",
    guardKey({ ...throttle, guard: GUARDS.presence, before: "true", after: "false" }),
    "broadened aws_apigatewayv2_stage.gateway @presence true>false",
  ],
  [
    "a protection with a long value",
    guardKey({ ...throttle, guard: "format", after: "x".repeat(500) }),
    "broadened aws_apigatewayv2_stage.gateway format …",
  ],
  ["a replacement", resourceKey(replaced), "replaced aws_cognito_user_pool.customers region"],
  [
    "a removal",
    resourceKey({ ...replaced, action: "destroyed", forcedBy: [] }),
    "destroyed aws_cognito_user_pool.customers",
  ],
  ["drift", resourceKey({ ...replaced, action: "drifted", forcedBy: [] }), "drifted aws_cognito_user_pool.customers …"],
] as const)("%s has its own form of key", (_, key, expected) => {
  expect(withoutHash(key)).toBe(expected);
});

/** Pairs that differ in one datum, which no allowance of the other may cover. */
testAll<readonly [string, string, string]>([
  [
    "the condition of a new call",
    rowKey({ effect: "broadened", after: call }),
    rowKey({ effect: "broadened", after: { ...call, conditions: [{ kind: "needs", needs: [] }] } }),
  ],
  [
    "the limit of a new call",
    rowKey({ effect: "broadened", after: call }),
    rowKey({ effect: "broadened", after: cached(3600) }),
  ],
  [
    "the condition before",
    rowKey({ effect: "broadened", before: cached(30), after: cached(300) }),
    rowKey({ effect: "broadened", before: cached(60), after: cached(300) }),
  ],
  [
    "another API that accepts the call",
    rowKey({ effect: "broadened", after: call, elsewhere: true }),
    rowKey({ effect: "broadened", after: call }),
  ],
  [
    "whether a grant is gained or lost",
    rowKey({ effect: "broadened", after: { ...call, effect: "deny" } }),
    rowKey({ effect: "broadened", before: { ...call, effect: "deny" } }),
  ],
  [
    "the end of a long name",
    rowKey({ effect: "broadened", after: { ...call, principal: { kind: "caller", name: `${"x".repeat(200)}a` } } }),
    rowKey({ effect: "broadened", after: { ...call, principal: { kind: "caller", name: `${"x".repeat(200)}b` } } }),
  ],
  [
    "a character that a key cannot show",
    rowKey({ effect: "broadened", after: { ...call, principal: { kind: "caller", name: "a\u202eb" } } }),
    rowKey({ effect: "broadened", after: { ...call, principal: { kind: "caller", name: "a\u202db" } } }),
  ],
  ["the new value", guardKey(throttle), guardKey({ ...throttle, after: "300" })],
  ["the former value", guardKey(throttle), guardKey({ ...throttle, before: "50" })],
  [
    "a value with the sign between two values",
    guardKey({ ...throttle, before: "1>2", after: "3" }),
    guardKey({ ...throttle, before: "1", after: "2>3" }),
  ],
  [
    "a space in a value",
    guardKey({ ...throttle, guard: "a", before: "b c" }),
    guardKey({ ...throttle, guard: "a b", before: "c" }),
  ],
  [
    "a hidden value",
    guardKey({ ...throttle, before: "(hidden)", after: "(hidden)", hidden: "sha256:1" }),
    guardKey({ ...throttle, before: "(hidden)", after: "(hidden)", hidden: "sha256:2" }),
  ],
  ["the effect", guardKey(throttle), guardKey({ ...throttle, effect: "narrowed" })],
  ["what forces a replacement", resourceKey(replaced), resourceKey({ ...replaced, forcedBy: ["name"] })],
  ["what happens to a resource", resourceKey(replaced), resourceKey({ ...replaced, action: "destroyed" })],
  [
    "the value that drifted",
    resourceKey({ ...replaced, action: "drifted", attributes: [{ path: "a", kind: "changed", before: 1, after: 2 }] }),
    resourceKey({ ...replaced, action: "drifted", attributes: [{ path: "a", kind: "changed", before: 1, after: 3 }] }),
  ],
])("two changes that differ in %s have different keys", (_, one, other) => {
  expect(one).not.toBe(other);
});

test("the place that declares a grant, and the cause of a change, are not part of its key", () => {
  const moved = { ...call, from: { address: "aws_iam_role_policy.other", argument: "policy" } };
  expect(rowKey({ effect: "broadened", after: moved, cause: "grant" })).toBe(
    rowKey({ effect: "broadened", after: call }),
  );
});

test("of all changes in the recorded plans, each has a key of one line that no other change of its plan has", () => {
  const names = readdirSync(FIXTURES).map((file) => file.replace(/\.json\.br$/, ""));
  const faults = names.flatMap((name) => {
    const { access, resources, drift } = withKeys(modelOf(fixture(name)));
    const keys = [...access.rows, ...access.guards, ...resources, ...drift].map(({ key }) => key);
    const isFaulty = (key: string, index: number) =>
      keys.indexOf(key) !== index || key.length > 400 || !/^\S[^\p{C}\n]*\S$/u.test(key);
    return keys.filter(isFaulty).map((key) => `${name}: ${key}`);
  });
  expect(names.length).toBeGreaterThan(20);
  expect(faults).toEqual([]);
});

describe("a secret that changes", () => {
  const changed = (value: string, more: (resource: Json) => unknown = () => {}) =>
    changeOfStacks(
      "dev",
      dev,
      edited(dev, (resource) => {
        resource.aws_secretsmanager_secret_version.reporting_agent.secret_string_wo = value;
        resource.aws_lambda_function.callers.environment.variables.SIGNING_SECRET = value;
        more(resource);
      }),
    );
  const keysOf = (...parameters: Parameters<typeof changed>) =>
    changesThatMeet(changed(...parameters)).map(({ key }) => key);

  test("has another key for another value, and no key contains the value or its own hash", () => {
    const [one, other] = [keysOf("hunter2hunter2"), keysOf("hunter3hunter3")];
    expect(one).toHaveLength(2);
    expect(one.filter((key) => other.includes(key))).toEqual([]);
    expect(one.join()).not.toContain("hunter2");
  });

  test("keeps its key if another resource changes as well", () => {
    const more = keysOf("hunter2hunter2", (resource) => {
      resource.aws_iam_role.orders.description = "x";
    });
    expect(more).toEqual(keysOf("hunter2hunter2"));
  });
});

test("a name with control characters does not change the form of a key", () => {
  const named = (name: string) =>
    rowKey({ effect: "broadened", after: { ...call, principal: { kind: "caller", name } } });
  expect(withoutHash(named("a\nb\u202ec\u001b[1m"))).toBe(withoutHash(named("a_b_c_[1m")));
});

test("a key in YAML quotes is the same text again", () => {
  const key = rowKey({
    effect: "broadened",
    after: {
      ...call,
      principal: { kind: "caller", name: "it's: {a} #b" },
      action: { kind: "call", key: "GET /o/{id}" },
    },
  });
  expect(parse(`change: '${key.replaceAll("'", "''")}'`)).toEqual({ change: key });
});

test("JSON has a key on each part, and is the same change without them", () => {
  const model = modelOf(fixture("trust-drifted"));
  const keyed = withKeys(model);
  expect(keyed.drift.map(({ key }) => withoutHash(key))).toEqual(["drifted aws_iam_role.orders …"]);
  const parts = [...keyed.access.rows, ...keyed.access.guards, ...keyed.resources, ...keyed.drift];
  expect(parts.filter(({ key }) => typeof key !== "string")).toEqual([]);
  expect(keyed.driftAccess?.rows.length).toBeGreaterThan(0);
  expect(withoutKeys({ ...keyed })).toEqual(model);
});
