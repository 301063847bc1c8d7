import { readdirSync } from "node:fs";
import { accessLedger } from "../../../review/access";
import { terminalReport } from "../../../review/render/terminal";
import { reportOf } from "../../../review/report/report";
import { CASES } from "./cases";
import { EXPECTED } from "./expected";
import { IN_DOUBT } from "./expected-handshakes";
import { FIXTURES, fixture, modelOf } from "./fixture";

const NAMES = Object.keys(CASES);

test("every case has its plan and its expectation, and there is no plan without a case", () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(30);
  expect(Object.keys(EXPECTED).sort()).toEqual([...NAMES].sort());
  expect(readdirSync(FIXTURES).sort()).toEqual(NAMES.map((name) => `${name}.json.br`).sort());
});

test.each(NAMES)("%s: the verdict and every line of access are what the change means", (name) => {
  const plan = fixture(name);
  const report = reportOf(modelOf(plan));
  const { verdict, access } = EXPECTED[name] ?? { verdict: "", access: [] };
  expect(report.verdict.line).toBe(verdict);
  const lines = report.access.map(({ effect, sentence }) => `${effect === "broadened" ? "+" : "-"} ${sentence}`);
  if (access === "the whole ledger") expect(lines).toHaveLength(accessLedger(plan.head.stack, plan.head.policy).length);
  else {
    const isSwitch = name.startsWith("handshake-");
    const told = isSwitch ? lines.filter((line) => !IN_DOUBT.test(line)) : lines;
    expect([...told].sort()).toEqual([...access].sort());
  }
});

test.each(NAMES)("%s: no value that Terraform or a name marks as secret is in model or report", (name) => {
  const plan = fixture(name);
  const secrets = (plan.plan.prior_state?.values?.root_module?.resources ?? [])
    .filter(({ type }) => type === "aws_cognito_user_pool_client")
    .map(({ values }) => String(values?.client_secret));
  if (name !== "first-deploy") expect(secrets.length).toBeGreaterThan(0);
  const model = modelOf(plan);
  const text = `${JSON.stringify(model)}\n${terminalReport(reportOf(model))}`;
  for (const secret of secrets) expect(text).not.toContain(secret);
});
