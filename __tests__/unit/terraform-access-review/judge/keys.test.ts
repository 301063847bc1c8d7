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
const CALLED = "google_cloud_run_v2_service:shop-orders";

/** The key of a call that is gained. */
const gained = (own: Partial<AccessRow> = {}) => rowKey({ effect: "broadened", after: { ...call, ...own } });
const gainedBy = (name: string) => gained({ principal: { kind: "caller", name } });
const changedTo = (before: AccessRow, after: AccessRow) => rowKey({ effect: "broadened", before, after });
const throttleKey = (own: Partial<GuardChange> = {}) => guardKey({ ...throttle, ...own });
const replacedKey = (own: Partial<ResourceChange> = {}) => resourceKey({ ...replaced, ...own });
const driftedTo = (after: number) =>
  replacedKey({ action: "drifted", attributes: [{ path: "a", kind: "changed", before: 1, after }] });

testAll([
  ["a call that is gained", gained(), `broadened allow caller:customers/web call:POST /orders ${CALLED} …`],
  [
    "a grant that is lost",
    rowKey({ effect: "narrowed", before: call }),
    `narrowed lost allow caller:customers/web call:POST /orders ${CALLED} …`,
  ],
  [
    "a condition that changed",
    changedTo(call, cached(300)),
    `broadened allow caller:customers/web call:POST /orders ${CALLED} cache-seconds:60>300 …`,
  ],
  [
    "a call that is open to anyone",
    changedTo(call, { ...call, principal: { kind: "anyone" } }),
    `broadened allow caller:customers/web>anyone call:POST /orders ${CALLED} …`,
  ],
  [
    "a principal that the stack names in a text",
    gained({
      principal: { kind: "text", parts: ["role/", { kind: "resource", type: "aws_iam_role", name: "audit" }] },
    }),
    `broadened allow role/aws_iam_role:audit call:POST /orders ${CALLED} …`,
  ],
  ["a limit", throttleKey(), "broadened aws_apigatewayv2_stage.gateway throttling_rate_limit 100>200"],
  [
    "a protection of a resource as a whole",
    throttleKey({ guard: GUARDS.presence, before: "true", after: "false" }),
    "broadened aws_apigatewayv2_stage.gateway @presence true>false",
  ],
  [
    "a protection with a long value",
    throttleKey({ guard: "format", after: "x".repeat(500) }),
    "broadened aws_apigatewayv2_stage.gateway format …",
  ],
  ["a replacement", replacedKey(), "replaced aws_cognito_user_pool.customers region"],
  ["a removal", replacedKey({ action: "destroyed", forcedBy: [] }), "destroyed aws_cognito_user_pool.customers"],
  ["drift", replacedKey({ action: "drifted", forcedBy: [] }), "drifted aws_cognito_user_pool.customers …"],
] as const)("%s has its own form of key", (_, key, expected) => {
  expect(withoutHash(key)).toBe(expected);
});

/** Pairs that differ in one datum, which no allowance of the other may cover. */
testAll<readonly [string, string, string]>([
  ["the condition of a new call", gained(), gained({ conditions: [{ kind: "needs", needs: [] }] })],
  ["the limit of a new call", gained(), gained(cached(3600))],
  ["the condition before", changedTo(cached(30), cached(300)), changedTo(cached(60), cached(300))],
  ["another API that accepts the call", gained(), rowKey({ effect: "broadened", after: call, elsewhere: true })],
  [
    "whether a grant is gained or lost",
    gained({ effect: "deny" }),
    rowKey({ effect: "broadened", before: { ...call, effect: "deny" } }),
  ],
  ["the end of a long name", gainedBy(`${"x".repeat(200)}a`), gainedBy(`${"x".repeat(200)}b`)],
  ["a character that a key cannot show", gainedBy("a\u202eb"), gainedBy("a\u202db")],
  ["the new value", throttleKey(), throttleKey({ after: "300" })],
  ["the former value", throttleKey(), throttleKey({ before: "50" })],
  [
    "a value with the sign between two values",
    throttleKey({ before: "1>2", after: "3" }),
    throttleKey({ before: "1", after: "2>3" }),
  ],
  ["a space in a value", throttleKey({ guard: "a", before: "b c" }), throttleKey({ guard: "a b", before: "c" })],
  [
    "a hidden value",
    throttleKey({ before: "(hidden)", after: "(hidden)", hidden: "sha256:1" }),
    throttleKey({ before: "(hidden)", after: "(hidden)", hidden: "sha256:2" }),
  ],
  ["the effect", throttleKey(), throttleKey({ effect: "narrowed" })],
  ["what forces a replacement", replacedKey(), replacedKey({ forcedBy: ["name"] })],
  ["what happens to a resource", replacedKey(), replacedKey({ action: "destroyed" })],
  ["the value that drifted", driftedTo(2), driftedTo(3)],
])("two changes that differ in %s have different keys", (_, one, other) => {
  expect(one).not.toBe(other);
});

test("the place that declares a grant, and the cause of a change, are not part of its key", () => {
  const moved = { ...call, from: { address: "aws_iam_role_policy.other", argument: "policy" } };
  expect(rowKey({ effect: "broadened", after: moved, cause: "grant" })).toBe(gained());
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
  expect(withoutHash(gainedBy("a\nb\u202ec\u001b[1m"))).toBe(withoutHash(gainedBy("a_b_c_[1m")));
});

test("a key in YAML quotes is the same text again", () => {
  const key = gained({
    principal: { kind: "caller", name: "it's: {a} #b" },
    action: { kind: "call", key: "GET /o/{id}" },
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
