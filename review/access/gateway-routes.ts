import { identitySourcesInWords } from "../../contract/identity-sources";
import { type Resource, referred, resourcesOf, type StackJson } from "../../terraform-json/stack-json";
import { type Decision, decisionBy, noAuthorizer } from "./decision";
import type { GatewayRoute } from "./gateway-route";
import { restRoutes } from "./rest/rest-routes";

const AS_IT_IS: Decision = { under: "", terms: {} };

/** Every route of every API in a stack. Preflights that a gateway answers by itself are none. */
export function gatewayRoutes(stack: StackJson): readonly GatewayRoute[] {
  return [...httpRoutes(stack), ...restRoutes(stack)];
}

export function httpRoutes(stack: StackJson): readonly GatewayRoute[] {
  return resourcesOf(stack, "aws_apigatewayv2_route").map((route) => httpRoute(stack, route));
}

function httpRoute(stack: StackJson, { attributes }: Resource): GatewayRoute {
  const integration = referred(stack, attributes.target);
  const found = referred(stack, integration?.attributes.integration_uri);
  const authorization = String(attributes.authorization_type);
  const authorizer = referred(stack, attributes.authorizer_id);
  return {
    key: String(attributes.route_key),
    service: found?.type === "google_cloud_run_v2_service" ? found : undefined,
    on: `service ${found?.attributes.name ?? integration?.attributes.integration_uri}`,
    authorization,
    authorizer,
    scopes: attributes.authorization_scopes,
    decision: httpDecision(stack, authorization, authorizer),
    handling: AS_IT_IS,
  };
}

function httpDecision(stack: StackJson, authorization: string, authorizer: Resource | undefined): Decision {
  if (authorization !== "CUSTOM" || authorizer === undefined) return noAuthorizer(`authorization ${authorization}`);
  const { identity_sources, authorizer_result_ttl_in_seconds, authorizer_uri } = authorizer.attributes;
  const sources = identitySourcesInWords([identity_sources ?? []].flat().map(String));
  return decisionBy(stack, { uri: authorizer_uri, sources, seconds: Number(authorizer_result_ttl_in_seconds) });
}
