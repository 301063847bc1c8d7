import type { Resource } from "../../packages/local-front-door/terraform/document";
import type { Stack } from "../../packages/local-front-door/terraform/stack";
import type { LocalStack } from "./localstack";

export interface ImportProps {
  readonly stack: Stack;
  /** `127.0.0.1:8080`: what answers in place of each service. */
  readonly backend: string;
  /** Values of the authorizer's context, which replace its variables in mappings. */
  readonly context: Readonly<Record<string, string>>;
}

export interface ImportedRestApi {
  /** `Host` of a request to the API. */
  readonly host: string;
  /** First part of each path: `live`. */
  readonly stage: string;
}

/**
 * Makes a synthesized REST API in LocalStack. Three things differ: methods have neither authorizer nor API key, a
 * mapping of an authorizer's value has the value itself, and a service's address is that of the backend.
 */
export async function importRestApi(localStack: LocalStack, props: ImportProps): Promise<ImportedRestApi> {
  const { stack } = props;
  const [declared] = stack.all("aws_api_gateway_rest_api");
  const [stage] = stack.all("aws_api_gateway_stage");
  if (declared === undefined || stage === undefined) throw new Error("the stack has no REST API with a stage");
  const { id, rootResourceId } = await localStack.ask("POST", "/restapis", {
    name: stack.text(declared, "name"),
    binaryMediaTypes: stack.texts(declared, "binary_media_types"),
    endpointConfiguration: { types: ["REGIONAL"] },
  });
  const root = stack.text(declared, "root_resource_id");
  const resources = await importResources(localStack, stack, `/restapis/${id}`, new Map([[root, rootResourceId]]));
  const methodPath = (part: Resource) =>
    `/restapis/${id}/resources/${resources.get(stack.text(part, "resource_id"))}/methods/${stack.text(part, "http_method")}`;
  for (const method of stack.all("aws_api_gateway_method")) {
    const requestParameters = stack.value(method, "request_parameters") ?? {};
    await localStack.ask("PUT", methodPath(method), { authorizationType: "NONE", requestParameters });
  }
  for (const integration of stack.all("aws_api_gateway_integration")) {
    await localStack.ask("PUT", `${methodPath(integration)}/integration`, integrationOf(props, integration));
  }
  for (const response of stack.all("aws_api_gateway_method_response")) {
    const responseParameters = stack.value(response, "response_parameters") ?? {};
    const path = `${methodPath(response)}/responses/${stack.text(response, "status_code")}`;
    await localStack.ask("PUT", path, { responseParameters });
  }
  for (const response of stack.all("aws_api_gateway_integration_response")) {
    const path = `${methodPath(response)}/integration/responses/${stack.text(response, "status_code")}`;
    await localStack.ask("PUT", path, {
      contentHandling: stack.value(response, "content_handling"),
      responseParameters: stack.value(response, "response_parameters") ?? {},
      responseTemplates: stack.value(response, "response_templates") ?? {},
    });
  }
  for (const response of stack.all("aws_api_gateway_gateway_response")) {
    const path = `/restapis/${id}/gatewayresponses/${stack.text(response, "response_type")}`;
    await localStack.ask("PUT", path, {
      statusCode: stack.value(response, "status_code"),
      responseParameters: stack.value(response, "response_parameters") ?? {},
      responseTemplates: stack.value(response, "response_templates") ?? {},
    });
  }
  const { id: deploymentId } = await localStack.ask("POST", `/restapis/${id}/deployments`, {});
  const stageName = stack.text(stage, "stage_name");
  await localStack.ask("POST", `/restapis/${id}/stages`, {
    stageName,
    deploymentId,
    variables: stageVariables(stack, stage, props.backend),
  });
  return { host: `${id}.execute-api.localhost`, stage: stageName };
}

/** Returns the id in LocalStack of each resource, by its id in the stack. Parents come first. */
async function importResources(
  localStack: LocalStack,
  stack: Stack,
  api: string,
  made: Map<string, string>,
): Promise<ReadonlyMap<string, string>> {
  let left = stack.all("aws_api_gateway_resource");
  while (left.length > 0) {
    const next = left.filter((each) => made.has(stack.text(each, "parent_id")));
    if (next.length === 0) throw new Error(`no parent: ${left.map(({ address }) => address).join(", ")}`);
    for (const each of next) {
      const path = `${api}/resources/${made.get(stack.text(each, "parent_id"))}`;
      const { id } = await localStack.ask("POST", path, { pathPart: stack.text(each, "path_part") });
      made.set(stack.text(each, "id"), id);
    }
    left = left.filter((each) => !next.includes(each));
  }
  return made;
}

function integrationOf({ stack, context }: ImportProps, integration: Resource): object {
  const mappings = [...stack.textMap(integration, "request_parameters")].map(([key, value]) => {
    const [, name = ""] = /^context\.authorizer\.(\w+)$/.exec(value) ?? [];
    return [key, Object.hasOwn(context, name) ? `'${context[name]}'` : value];
  });
  return {
    type: stack.text(integration, "type"),
    httpMethod: stack.value(integration, "integration_http_method"),
    // A backend on this machine has no certificate. Its host is a stage variable's value.
    uri: String(stack.value(integration, "uri") ?? "").replace(/^https:/, "http:"),
    contentHandling: stack.value(integration, "content_handling"),
    passthroughBehavior: stack.value(integration, "passthrough_behavior"),
    requestParameters: Object.fromEntries(mappings),
    requestTemplates: stack.value(integration, "request_templates"),
    timeoutInMillis: stack.value(integration, "timeout_milliseconds"),
  };
}

/** Variables with a service's host name the backend. */
function stageVariables(stack: Stack, stage: Resource, backend: string): Readonly<Record<string, string>> {
  const variables = [...stack.textMap(stage, "variables")];
  return Object.fromEntries(variables.map(([name, value]) => [name, name.startsWith("service_") ? backend : value]));
}
