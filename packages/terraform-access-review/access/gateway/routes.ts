import { identitySourcesInWords } from "../../../../contract/identity-sources";
import { type DeclaredRoute, httpRoutes } from "../../terraform-json/gateway-routes";
import { firstReferred, type Resource, type StackJson } from "../../terraform-json/stack-json";
import { inWords } from "../../types/words";
import { BY_IAM, type Decision, decisionBy, decisionByJwt, noAuthorizer } from "./decision";
import { restRoutes } from "./rest-routes";
import type { GatewayRoute } from "./route";

const AS_IT_IS: Decision = { condition: "", terms: {} };

/** Every route of every API in a stack, except preflights that the gateway answers itself. */
export function gatewayRoutes(stack: StackJson): readonly GatewayRoute[] {
  return [...httpRoutes(stack).map((each) => routeOf(stack, each)), ...restRoutes(stack)];
}

function routeOf(
  stack: StackJson,
  { key, route, authorization, authorizer, integrations }: DeclaredRoute,
): GatewayRoute {
  const uri = integrations[0]?.attributes.integration_uri;
  const found = firstReferred(stack, uri);
  return {
    key,
    service: found?.type === "google_cloud_run_v2_service" ? found : undefined,
    resource: found === undefined ? `service ${uri}` : inWords(found),
    authorization,
    authorizer,
    scopes: route.attributes.authorization_scopes,
    decision: httpDecision(stack, authorization, authorizer, route.attributes.authorization_scopes),
    handling: AS_IT_IS,
  };
}

function httpDecision(
  stack: StackJson,
  authorization: string,
  authorizer: Resource | undefined,
  scopes: unknown,
): Decision {
  if (authorization === "AWS_IAM") return BY_IAM;
  if (authorization === "JWT" && authorizer?.attributes.authorizer_type === "JWT") {
    return decisionByJwt(stack, authorizer, scopes);
  }
  if (authorization !== "CUSTOM" || authorizer === undefined) return noAuthorizer(`authorization ${authorization}`);
  const { identity_sources, authorizer_result_ttl_in_seconds: ttl, authorizer_uri } = authorizer.attributes;
  const sources = identitySourcesInWords([identity_sources ?? []].flat().map(String));
  return decisionBy(stack, {
    uri: authorizer_uri,
    sources,
    seconds: ttl === undefined || ttl === null ? undefined : Number(ttl),
  });
}
