import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodResponse } from "@cdktf/provider-aws/lib/api-gateway-method-response";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { documentTemplate } from "../../../contract/document-template";
import type { GatewayDocument, McpDiscovery } from "../../../intent/model/gateway-intent";
import { comesFrom } from "../../shared/comes-from";
import type { RestResources } from "./rest-resources";

export interface DocumentsProps {
  readonly api: ApiGatewayRestApi;
  readonly resources: RestResources;
  readonly mcp: McpDiscovery;
}

/** The same for every caller and public, so any page may read it. */
const HEADERS = {
  "Access-Control-Allow-Origin": "*",
  "Cache-Control": "public, max-age=300",
} as const;

/**
 * Public documents that the gateway answers itself. They reach no service, and no authorizer decides on them.
 *
 * @returns the resources that a deployment must include
 */
export function declareDocuments(scope: Construct, props: DocumentsProps): readonly TerraformResource[] {
  const addresses = new Map(props.resources.paths.map(({ path, address }) => [path, address]));
  return props.mcp.documents.flatMap((document) => {
    const own = new Construct(scope, `document-${addresses.get(document.path)}`);
    return declareDocument(comesFrom(own, ["services", props.mcp.service, "mcp"]), document, props);
  });
}

function declareDocument(
  scope: Construct,
  { path, content }: GatewayDocument,
  { api, resources }: DocumentsProps,
): readonly TerraformResource[] {
  const at = { restApiId: api.id, resourceId: resources.idOf(path) };
  const method = new ApiGatewayMethod(scope, "Method", {
    ...at,
    httpMethod: "GET",
    authorization: "NONE",
    apiKeyRequired: false,
  });
  const on = { ...at, httpMethod: method.httpMethod };
  const integration = new ApiGatewayIntegration(scope, "Integration", {
    ...on,
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":200}' },
    // This API treats every body as binary, but templates need text.
    contentHandling: "CONVERT_TO_TEXT",
  });
  const response = new ApiGatewayMethodResponse(scope, "MethodResponse", {
    ...on,
    statusCode: "200",
    responseParameters: Object.fromEntries(
      Object.keys(HEADERS).map((name) => [`method.response.header.${name}`, true]),
    ),
  });
  const answer = new ApiGatewayIntegrationResponse(scope, "IntegrationResponse", {
    ...on,
    statusCode: response.statusCode,
    responseParameters: Object.fromEntries(
      Object.entries(HEADERS).map(([name, value]) => [`method.response.header.${name}`, `'${value}'`]),
    ),
    responseTemplates: { "application/json": documentTemplate(content) },
    contentHandling: "CONVERT_TO_TEXT",
    dependsOn: [integration],
  });
  return [method, integration, response, answer];
}
