import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { changeOfStacks } from "../../../review/change/from-stacks";
import { NOTHING, type SynthesizedState } from "../../../review/change/state";
import { TYPE_FACTS } from "../../../review/change/type-facts";
import { reportOf } from "../../../review/report/report";
import { verdictOf } from "../../../review/report/verdict";
import { mutations } from "../../support/ledger-mutations";
import { sharedIssuerState, verifyingState } from "../../support/shared-issuer";

const read = (environment: string): SynthesizedState => {
  const path = (name: string) => join(__dirname, "../../../synthesized", environment, name);
  const file = (name: string) => JSON.parse(readFileSync(path(name), "utf8"));
  const policy = "authorizer-policy.json";
  return { stack: file("main.tf.json"), ...(existsSync(path(policy)) && { policy: file(policy) }) };
};
const dev = read("dev");
const all = [...mutations(dev)];
const change = (head: SynthesizedState, base = dev) => changeOfStacks("dev", base, head);

/** The state with one change to its stack. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of any shape
function edited(edit: (stack: any, policy: any) => void): SynthesizedState {
  const copy = structuredClone(dev);
  edit(copy.stack, copy.policy);
  return copy;
}

test.each(["dev", "staging", "preview", "prod"])("%s against itself is no change", (environment) => {
  const state = read(environment);
  const model = changeOfStacks(environment, state, structuredClone(state));
  expect(verdictOf(model).line).toBe(`${environment}: no change`);
  expect([model.access, model.resources]).toEqual([{ rows: [], guards: [] }, []]);
});

test("what the review knows of types covers every type that is committed", () => {
  const folder = join(__dirname, "../../../synthesized");
  const types = readdirSync(folder).flatMap((name) =>
    Object.keys(JSON.parse(readFileSync(join(folder, name, "main.tf.json"), "utf8")).resource),
  );
  expect([...new Set(types)].filter((type) => !(type in TYPE_FACTS))).toEqual([]);
});

const LOOSER =
  /loosened|widened|opened|allowed|check off|kept longer|condition removed|for any|mapping changed|made public|another|without authorizer|(Principal|Action|Resource) changed|^(?!identity source).* added/;

/** What is not read has no row in a review, but a line that names it by all that it is. */
const UNREAD = /^unread /;

test.each(all.filter(({ kind }) => UNREAD.test(kind)).map(({ name, mutated }) => [name, mutated] as const))(
  "%s: told once, so that to allow one is not to allow another",
  (_, mutated) => {
    const { rows, guards } = change(mutated as SynthesizedState).access;
    expect(rows).toEqual([]);
    expect(guards).toEqual([
      expect.objectContaining({ guard: "what it opens", effect: "broadened", after: expect.stringMatching(/sha256/) }),
    ]);
  },
);

describe.each([
  ["functions decide", dev, /./],
  ["Envoy decides", sharedIssuerState(dev), /Envoy|gateway|authorizer|route|invoker/],
  ["functions decide and Envoy verifies", verifyingState(dev), /Envoy/],
])("%s", (_name, base, kinds) => {
  const found = [...mutations(base)].filter(({ kind }) => kinds.test(kind));

  test.each(found.filter(({ kind }) => LOOSER.test(kind)).map(({ name, mutated }) => [name, mutated] as const))(
    "%s: access is broadened",
    (_, mutated) => {
      expect(verdictOf(change(mutated as SynthesizedState, base)).access).toBe("broadened");
    },
  );

  test("every mutation of the ledger is in the access table, and there backwards as well", () => {
    for (const { name, mutated } of found.filter(({ kind }) => !UNREAD.test(kind))) {
      const forth = change(mutated as SynthesizedState, base).access.rows;
      const back = change(base, mutated as SynthesizedState).access.rows;
      expect([name, forth.length > 0]).toEqual([name, true]);
      const turned = back.map(({ before, after }) => JSON.stringify([after, before])).sort();
      expect(forth.map(({ before, after }) => JSON.stringify([before, after])).sort()).toEqual(turned);
    }
  });

  test("to take a client or a scope from Envoy's rules is narrower, and to give it again broader", () => {
    const fewer = found.filter(({ kind }) => /^Envoy's (client|rule of scopes) removed$/.test(kind));
    for (const { name, mutated } of fewer) {
      const effects = [change(mutated as SynthesizedState, base), change(base, mutated as SynthesizedState)];
      const verdicts = effects.map((model) => verdictOf(model).access);
      expect([name, ...verdicts]).toEqual([name, "narrowed", "broadened"]);
    }
  });
});

test.each(
  all
    .filter(({ kind }) => /^(member|statement|granted scope|clients|subjects|issuer) removed$/.test(kind))
    .map(({ name, mutated }) => [name, mutated] as const),
)("%s: a grant taken away is narrower, and given again broader, unless it denied", (_, mutated) => {
  const denied = change(mutated as SynthesizedState).access.rows.some(({ before }) => before?.may.startsWith("DENY"));
  expect(verdictOf(change(mutated as SynthesizedState)).access).toBe(denied ? "broadened" : "narrowed");
  expect(verdictOf(change(dev, mutated as SynthesizedState)).access).toBe(denied ? "narrowed" : "broadened");
});

test("no order of keys, of resources or of lists that are sets changes a report", () => {
  const target = edited((stack) => {
    stack.resource.aws_cognito_user_pool_client.web.callback_urls.push("https://x.example/cb");
    stack.resource.aws_apigatewayv2_stage.gateway.route_settings.pop();
  });
  const report = JSON.stringify(reportOf(change(target)));
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const shuffled = { stack: shuffle(target.stack, seed), policy: shuffle(target.policy, seed) };
      expect(JSON.stringify(reportOf(change(shuffled as SynthesizedState)))).toBe(report);
    }),
    { numRuns: 30 },
  );
});

