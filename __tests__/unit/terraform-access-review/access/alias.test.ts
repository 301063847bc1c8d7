import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { provisionedDev, provisionedRest } from "../../../support/provisioned";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { intentOf } from "../../../support/shop";
import { edited, line, rowsOf } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const provisioned = stateOf(provisionedDev());

test.each([
  ["an HTTP API", provisionedDev(), intentOf("dev")],
  ["a REST API", provisionedRest(), restDev()],
])("behind an alias every row of %s is the same but those on who invokes the function", (_, intent, without) => {
  const [own, others] = [intent, without].map((each) => rowsOf(stateOf(each)).map(line));
  const more = own?.filter((each) => !others?.includes(each)) ?? [];
  const gone = others?.filter((each) => !own?.includes(each)) ?? [];
  expect(more.length).toBeGreaterThan(1);
  expect(more.map((each) => each.replace(/, alias live/, ""))).toEqual(gone);
  expect(more.filter((each) => !each.includes("lambda:InvokeFunction"))).toEqual([]);
});

testAll([
  ["aws_lambda_alias", "function_version", "3"],
  ["aws_lambda_alias", "function_version", "${aws_lambda_function.public.version}"],
  ["aws_lambda_alias", "function_name", "another"],
  ["aws_lambda_alias", "routing_config", { additional_version_weights: { "1": 1 } }],
  ["aws_lambda_function", "publish", false],
] as const)("of an alias with %s %s %s no one knows who decides", (type, attribute, value) => {
  const state = edited(provisioned, (resource: StackJson["resource"]) => {
    Object.assign(resource[type]?.callers ?? {}, { [attribute]: value });
  });
  const conditions = rowsOf(state).filter(({ permission }) => permission === "GET /orders/{id}");
  expect(conditions.map(({ principal, condition }) => [principal, condition])).toEqual([
    [
      "anyone",
      "NO AUTHORIZER (${aws_lambda_alias.callers.invoke_arn} decides, which may call another version than its function publishes)",
    ],
  ]);
});
