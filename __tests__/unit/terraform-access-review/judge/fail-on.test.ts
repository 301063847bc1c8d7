import {
  changesNothing,
  changesThatMeet,
  FAIL_ON,
  isAllowable,
  reasonsIn,
  reasonsOf,
  unexpected,
} from "../../../../packages/terraform-access-review/judge/fail-on";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import type { ChangeModel, Effect } from "../../../../packages/terraform-access-review/model/change";
import { reportOf, shownLosses } from "../../../../packages/terraform-access-review/render/report";
import { fixture, modelOf } from "../../../fixtures/plans/fixture";
import { stateOf } from "../../../support/rest-state";
import { dev } from "../../../support/synthesized-states";
import { variantOf } from "../../../support/variant";

const given = modelOf(fixture("scope-given"));
const longest = modelOf(fixture("throttle-doubled"));
const drifted = modelOf(fixture("trust-drifted"));

test("a list of reasons is parsed, and an unknown one is refused, also the name of a property of every object", () => {
  expect(reasonsIn("broadened, destroy")).toEqual(["broadened", "destroy"]);
  expect(reasonsIn(undefined)).toEqual([]);
  for (const name of ["broadend", "toString"]) expect(() => reasonsIn(name)).toThrow(`"${name}" is not a reason`);
});

test("a change meets a reason until its own key is expected, and the key of another change does not help", () => {
  const met = unexpected(["broadened"], given);
  expect(met.length).toBeGreaterThan(1);
  const [first, ...others] = met.map(({ key }) => key);
  expect(unexpected(["broadened"], given, [first as string]).map(({ key }) => key)).toEqual(others);
  expect(unexpected(["broadened"], given, [first as string, ...others])).toEqual([]);
  expect(reasonsOf(["destroy", "broadened"], met)).toEqual(["broadened"]);
});

test("any effect that is not narrower meets the reason broadened", () => {
  const as = (effect: Effect): ChangeModel => ({
    ...given,
    access: { rows: given.access.rows.slice(0, 1).map((row) => ({ ...row, effect })), guards: [] },
    resources: [],
  });
  expect((["narrowed", "neither"] as const).flatMap((effect) => changesThatMeet(as(effect)))).toEqual([]);
  expect(changesThatMeet(as("unjudged")).map(({ reason }) => reason)).toEqual(["broadened"]);
  expect(changesThatMeet(as("not known" as Effect)).map(({ reason }) => reason)).toEqual(["broadened"]);
});

test("drift cannot be allowed in advance", () => {
  const met = unexpected(["drift"], drifted);
  expect(met.map(({ key }) => key.split(" ").slice(0, 2))).toEqual([["drifted", "aws_iam_role.orders"]]);
  expect(met.filter(isAllowable)).toEqual([]);
  expect(
    unexpected(
      ["drift"],
      drifted,
      met.map(({ key }) => key),
    ),
  ).toEqual(met);
});

test("a replacement that follows from another meets a reason, although the report shows only its cause", () => {
  const moved = changeOfStacks("dev", dev, stateOf(variantOf("dev", { aws: { region: "eu-central-1" } })));
  const replaced = unexpected(["replace"], moved).map(({ key }) => key);
  expect(replaced).toContain("replaced aws_apigatewayv2_route.orders_get_orders region");
  expect(replaced.length).toBeGreaterThan(shownLosses(reportOf(moved)).length);
});

test("a change of any part, and a note alone, is something; the same state is nothing", () => {
  const nothing = modelOf(fixture("nothing-changed"));
  const { rows } = given.access;
  expect(changesNothing(nothing)).toBe(true);
  for (const part of [
    { access: { rows, guards: [] } },
    { access: { rows: [], guards: longest.access.guards } },
    { resources: given.resources },
    { drift: drifted.drift },
    { notes: [{ kind: "plan-incomplete" } as const] },
  ]) {
    expect(changesNothing({ ...nothing, ...part })).toBe(false);
  }
});

test("every reason has a plan that meets it alone", () => {
  const plans = {
    broadened: "route-made-public",
    destroy: "auditors-removed",
    replace: "gateway-replaced",
    drift: "description-drifted",
  };
  const found = FAIL_ON.map((reason) => reasonsOf(FAIL_ON, changesThatMeet(modelOf(fixture(plans[reason])))));
  expect(found).toEqual([["broadened"], ["destroy"], ["replace"], ["drift"]]);
});
