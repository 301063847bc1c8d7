import { violations } from "../../../support/policy";
import { provisionedDev, provisionedRest } from "../../../support/provisioned";
import { intentOf } from "../../../support/shop";
import { testAll } from "../../../support/test-all";

const ALIAS = "aws_lambda_alias.callers";
const STARTED = "aws_lambda_provisioned_concurrency_config.callers";
const FUNCTION = "aws_lambda_function.callers";
const PERMISSION = "aws_lambda_permission.scoped_invoke";
const AUTHORIZER = "aws_apigatewayv2_authorizer.scoped";

const changed = (address: string, attribute: string, value: unknown, intent = provisionedDev()) =>
  violations((find) => find(address).addOverride(attribute, value), intent);

test("the program's own declarations pass, for each kind of API", () => {
  expect(violations(() => {}, provisionedDev())).toEqual([]);
  expect(violations(() => {}, provisionedRest())).toEqual([]);
});

testAll([
  [ALIAS, "function_version", "3"],
  [ALIAS, "function_version", "$LATEST"],
  [ALIAS, "function_version", "${aws_lambda_function.public.version}"],
  [ALIAS, "function_name", "${aws_lambda_function.public.function_name}"],
  [ALIAS, "routing_config", { additional_version_weights: { "1": 1 } }],
  [FUNCTION, "publish", undefined],
  [FUNCTION, "publish", false],
])("an alias that sends calls to another version stops the synthesis: %s %s %s", (address, attribute, value) => {
  expect(changed(address, attribute, value)).toContainEqual(
    expect.stringContaining(`${ALIAS}: does not send all calls to the version that its function publishes`),
  );
});

testAll(["${aws_lambda_alias.callers.name}", "live", "1", "${aws_lambda_function.public.version}"])(
  "instances for %s stop the synthesis",
  (qualifier) => {
    expect(changed(STARTED, "qualifier", qualifier)).toEqual([
      expect.stringContaining(`${STARTED}: keeps instances for ${qualifier}: expected \${${FUNCTION}.version}`),
    ]);
  },
);

testAll([undefined, "other", "${aws_lambda_alias.public.name}"])(
  "a permission with the qualifier %s stops the synthesis, because API Gateway may invoke only the alias",
  (qualifier) => {
    const found = changed(PERMISSION, "qualifier", qualifier);
    expect(found).toEqual([expect.stringContaining(`${PERMISSION}: allows apigateway.amazonaws.com`)]);
    expect(found[0]).toContain("with the qualifier ${aws_lambda_alias.callers.name}");
  },
);

testAll([
  ["invoke_arn", `is decided by callers, past ${ALIAS}, with the cache key`],
  ["qualified_invoke_arn", `is decided by \${${FUNCTION}.qualified_invoke_arn} with the cache key`],
])("an authorizer that calls the function's %s stops the synthesis", (by, decided) => {
  expect(changed(AUTHORIZER, "authorizer_uri", `\${${FUNCTION}.${by}}`)).toEqual(
    expect.arrayContaining([
      expect.stringContaining(decided),
      expect.stringContaining(`${PERMISSION}: allows apigateway.amazonaws.com`),
    ]),
  );
  const rest = "aws_api_gateway_authorizer.scoped";
  expect(changed(rest, "authorizer_uri", `\${${FUNCTION}.${by}}`, provisionedRest())).toContainEqual(
    expect.stringContaining(decided),
  );
});

test("without an alias, an authorizer that calls a fixed version stops the synthesis, because revocations do not change it", () => {
  const uri = `\${${FUNCTION}.qualified_invoke_arn}`;
  expect(changed(AUTHORIZER, "authorizer_uri", uri, intentOf("dev"))).toContainEqual(
    expect.stringContaining(`is decided by ${uri} with the cache key`),
  );
});

test("a scoped route decided by the public function's alias stops the synthesis", () => {
  expect(changed(AUTHORIZER, "authorizer_uri", "${aws_lambda_alias.public.invoke_arn}")).toContainEqual(
    expect.stringContaining("is decided by public with the cache key"),
  );
});
