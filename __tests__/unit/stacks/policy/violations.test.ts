import { type Find, violations, violationsOfSynthesis } from "../../../support/policy";

/** `violations` must find the same as a whole synthesis, which takes longer. */
test.each<[string, (find: Find) => void, string]>([
  ["no change", () => {}, "dev"],
  ["a text", (find) => find("aws_iam_role.orders").addOverride("assume_role_policy", "{"), "dev"],
  [
    "a list",
    (find) => find("google_cloud_run_v2_service_iam_binding.orders").addOverride("members", ["allUsers"]),
    "dev",
  ],
  [
    "a nested value",
    (find) => find("aws_cognito_user_pool.customers").addOverride("lifecycle.prevent_destroy", false),
    "prod",
  ],
  [
    "something taken away",
    (find) => find("aws_cloudwatch_log_group.public").addOverride("retention_in_days", undefined),
    "staging",
  ],
  [
    "an argument",
    (find) => Object.assign(find("aws_apigatewayv2_route.orders_get_orders_by_id"), { authorizationScopes: [] }),
    "preview",
  ],
  ["a provider", (find) => find("provider.aws").addOverride("default_tags", []), "preview"],
  [
    "two elements",
    (find) => ["orders", "catalog"].map((name) => find(`aws_iam_role.${name}`).addOverride("assume_role_policy", "{}")),
    "staging",
  ],
])("it reports the same findings for %s as a synthesis", (_, change, environment) => {
  expect(violations(change, {}, environment)).toEqual(violationsOfSynthesis(change, {}, environment));
});

test("a change does not affect the next one", () => {
  const change = (find: Find) => find("aws_iam_role.orders").addOverride("assume_role_policy", "{");
  expect(violations(change).length).toBeGreaterThan(0);
  expect(violations(() => {})).toEqual([]);
});
