import { changeOfStacks } from "../../packages/terraform-access-review/judge/from-stacks";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import { dev, edited, type Json } from "./synthesized-states";

/** A change of dev: a client gets a scope, a user pool must be replaced, a route is removed. */
export function believableModel(): ChangeModel {
  const head = edited(dev, (resource, { policy }) => {
    policy.issuers.find(({ id }: Json) => id === "customers").clients[0].scopes.push("orders/write");
    const { reporting_agent: agent } = resource.aws_cognito_user_pool_client;
    agent.allowed_oauth_scopes = ["orders/export", "orders/read", "orders/write"];
    resource.aws_cognito_user_pool.customers.username_attributes = ["phone_number"];
    delete resource.aws_apigatewayv2_route.orders_delete_orders_by_id;
    delete policy.routes["DELETE /orders/{id}"];
  });
  return changeOfStacks("dev", dev, head);
}
