import { type Resource, StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";

/**
 * The `uri` of a REST API's integration, with the values of the stage's variables in it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
export function integrationUri(stack: Stack, integration: Resource): string {
  const [stage] = stack.all("aws_api_gateway_stage");
  return stack.text(integration, "uri").replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => {
    const value = stage && stack.textMap(stage, "variables").get(name);
    if (value === undefined) throw new StackError(`${integration.address}.uri`, `the stage has no variable ${name}`);
    return value;
  });
}
