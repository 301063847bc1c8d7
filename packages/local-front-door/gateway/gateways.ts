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
import { integrationUri } from "./shared/integration-uri";

/** The API that an environment's callers use, and the other kind of API if both are declared. */
export interface LocalGateways {
  readonly main: ApiGateway;
  readonly alsoServed?: ApiGateway;
}

/** The issuers that the stack's JWT authorizers name. */
export function authorizerIssuers(stack: Stack): readonly AuthorizerIssuer[] {
  const declared = readJwtAuthorizers(stack, stack.all("aws_apigatewayv2_authorizer"));
  return declared.map(({ resource, issuer, audiences }) => ({ name: resource.name, issuer, audiences }));
}

/** Returns the targets of integrations, for both kinds of API: each host, and the first declaration that names it. */
export function backendHosts(stack: Stack): ReadonlyMap<string, string> {
  const http = stack.all("aws_apigatewayv2_integration");
  // A mock has no `uri`.
  const rest = stack.all("aws_api_gateway_integration").filter((each) => stack.value(each, "uri") !== undefined);
  const named = [
    ...http.map((each) => [stack.value(each, "integration_uri"), `${each.address}.integration_uri`] as const),
    ...rest.map((each) => [stack.attempt(() => integrationUri(stack, each)), `${each.address}.uri`] as const),
  ];
  const found = new Map<string, string>();
  for (const [uri, address] of named) {
    // A REST API's path may have variables. A host with variables would not be a URL.
    if (typeof uri !== "string" || !URL.canParse(uri)) continue;
    const { host } = new URL(uri);
    if (!found.has(host)) found.set(host, address);
  }
  return found;
}

/** The kinds of API that the stack declares. The output `api_url` determines the main one. */
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
