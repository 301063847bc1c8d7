import { readdirSync } from "node:fs";
import { accessLedger } from "../../../../packages/terraform-access-review/access/ledger";
import { terminalReport } from "../../../../packages/terraform-access-review/formats";
import type { ChangeModel, GuardChange } from "../../../../packages/terraform-access-review/model/change";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import { guardSentence, rowSentence } from "../../../../packages/terraform-access-review/render/sentences";
import { SIGNS } from "../../../../packages/terraform-access-review/render/words";
import { CASES } from "../../../fixtures/plans/cases";
import { EXPECTED } from "../../../fixtures/plans/expected";
import { IN_DOUBT } from "../../../fixtures/plans/expected-handshakes";
import { FIXTURES, type Fixture, fixture, modelOf } from "../../../fixtures/plans/fixture";
import { disparities } from "../../../fixtures/plans/parity";
import { testAll } from "../../../support/test-all";

const NAMES = Object.keys(CASES);

/** Each plan with its review, read once for all tests. */
const read = new Map<string, { readonly plan: Fixture; readonly model: ChangeModel }>();

function planOf(name: string) {
  const known = read.get(name);
  if (known !== undefined) return known;
  const plan = fixture(name);
  const made = { plan, model: modelOf(plan) };
  read.set(name, made);
  return made;
}

test("every case has a plan and an expectation, and every plan has a case", () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(30);
  expect(Object.keys(EXPECTED).sort()).toEqual([...NAMES].sort());
  expect(readdirSync(FIXTURES).sort()).toEqual(NAMES.map((name) => `${name}.json.br`).sort());
});

/** Guards by attribute and address. Tests of sentences check their words. */
function guardLine(change: GuardChange): string {
  const { address, guard, before, after, effect, doubt } = change;
  if (doubt || effect === "neither" || address.startsWith("aws_secretsmanager_secret_rotation."))
    return guardSentence(change);
  return `${guard} of ${address} is ${effect === "broadened" ? "weaker" : "stronger"}: ${before} → ${after}`;
}

testAll(NAMES)("%s: the verdict and every line of access match the change", (name) => {
  const { plan, model } = planOf(name);
  const report = reportOf(model);
  const { verdict, access } = EXPECTED[name] ?? { verdict: "", access: [] };
  expect(report.verdict.line).toBe(verdict);
  const lines = [
    ...model.access.rows.map((row) => `${SIGNS[row.effect]} ${rowSentence(row)}`),
    ...model.access.guards.map((guard) => `${SIGNS[guard.effect]} ${guardLine(guard)}`),
  ];
  expect(report.access).toHaveLength(lines.length);
  if (access === "the whole ledger") expect(lines).toHaveLength(accessLedger(plan.head.stack, plan.head.policy).length);
  else {
    const isSwitch = name.startsWith("handshake-");
    const reported = isSwitch ? lines.filter((line) => !IN_DOUBT.test(line)) : lines;
    expect([...reported].sort()).toEqual([...access].sort());
  }
});

test("no model or report contains a value that Terraform or a name marks as secret", () => {
  const shown = NAMES.flatMap((name) => {
    const { plan, model } = planOf(name);
    const secrets = (plan.plan.prior_state?.values?.root_module?.resources ?? [])
      .filter(({ type }) => type === "aws_cognito_user_pool_client")
      .map(({ values }) => String(values?.client_secret));
    if (secrets.length === 0 && name !== "first-deploy") return [`${name} has no secret`];
    const text = `${JSON.stringify(model)}\n${terminalReport(reportOf(model))}`;
    return secrets.filter((secret) => text.includes(secret)).map(() => `${name} shows a secret`);
  });
  expect(shown).toEqual([]);
});

/** One plan for each kind of change. The system tier has all plans. */
const ONE_OF_A_KIND = [
  "auditors-added",
  "handshake-switched-back",
  "protection-off",
  "rest-kind-changed",
  "rotation-started",
  "route-made-public",
  "service-removed",
];

test("a plan and the synthesized files give the same review of a change in config", () => {
  const found = ONE_OF_A_KIND.flatMap((name) => {
    const { plan, model } = planOf(name);
    return disparities(name, plan, model);
  });
  expect(found).toEqual([]);
});
