import { type Find, violations, violationsOfSynthesis } from "../../../support/policy";

const overriding = (address: string, path: string, value: unknown) => (find: Find) =>
  find(address).addOverride(path, value);

/** `violations` must find the same as a whole synthesis, which takes longer. */
test.each<[string, (find: Find) => void, string]>([
  ["no change", () => {}, "dev"],
  ["a text", overriding("aws_iam_role.orders", "assume_role_policy", "{"), "dev"],
  ["a list", overriding("google_cloud_run_v2_service_iam_binding.orders", "members", ["allUsers"]), "dev"],
  ["a nested value", overriding("aws_cognito_user_pool.customers", "lifecycle.prevent_destroy", false), "prod"],
  ["something taken away", overriding("aws_cloudwatch_log_group.public", "retention_in_days", undefined), "staging"],
  [
    "an argument",
    (find) => Object.assign(find("aws_apigatewayv2_route.orders_get_orders_by_id"), { authorizationScopes: [] }),
    "preview",
  ],
  ["a provider", overriding("provider.aws", "default_tags", []), "preview"],
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
