import {
  withInvokeReference,
  withRestReferences,
  withRunUrl,
} from "../../../../packages/terraform-access-review/terraform-json/rest-references";
import { testAll } from "../../../support/test-all";

const API = "${aws_api_gateway_rest_api.gateway.id}";
const HOST = '${trimprefix(google_cloud_run_v2_service.orders.uri, "https://")}';
const stageOf = (variables: object, rest_api_id = API) => ({ rest_api_id, variables });
const stackOf = (stages: object, resource: object = {}, aws: readonly object[] = PROVIDER) =>
  ({ provider: { aws }, resource: { aws_api_gateway_stage: stages, ...resource } }) as never;
const PROVIDER = [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }];
const uriIn = (stages: object, uri: string) =>
  withRunUrl(stackOf(stages), { attributes: { rest_api_id: API, uri } }).attributes.uri;

testAll([
  "https://$${stageVariables.service_orders}/orders/{id}",
  "https://${stageVariables.service_orders}/orders/{id}",
])(
  "a stage variable is read as the URL of the service whose host it has, in a configuration and in a state: %s",
  (uri) => {
    expect(uriIn({ gateway: stageOf({ service_orders: HOST }) }, uri)).toBe(
      "${google_cloud_run_v2_service.orders.uri}/orders/{id}",
    );
  },
);

testAll<[string, object]>([
  ["another expression", { gateway: stageOf({ service_orders: '${trimprefix(google_x.orders.uri, "https://")}' }) }],
  ["text around it", { gateway: stageOf({ service_orders: `a.${HOST}` }) }],
  ["a literal host", { gateway: stageOf({ service_orders: "orders.example.com" }) }],
  ["no variable", { gateway: stageOf({}) }],
  ["no stage", {}],
  ["a stage of another API alone", { other: stageOf({ service_orders: HOST }, "other") }],
  ["two stages that differ", { one: stageOf({ service_orders: HOST }), two: stageOf({ service_orders: "x" }) }],
])("with %s, the uri stays as it is written", (_, stages) => {
  const uri = "https://$${stageVariables.service_orders}/orders";
  expect(uriIn(stages, uri)).toBe(uri);
});

interface Place {
  readonly account?: string;
  readonly region?: string;
  /** Region of the gateway. */
  readonly at?: string;
}

const arnOf = (function_: string, { account = "111122223333", region = "eu-west-1", at = region }: Place = {}) =>
  `arn:aws:apigateway:${at}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${account}:function:${function_}/invocations`;
const FUNCTIONS = {
  aws_lambda_function: { callers: { function_name: "shop-callers" }, public: { function_name: "shop-public" } },
  aws_lambda_alias: { callers: { function_name: "${aws_lambda_function.callers.function_name}", name: "live" } },
};

test("a literal invoke ARN is read as the function or the alias of this stack", () => {
  const stack = stackOf({}, FUNCTIONS);
  expect(withInvokeReference(stack, arnOf("shop-callers"))).toBe("${aws_lambda_function.callers.invoke_arn}");
  expect(withInvokeReference(stack, arnOf("shop-callers:live"))).toBe("${aws_lambda_alias.callers.invoke_arn}");
});

testAll<[string, string, object?, (readonly object[])?]>([
  ["of an unknown function", arnOf("other")],
  ["of an unknown alias", arnOf("shop-callers:old")],
  ["of another function's alias", arnOf("shop-public:live")],
  ["of another account", arnOf("shop-callers", { account: "999988887777" })],
  ["of another region", arnOf("shop-callers", { region: "us-east-1" })],
  ["of two regions", arnOf("shop-callers", { at: "us-east-1" })],
  ["with text after it", `${arnOf("shop-callers")}/x`],
  ["of a name that two functions have", arnOf("shop-callers"), { two: { function_name: "shop-callers" } }],
  ["with two providers", arnOf("shop-callers"), {}, [...PROVIDER, { alias: "other" }]],
  ["without an account", arnOf("shop-callers"), {}, [{ region: "eu-west-1" }]],
  ["with two accounts", arnOf("shop-callers"), {}, [{ ...PROVIDER[0], allowed_account_ids: ["111122223333", "x"] }]],
])("an invoke ARN %s stays as it is written", (_, arn, more = {}, providers = PROVIDER) => {
  const resource = { ...FUNCTIONS, aws_lambda_function: { ...FUNCTIONS.aws_lambda_function, ...more } };
  expect(withInvokeReference(stackOf({}, resource, providers), arn)).toBe(arn);
});

test("resources that are the same object in two stacks stay the same object", () => {
  const [integration, authorizer, role] = [
    { rest_api_id: API, uri: "https://$${stageVariables.service_orders}/" },
    { authorizer_uri: arnOf("shop-callers") },
    { name: "x" },
  ];
  const resource = {
    ...FUNCTIONS,
    aws_api_gateway_integration: { a: integration },
    aws_api_gateway_authorizer: { a: authorizer },
    aws_iam_role: { a: role },
  };
  const [one, other] = [0, 1].map(() =>
    withRestReferences(stackOf({ gateway: stageOf({ service_orders: HOST }) }, resource)),
  );
  expect(one?.resource.aws_api_gateway_integration?.a?.uri).toBe("${google_cloud_run_v2_service.orders.uri}/");
  expect(one?.resource.aws_api_gateway_authorizer?.a?.authorizer_uri).toBe("${aws_lambda_function.callers.invoke_arn}");
  for (const type of Object.keys(resource)) {
    for (const [name, body] of Object.entries(one?.resource[type] ?? {}))
      expect(body).toBe(other?.resource[type]?.[name]);
  }
});