const SETS = ["callback_urls", "members", "allowed_oauth_scopes", "route_settings", "allow_origins", "scope"];

/** The same JSON with its keys, and the items of sets, in another order. */
function shuffle(value: unknown, seed: number, key = ""): unknown {
  const order = <T>(items: readonly T[]) =>
    [...items]
      .map((item, index) => [Math.sin(seed + index), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  if (Array.isArray(value)) {
    const items = value.map((item) => shuffle(item, seed));
    return SETS.includes(key) ? order(items) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(order(Object.entries(value)).map(([name, item]) => [name, shuffle(item, seed, name)]));
}

test("a new environment is added, a removed one destroyed, with what is lost", () => {
  const [added, destroyed] = [change(dev, NOTHING), change(NOTHING, dev)];
  expect(new Set(added.resources.map(({ action }) => action))).toEqual(new Set(["added"]));
  expect(new Set(destroyed.resources.filter(({ type }) => type !== "").map(({ action }) => action))).toEqual(
    new Set(["destroyed"]),
  );
  expect([verdictOf(added).dataAtRisk, verdictOf(destroyed).dataAtRisk]).toEqual([false, true]);
  // The rows that denied go with what they protected; the project, which nobody audits any more, stays.
  const { rows, guards } = destroyed.access;
  expect(rows.filter(({ effect }) => effect === "broadened")).toEqual([]);
  expect(new Set(guards.map(({ address }) => address.split(".")[0]))).toEqual(
    new Set(["google_project_iam_audit_config"]),
  );
});

test("a pool that is replaced takes its provider with it, each with what is lost", () => {
  const model = change(
    edited((stack) => {
      stack.resource.google_iam_workload_identity_pool.gateway.workload_identity_pool_id = "another";
    }),
  );
  const replaced = model.resources.filter(({ action }) => action === "replaced");
  expect(replaced.map(({ address, forcedBy }) => [address, forcedBy])).toEqual([
    ["google_iam_workload_identity_pool.gateway", ["workload_identity_pool_id"]],
    ["google_iam_workload_identity_pool_provider.aws_gateway", ["workload_identity_pool_id"]],
  ]);
  expect(replaced.every(({ loss }) => loss?.includes("30 days"))).toBe(true);
});

test("moved, imported and forgotten resources are neither added nor destroyed", () => {
  const model = change(
    edited((stack) => {
      const { aws_iam_role: roles, aws_cognito_user_pool: pools, google_service_account: accounts } = stack.resource;
      stack.moved = [{ from: "aws_iam_role.orders", to: "aws_iam_role.sales" }];
      roles.sales = roles.orders;
      delete roles.orders;
      stack.import = [{ to: "aws_cognito_user_pool.found", id: "eu-west-1_abc" }];
      pools.found = { name: "found" };
      stack.removed = [{ from: "google_service_account.catalog", lifecycle: { destroy: false } }];
      delete accounts.catalog;
    }),
  );
  const named = ["aws_iam_role.sales", "aws_cognito_user_pool.found", "google_service_account.catalog"];
  const found = model.resources.filter(({ address }) => named.includes(address));
  expect(found.map(({ action, movedFrom, importedAs }) => [action, movedFrom ?? importedAs])).toEqual([
    ["imported", "eu-west-1_abc"],
    ["moved", "aws_iam_role.orders"],
    ["forgotten", undefined],
  ]);
  expect(model.resources.some(({ address }) => address === "aws_iam_role.orders")).toBe(false);
});

test.each<
  [
    string,
    (stack: Record<string, never> & { resource: Record<string, Record<string, Record<string, unknown>>> }) => void,
  ]
>([
  [
    "access tokens that live longer",
    ({ resource }) => set(resource, "aws_cognito_user_pool_client.web.access_token_validity", 120),
  ],
  [
    "access tokens in another unit",
    ({ resource }) =>
      set(resource, "aws_cognito_user_pool_client.web.token_validity_units", [{ access_token: "hours" }]),
  ],
  ["multi-factor off", ({ resource }) => set(resource, "aws_cognito_user_pool.customers.mfa_configuration", "OFF")],
  ["logs kept shorter", ({ resource }) => set(resource, "aws_cloudwatch_log_group.access.retention_in_days", 1)],
  [
    "a secret gone at once",
    ({ resource }) => set(resource, "aws_secretsmanager_secret.support_desk.recovery_window_in_days", 0),
  ],
  [
    "roles open to other policies",
    ({ resource }) => set(resource, "aws_iam_role_policies_exclusive.orders", undefined),
  ],
  ["no audit of token exchanges", ({ resource }) => set(resource, "google_project_iam_audit_config.sts", undefined)],
])("%s: broader, though no row of the ledger changes", (_, edit) => {
  const head = edited(edit);
  const { access } = change(head);
  expect([access.rows, [...new Set(access.guards.map(({ effect }) => effect))]]).toEqual([[], ["broadened"]]);
  expect(
    change(dev, head)
      .access.guards.map(({ effect }) => effect)
      .filter((effect) => effect === "broadened"),
  ).toEqual([]);
});

/** Sets or deletes what is at `type.name` or `type.name.attribute`. */
function set(resource: Record<string, Record<string, Record<string, unknown>>>, path: string, value: unknown): void {
  const [type = "", name = "", attribute] = path.split(".");
  const owner = (attribute === undefined ? resource[type] : resource[type]?.[name]) as Record<string, unknown>;
  const key = attribute ?? name;
  if (!(key in owner)) throw new Error(`no ${path}`);
  if (value === undefined) delete owner[key];
  else owner[key] = value;
}
