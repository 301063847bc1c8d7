import type { PolicyJson } from "../../../review/access/policy-json";
import type { SynthesizedState } from "../../../review/change/state";

/** A stack of many routes and the plan that changes some of it, as `terraform show -json` writes it. */
export interface BigPlan {
  readonly text: string;
  readonly head: SynthesizedState;
  readonly base: SynthesizedState;
}

/** Of a thousand resources in a pull request most stay as they are. */
const CHANGED_EACH = 10;

/** @param resources how many; beside the API, the authorizer and the integration that they refer to */
export function bigPlan(resources: number): BigPlan {
  const names = Array.from({ length: resources }, (_, index) => `orders_get_part_${index}`);
  const keyOf = (index: number) => `GET /orders/parts/${index}`;
  const isChanged = (index: number) => index % CHANGED_EACH === 0;
  const values = (index: number, id: string) => ({
    api_id: "a1b2c3d4e5",
    authorization_scopes: null,
    authorization_type: "CUSTOM",
    authorizer_id: isChanged(index) && id === "after" ? "public1" : "scoped1",
    id: `route${index}`,
    model_selection_expression: null,
    operation_name: null,
    region: "eu-west-1",
    request_models: null,
    request_parameter: [],
    route_key: keyOf(index),
    route_response_selection_expression: null,
    target: "integrations/orders1",
  });
  const resource_changes = names.map((name, index) => ({
    address: `aws_apigatewayv2_route.${name}`,
    mode: "managed",
    type: "aws_apigatewayv2_route",
    name,
    provider_name: "registry.terraform.io/hashicorp/aws",
    change: {
      actions: isChanged(index) ? ["update"] : ["no-op"],
      before: values(index, "before"),
      after: values(index, "after"),
      after_unknown: {},
      before_sensitive: { request_parameter: [] },
      after_sensitive: { request_parameter: [] },
    },
  }));
  const prior_state = {
    format_version: "1.0",
    values: {
      root_module: {
        resources: resource_changes.map(({ address, type, change }) => ({
          address,
          mode: "managed",
          type,
          values: change.before,
          sensitive_values: {},
        })),
      },
    },
  };
  const planned_values = {
    root_module: { resources: resource_changes.map(({ address, change }) => ({ address, values: change.after })) },
  };
  const plan = { format_version: "1.2", terraform_version: "1.11.4", planned_values, resource_changes, prior_state };
  return {
    text: JSON.stringify(plan),
    head: stateOf(names, keyOf, isChanged),
    base: stateOf(names, keyOf, () => false),
  };
}

function stateOf(
  names: readonly string[],
  keyOf: (index: number) => string,
  isPublic: (index: number) => boolean,
): SynthesizedState {
  const routes = names.map((name, index) => [
    name,
    {
      api_id: "${aws_apigatewayv2_api.gateway.id}",
      authorization_type: "CUSTOM",
      authorizer_id: `\${aws_apigatewayv2_authorizer.${isPublic(index) ? "public" : "scoped"}.id}`,
      route_key: keyOf(index),
      target: "integrations/${aws_apigatewayv2_integration.orders.id}",
    },
  ]);
  const policy: PolicyJson = {
    cacheSeconds: 60,
    issuers: [],
    services: {},
    routes: Object.fromEntries(
      names.map((_, index) => [
        keyOf(index),
        { service: "orders", access: isPublic(index) ? "public" : { scopes: ["orders/read"] } },
      ]),
    ),
  };
  return { stack: { provider: {}, resource: { aws_apigatewayv2_route: Object.fromEntries(routes) } }, policy };
}
