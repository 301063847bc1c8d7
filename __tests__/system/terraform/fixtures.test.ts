import type { ChangeModel } from "../../../packages/terraform-access-review/model/change";
import { reportOf } from "../../../packages/terraform-access-review/render/report";
import { CASES } from "../../fixtures/plans/cases";
import { type Fixture, fixture, modelOf, PLANS_CONFIG } from "../../fixtures/plans/fixture";
import { PlanMaker } from "../../fixtures/plans/plan-maker";
import { applying, providers, SERVED } from "../../support/terraform-stack";

/** One case of each kind: only config, no state, a block of the stack, an option of the plan, and another state. */
const ASKED = ["service-removed", "first-deploy", "service-renamed", "pool-replaced", "rest-route-removed"];

const maker = new PlanMaker(PLANS_CONFIG, providers && SERVED);
afterAll(() => maker.remove());
// The fixtures are made with stand-ins for the providers, which can apply without an account.
for (const name of ASKED) {
  applying(`${name}: the committed plan is the one that Terraform makes today; if not, npm run fixtures`, () => {
    const made = maker.make(CASES[name] ?? {});
    expect(told(made)).toEqual(told(fixture(name)));
  });
}

/** Returns the report of a plan without the hashes of code and policy, which change with the functions. */
function told(each: Fixture) {
  const model: ChangeModel = modelOf(each);
  const report = reportOf(model);
  return {
    verdict: report.verdict.line,
    access: report.access.map(({ effect, sentence }) => `${effect} ${sentence}`),
    resources: model.resources.map(({ attributes, ...rest }) => ({
      ...rest,
      paths: attributes.map(({ path }) => path),
    })),
    unchanged: model.unchanged,
  };
}
