import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, edited, type Json, lines } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

type Edit = (resource: Json) => unknown;

const rest = stateOf(restDev());
const reviewOf = (edit: Edit) => lines(accessBetween(rest, edited(rest, edit)));
const method = (resource: Json) => resource.aws_api_gateway_method.orders_get_orders;
const integration = (resource: Json) => resource.aws_api_gateway_integration.orders_get_orders;
const mappings = (resource: Json) => integration(resource).request_parameters;
const HEADER = "integration.request.header.";
const stage = (resource: Json) => resource.aws_api_gateway_stage.gateway;
const api = (resource: Json) => resource.aws_api_gateway_rest_api.gateway;
const authorizer = (resource: Json) => resource.aws_api_gateway_authorizer.scoped;

/** A reader who sees only the verdict must not miss any of these. */
const OPENS: readonly (readonly [string, Edit, RegExp])[] = [
  [
    "X-HTTP-Method-Override is forwarded",
    (r) => delete mappings(r)[`${HEADER}X-HTTP-Method-Override`],
    /X-HTTP-Method-Override/,
  ],
  [
    "another authorizer of this stack",
    (r) => (method(r).authorizer_id = "${aws_api_gateway_authorizer.public.id}"),
    /GET \/orders/,
  ],
  ["a private network", (r) => Object.assign(integration(r), { connection_type: "VPC_LINK", connection_id: "x" }), /V/],
  ["a role for the integration", (r) => (integration(r).credentials = "arn:aws:iam::*:user/*"), /credentials|AS arn/],
  ["a policy of the API", (r) => (api(r).policy = statement("*")), /any principal \| execute-api:Invoke/],
  [
    "another service behind a route",
    (r) => (stage(r).variables.service_orders = stage(r).variables.service_catalog),
    /GET \/orders .*service storefront-dev-catalog/,
  ],
  [
    "another host behind a route",
    (r) => (stage(r).variables.service_orders = "example.com"),
    /variables.service_orders[\s\S]*GET \/orders .*HTTP_PROXY https:\/\/\$\$\{stageVariables.service_orders\}/,
  ],
  [
    "another stage with another host",
    (r) => (r.aws_api_gateway_stage.old = { ...stage(r), stage_name: "old", variables: { policy: "x" } }),
    /GET \/orders .*HTTP_PROXY/,
  ],
  [
    "another stage, of an old snapshot",
    (r) => (r.aws_api_gateway_stage.old = { ...stage(r), stage_name: "old", deployment_id: "abc" }),
    /anyone \| send requests \| stage old of REST API storefront-dev/,
  ],
  ["an import over the API", (r) => (r.aws_api_gateway_rest_api_put = { x: { body: "{}" } }), /rest_api_put.x/],
];

testAll(OPENS)("%s: access is broadened", (_, edit, what) => {
  const broader = reviewOf(edit).filter((each) => each.startsWith("+"));
  expect(broader.join("\n")).toMatch(what);
});

/** Changes that are not reported: rows or guards report them, or they open nothing. */
const SAYS_NOTHING: readonly (readonly [string, Edit])[] = [
  ["the text of a refusal", (r) => (refusal(r).response_templates["application/json"] = '{"message":"no"}')],
  [
    "a service's host and a function, each named by a reference",
    (r) => {
      integration(r).uri = "${google_cloud_run_v2_service.orders.uri}/orders";
      authorizer(r).authorizer_uri = "${aws_lambda_function.callers.invoke_arn}";
    },
  ],
  ["another header that is withheld", (r) => (mappings(r)[`${HEADER}X-Other`] = "''")],
];

testAll(SAYS_NOTHING)("%s: access does not change", (_, edit) => {
  expect(reviewOf(edit)).toEqual([]);
});

function statement(principal: string): string {
  const Statement = [{ Effect: "Allow", Principal: principal, Action: "execute-api:Invoke", Resource: "*" }];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

const refusal = (resource: Json) => resource.aws_api_gateway_gateway_response.throttled;
