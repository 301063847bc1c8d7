import type { AccessPolicy } from "../../contract/policy-file";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";

/** A stack of many routes and a plan that changes some of it, in the form of `terraform show -json`. */
export interface BigPlan {
  readonly text: string;
  readonly head: SynthesizedState;
  readonly base: SynthesizedState;
}

/** Every tenth resource changes: in a pull request, most of a thousand stay unchanged. */
const CHANGED_EACH = 10;

/** @param resources their number, without the API, the authorizer and the integration that they refer to */
export function bigPlan(resources: number): BigPlan {
  const names = Array.from({ length: resources }, (_, index) => `orders_get_part_${index}`);
  const keyOf = (index: number) => `GET /orders/parts/${index}`;
  const isChanged = (index: number) => index % CHANGED_EACH === 0;
  const values = (index: number, authorizer_id: string) => ({
    api_id: "a1b2c3d4e5",
    authorization_scopes: null,
    authorization_type: "CUSTOM",
    authorizer_id,
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
  const sensitive = { request_parameter: [] };
  const all = names.map((name, index) => ({
    named: {
      address: `aws_apigatewayv2_route.${name}`,
      mode: "managed",
      type: "aws_apigatewayv2_route",
      name,
      provider_name: "registry.terraform.io/hashicorp/aws",
    },
    actions: [isChanged(index) ? "update" : "no-op"],
    before: values(index, "scoped1"),
    after: values(index, isChanged(index) ? "public1" : "scoped1"),
  }));
  const resource_changes = all.map(({ named, ...change }) => ({
    ...named,
    change: { ...change, after_unknown: {}, before_sensitive: sensitive, after_sensitive: sensitive },
  }));
  const resourcesWith = (moment: "before" | "after") =>
    all.map(({ named, [moment]: each }) => ({
      ...named,
      schema_version: 0,
      values: each,
      sensitive_values: sensitive,
    }));
  const head = stateOf(names, keyOf, isChanged);
  const declared = head.stack.resource.aws_apigatewayv2_route ?? {};
  const configuration = {
    root_module: { resources: resource_changes.map((each) => configured(each, declared)) },
  };
  const plan = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: { resources: resourcesWith("after") } },
    resource_changes,
    prior_state: { format_version: "1.0", values: { root_module: { resources: resourcesWith("before") } } },
    configuration,
  };
  return {
    text: JSON.stringify(plan),
    head,
    base: stateOf(names, keyOf, () => false),
  };
}

/** Expressions as `terraform show -json` prints them: each as written, with its references. */
function configured({ address, type, name }: Named, routes: Readonly<Record<string, object>>) {
  const expressions = Object.entries(routes[name] ?? {}).map(([argument, value]) => {
    const owner = /\$\{(.*)\.id\}/.exec(value)?.[1];
    return [argument, { constant_value: value, ...(owner && { references: [`${owner}.id`, owner] }) }];
  });
  const own = Object.fromEntries(expressions);
  return { address, mode: "managed", type, name, provider_config_key: "aws", expressions: own, schema_version: 0 };
}

interface Named {
  readonly address: string;
  readonly type: string;
  readonly name: string;
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
  const policy: AccessPolicy = {
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
