import { terminalReport } from "../../../../packages/terraform-access-review/formats";
import { changeHash } from "../../../../packages/terraform-access-review/judge/hash";
import { readPlan } from "../../../../packages/terraform-access-review/plan/read";
import { MOST_CHARACTERS, markdownReport } from "../../../../packages/terraform-access-review/render/markdown";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { longPlan, rolesPlan } from "../../../fixtures/plans/large";
import { changeOf, planned, planOf } from "../../../fixtures/plans/synthetic";
import { wordsOf } from "../../../support/ledger-words";
import { testAll } from "../../../support/test-all";

const ESCAPE = "\u001b";
const RIGHT_TO_LEFT = "\u202e";

const HOSTILE = [
  "</details><script>alert(1)</script>",
  "| a | b |\n| --- | --- |",
  "[click](https://evil.example) @everyone ![x](https://evil.example/x.png)",
  "\u001b[2J\u001b[31mno change\u001b[0m",
  "\u202eegnahc on",
  "```\n### prod: no change\n```",
  "__proto__",
  "${aws_iam_role.x.arn}",
];

testAll(HOSTILE)("a hostile value cannot imitate a part of the report: %j", (value) => {
  const change = { before: { note: "a", [value]: "x" }, after: { note: value, [value]: "y" } };
  const report = reportOf(changeOf(planOf([planned("aws_sns_topic.news", change)])));
  const [markdown = ""] = markdownReport(report, { whole: "here" });
  expect(markdown.split("\n").filter((line) => line.startsWith("#"))).toEqual(["### dev: 🔴 access broadened"]);
  for (const sign of ["<script", "](", "@everyone", RIGHT_TO_LEFT, ESCAPE]) expect(markdown).not.toContain(sign);
  for (const sign of [RIGHT_TO_LEFT, `${ESCAPE}[2J`]) expect(terminalReport(report)).not.toContain(sign);
});

testAll(["__proto__", "constructor", "toString"])("a resource with the name %s is like any other", (name) => {
  const policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}';
  const after = { name: "x", assume_role_policy: policy };
  const model = changeOf(planOf([planned(`aws_iam_role.${name}`, { actions: ["create"], after })]), {
    aws_iam_role: { other: { name: "o", assume_role_policy: policy } },
  });
  expect(model.resources.map(({ address }) => address)).toEqual([`aws_iam_role.${name}`]);
  // The other one is declared, but does not exist yet.
  expect(model.access.rows.map((row) => wordsOf(row).resource)).toEqual(["role o", "role x"]);
});

test("another program's plan is read: modules, keys, indices, data sources and unknown types", () => {
  const open =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}';
  const model = changeOf(
    planOf([
      planned('module.a.module.b.aws_iam_role.r["x.y"]', {
        actions: ["create"],
        after: { name: "r", assume_role_policy: open },
      }),
      planned("module.a.aws_iam_role.later[0]", {
        actions: ["create"],
        after: { name: "l" },
        after_unknown: { assume_role_policy: true },
      }),
      planned('azurerm_key_vault.v["k"]', { actions: ["delete"], before: { name: "v" } }),
      planned("data.aws_caller_identity.me", { actions: ["read"], after: {} }, { mode: "data" }),
    ]),
  );
  expect(model.resources.map(({ address, action }) => `${action} ${address}`)).toEqual([
    'destroyed azurerm_key_vault.v["k"]',
    "added module.a.aws_iam_role.later[0]",
    'added module.a.module.b.aws_iam_role.r["x.y"]',
  ]);
  expect(model.resources[0]?.loss).toBe("unknown: the review does not know this type of resource");
  expect(model.access.rows.map((row) => `${row.effect} ${wordsOf(row).principal} ${wordsOf(row).permission}`)).toEqual([
    "broadened any principal sts:AssumeRole (trust policy)",
  ]);
  expect(model.access.guards.filter(({ address }) => address.includes("later"))).toMatchObject([
    { effect: "broadened", address: "module.a.aws_iam_role.later[0]", guard: "assume_role_policy", doubt: true },
  ]);
  expect(model.notes).toEqual([]);
});

