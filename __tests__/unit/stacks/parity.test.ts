import { intentOf } from "../../support/shop";
import { stackOf } from "../../support/stack";
import { testAll } from "../../support/test-all";

/** All permitted differences between the environments' addresses, and why. An unused entry fails. */
const DIFFERENCES: readonly { readonly only: RegExp; readonly in: readonly string[]; readonly why: string }[] = [
  { only: /[._](reviews)(_|$)/, in: ["prod", "staging"], why: "dev switches the reviews service off" },
  { only: /^aws_apigatewayv2_(api|authorizer|integration|route|stage)\./, in: ["dev"], why: "dev has an HTTP API" },
  { only: /^aws_lambda_permission\.(scoped|public)/, in: ["dev"], why: "dev's HTTP API may invoke the functions" },
  { only: /^aws_cloudwatch_log_group\.access$/, in: ["dev"], why: "dev's HTTP API writes a log" },
  { only: /^aws_api_gateway_/, in: ["prod", "staging"], why: "staging and prod have a REST API" },
  { only: /^aws_lambda_permission\.rest_/, in: ["prod", "staging"], why: "their REST API may invoke the functions" },
  {
    only: /^aws_cloudwatch_log_group\.(rest_access|waf)$/,
    in: ["prod", "staging"],
    why: "REST API and filter write logs",
  },
  {
    only: /^aws_iam_role\w*\.gateway_logs$/,
    in: ["prod", "staging"],
    why: "a REST API's logs need a role of the account",
  },
  {
    only: /^aws_(acm|route53|apigatewayv2_(domain|api_mapping))/,
    in: ["prod", "staging"],
    why: "their API has a name",
  },
  {
    only: /\.(rotate_secret|check_secret|secret_age|(failed|late|secret)_rotation)_reporting_agent$/,
    in: ["prod", "staging"],
    why: "dev rotates no client's secret",
  },
  {
    only: /\.(rotate_secret|check_secret|secret_age|(failed|late|secret)_rotation)_support_desk$/,
    in: ["prod"],
    why: "prod alone rotates this one's",
  },
  { only: /\.partner_feed$/, in: ["prod"], why: "a client that is shut out of prod alone" },
  {
    only: /\.auditors$|^aws_cloudwatch_query_definition\.|^google_project_service\.logging$/,
    in: ["prod"],
    why: "auditors read prod's logs",
  },
  {
    only: /\.secret_rotations$|^google_project_service\.pubsub$|_adders$/,
    in: ["prod"],
    why: "prod is reminded of a service's secret, and says who adds versions",
  },
  {
    only: /^aws_cloudwatch_(log_metric_filter|metric_alarm)\./,
    in: ["prod"],
    why: "prod alone has alarms on the gateway",
  },
  { only: /^aws_wafv2_/, in: ["prod", "staging"], why: "filters stand before a REST API alone" },
];

const environments = ["dev", "prod", "staging"];
const addresses = new Map(environments.map((name) => [name, stackOf(intentOf(name)).addresses()]));
const all = [...new Set([...addresses.values()].flat())].sort();
const partial = all.filter((address) => environments.some((name) => !addresses.get(name)?.includes(address)));

test("the environments have the same addresses, except for the declared differences", () => {
  const unexplained = partial.filter((address) => !DIFFERENCES.some(({ only }) => only.test(address)));
  expect(unexplained).toEqual([]);
});

testAll(DIFFERENCES)("$why: these addresses are only in $in", (difference) => {
  // Routes of a removed service differ for that reason first.
  const others = DIFFERENCES.slice(0, DIFFERENCES.indexOf(difference));
  const found = partial.filter(
    (address) => difference.only.test(address) && !others.some(({ only }) => only.test(address)),
  );
  expect(found).not.toEqual([]);
  for (const address of found) {
    expect(environments.filter((name) => addresses.get(name)?.includes(address))).toEqual(difference.in);
  }
});
