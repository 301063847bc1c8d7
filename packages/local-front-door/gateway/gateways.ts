import type { LocalFunction } from "../function/function";
import type { AuthorizerIssuer } from "../issuers/trusted-issuers";
import type { LocalHost } from "../net/local-http";
import type { Stack } from "../terraform/stack";
import type { LocalTrace } from "../trace/trace";
import { LocalGateway } from "./http/http-gateway";
import { readJwtAuthorizers } from "./http/jwt-authorizers";
import { REST_API } from "./rest/api";
import { RestGateway } from "./rest/rest-gateway";
import type { ApiGateway, GatewayOptions } from "./shared/api-gateway";

/** What an environment's callers call, and the other kind of API where both are declared. */
export interface LocalGateways {
  readonly main: ApiGateway;
  readonly alsoServed?: ApiGateway;
}

/** The issuers that JWT authorizers of the stack name. */
export function authorizerIssuers(stack: Stack): readonly AuthorizerIssuer[] {
  const declared = readJwtAuthorizers(stack, stack.all("aws_apigatewayv2_authorizer"));
  return declared.map(({ resource, issuer, audiences }) => ({ name: resource.name, issuer, audiences }));
}

/** Where integrations of both kinds of API lead: the host, and the declaration that names it first. */
export function backendHosts(stack: Stack): ReadonlyMap<string, string> {
  const named = [
    ...stack.all("aws_apigatewayv2_integration").map((each) => [each, "integration_uri"] as const),
    ...stack.all("aws_api_gateway_integration").map((each) => [each, "uri"] as const),
  ];
  const found = new Map<string, string>();
  for (const [resource, attribute] of named) {
    const uri = stack.value(resource, attribute);
    // As a REST API writes it, a path may have variables; those of a host are no URL.
    if (typeof uri !== "string" || !URL.canParse(uri)) continue;
    const { host } = new URL(uri);
    if (!found.has(host)) found.set(host, `${resource.address}.${attribute}`);
  }
  return found;
}

/** The kinds of API that the stack declares; the main one is that of its output `api_url`. */
export function localGateways(
  stack: Stack,
  functions: readonly LocalFunction[],
  ask: LocalHost,
  trace: LocalTrace,
  options?: GatewayOptions,
): LocalGateways {
  const hasRest = stack.all(REST_API).length > 0;
  const hasHttp = !hasRest || stack.all("aws_apigatewayv2_api").length > 0;
  const http = hasHttp ? [stack.part(() => new LocalGateway(stack, functions, ask, trace, options))] : [];
  const rest = hasRest ? [stack.part(() => new RestGateway(stack, functions, ask, trace, options))] : [];
  const restIsMain = stack.output("api_url")?.includes("${aws_api_gateway_") === true;
  const [main, alsoServed] = restIsMain ? [...rest, ...http] : [...http, ...rest];
  return { main: main as ApiGateway, ...(alsoServed && { alsoServed }) };
}