test("an unreadable policy in the state is reported, and the review continues", () => {
  const state = {
    address: "aws_iam_role.x",
    type: "aws_iam_role",
    values: { name: "x", assume_role_policy: "not json" },
  };
  const before = state.values;
  const model = changeOf(
    planOf([planned("aws_iam_role.x", { actions: ["delete"], before })], {
      prior_state: { values: { root_module: { resources: [state] } } },
    }),
  );
  expect(model.notes).toEqual([
    { kind: "not-judged", address: "aws_iam_role.x", argument: "assume_role_policy", side: "deployed" },
  ]);
});

test("without the deployed policy every route counts as broadened, and the report states why", () => {
  const model = modelOf({ ...fixture("nothing-changed"), base: undefined });
  expect(
    model.access.rows
      .filter((row) => row.after && wordsOf(row).permission === "GET /orders")
      .every(({ effect }) => effect === "broadened"),
  ).toBe(true);
  expect(model.notes).toEqual([{ kind: "policy-unknown" }]);
});

test("without the deployed policy the cause of a new hash is unknown, so it is shown", () => {
  const hashes = ["aws_apigatewayv2_stage.gateway", "aws_lambda_function.callers", "aws_lambda_function.public"];
  const follows = (base: ReturnType<typeof fixture>["base"]) =>
    modelOf({ ...fixture("code-changed"), base })
      .resources.filter(({ address }) => hashes.includes(address))
      .map((change) => change.follows !== undefined);
  expect(follows(fixture("code-changed").base)).toEqual([true, true, true]);
  expect(follows(undefined)).toEqual([false, false, false]);
});

test("a resource that a plan destroys grants no access, even if it is declared: a plan with -destroy", () => {
  const policy = '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}';
  const values = { name: "x", assume_role_policy: policy };
  const model = changeOf(
    planOf([planned("aws_iam_role.x", { actions: ["delete"], before: values })], {
      prior_state: {
        values: { root_module: { resources: [{ address: "aws_iam_role.x", type: "aws_iam_role", values }] } },
      },
    }),
    { aws_iam_role: { x: values } },
  );
  expect(model.access.rows).toEqual([expect.objectContaining({ effect: "narrowed", before: expect.anything() })]);
});

testAll(["scope-given", "federation-rebuilt"])(
  "%s: neither the order of keys and resources nor unchanged parts affect the hash of the change",
  (name) => {
    const { plan, head, base } = fixture(name);
    const model = modelOf({ plan, head, base });
    const turned = JSON.parse(JSON.stringify(plan), (_, value) => reversedKeys(value)) as typeof plan;
    const resources = [...(plan.resource_changes ?? [])].reverse();
    const hashes = [
      modelOf({ plan: { ...turned, resource_changes: resources }, head, base }),
      { ...model, unchanged: 7 },
    ];
    expect(hashes.map(changeHash)).toEqual([changeHash(model), changeHash(model)]);
    expect(changeHash(model)).not.toBe(OTHER_HASH);
  },
);

const OTHER_HASH = changeHash(modelOf(fixture("scope-taken")));

function reversedKeys(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

/** The system tier tests thousands of roles and fifty megabytes. */
test("more roles than one GitHub comment can name are reported within one", () => {
  const report = reportOf(changeOf(readPlan(rolesPlan(300))));
  expect(report.verdict.counts).toEqual({ changed: 300, destroyed: 300 });
  const [comment = ""] = markdownReport(report, { whole: "here" });
  expect(comment.length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(comment).toContain("Left out here");
});

test("long values do not make a report larger", () => {
  const [short, long] = [10_000, 50_000].map((length) =>
    terminalReport(reportOf(changeOf(readPlan(longPlan(20, length))))),
  );
  expect(long?.length).toBe(short?.length);
});
