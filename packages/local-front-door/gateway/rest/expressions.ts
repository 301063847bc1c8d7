import { StackError } from "../../terraform/document";
import { domainNameOf } from "../shared/custom-domain";
import { headerValue, type RestRequest } from "./request";

type ContextRequest = Omit<RestRequest, "match"> & { readonly match?: RestRequest["match"] };

/**
 * The value of an expression in an identity source or a mapping: `method.request.header.X`, `context.path`,
 * `stageVariables.policy`, `'text'`. Undefined if the request has no such value. An unknown expression is an error.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
 */
export function restValue(expression: string, request: RestRequest, address: string): string | undefined {
  const text = /^'([^']*)'$/.exec(expression);
  if (text !== null) return text[1];
  const [, source = "", name = ""] = /^(context|stageVariables|method\.request)\.(.+)$/.exec(expression) ?? [];
  if (source === "stageVariables") return request.stageVariables.get(name);
  if (source === "context") return contextValue(name, request, address);
  const [, place, key = ""] = /^(header|path|querystring)\.(.+)$/.exec(name) ?? [];
  if (place === "header") return headerValue(request.headers, key);
  if (place === "path") return request.match.pathParameters[key];
  if (place === "querystring") return new URLSearchParams(request.query).getAll(key).at(-1);
  throw new StackError(address, `unknown expression ${expression}`);
}

function contextValue(name: string, request: RestRequest, address: string): string | undefined {
  if (name.startsWith("authorizer.")) return request.authorizer.get(name.slice("authorizer.".length));
  const known = contextVariables(request);
  if (Object.hasOwn(known, name)) return known[name];
  throw new StackError(address, `unknown expression context.${name}`);
}

/** Variables of mappings, identity sources and gateway responses. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html */
export function contextVariables(request: ContextRequest): Readonly<Record<string, string | undefined>> {
  const named = headerValue(request.headers, "host");
  const host = named && domainNameOf(named);
  return {
    domainName: host,
    domainPrefix: host?.split(".")[0],
    extendedRequestId: request.extendedRequestId,
    httpMethod: request.httpMethod,
    "identity.sourceIp": request.sourceIp,
    "identity.userAgent": headerValue(request.headers, "user-agent"),
    path: request.stagePath,
    protocol: "HTTP/1.1",
    requestId: request.requestId,
    requestTimeEpoch: String(request.startedAt),
    resourceId: request.match?.method.resourceId,
    resourcePath: request.match?.method.resourcePath,
    stage: request.stage,
  };
}
