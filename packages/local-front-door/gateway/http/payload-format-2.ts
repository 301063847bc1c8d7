import { commonLogTime } from "../shared/access-log";
import { domainNameOf } from "../shared/domain-name";
import type { GatewayRequest } from "./gateway-request";

/**
 * The event of payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html#http-api-lambda-authorizer.payload-format
 */
export function authorizerEvent(
  request: GatewayRequest,
  identitySource: readonly string[],
  executionArn: string,
  timeEpoch: number,
): unknown {
  const { headers, match, method, path, query, requestId, sourceIp, stageVariables } = request;
  const host = domainNameOf(headers.get("host") ?? "localhost");
  const parameters = queryStringParameters(query);
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `${executionArn}/$default/${method}${path}`,
    identitySource,
    routeKey: match.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(headers.has("cookie") && { cookies: headers.get("cookie")?.split("; ") }),
    headers: Object.fromEntries(headers),
    ...(parameters.size > 0 && { queryStringParameters: Object.fromEntries(parameters) }),
    requestContext: {
      accountId: executionArn.split(":")[4],
      apiId: executionArn.split(":")[5],
      domainName: host,
      domainPrefix: host.split(".")[0],
      http: { method, path, protocol: "HTTP/1.1", sourceIp, userAgent: headers.get("user-agent") ?? "" },
      requestId,
      routeKey: match.routeKey,
      stage: "$default",
      time: commonLogTime(timeEpoch),
      timeEpoch,
    },
    pathParameters: match.pathParameters,
    stageVariables: Object.fromEntries(stageVariables),
  };
}

/** Joins the values of a repeated name with commas. */
function queryStringParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    parameters.set(name, parameters.has(name) ? `${parameters.get(name)},${value}` : value);
  }
  return parameters;
}
