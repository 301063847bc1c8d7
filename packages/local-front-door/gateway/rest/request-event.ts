import { commonLogTime } from "../shared/access-log";
import { contextVariables } from "./expressions";
import type { Headers, RestRequest } from "./request";

/** `arn:aws:execute-api:eu-west-1:111122223333:abcdef123/live/GET/orders/7`: the resource that a policy refers to. */
export function methodArn({ httpMethod, path, stage }: RestRequest, executionArn: string): string {
  return `${executionArn}/${stage}/${httpMethod}${path}`;
}

/**
 * The event of a REST API's REQUEST authorizer.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function restAuthorizerEvent(request: RestRequest, executionArn: string): unknown {
  const { headers, httpMethod, match, path, query, stageVariables, startedAt } = request;
  const parameters = [...new URLSearchParams(query)];
  const { "identity.sourceIp": sourceIp, "identity.userAgent": userAgent, ...context } = contextVariables(request);
  const [accountId, apiId] = executionArn.split(":").slice(4);
  return {
    type: "REQUEST",
    methodArn: methodArn(request, executionArn),
    resource: match.method.resourcePath,
    path,
    httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: lastValues(parameters),
    multiValueQueryStringParameters: allValues(parameters),
    pathParameters: match.pathParameters,
    stageVariables: Object.fromEntries(stageVariables),
    requestContext: {
      ...context,
      accountId,
      apiId,
      requestTime: commonLogTime(startedAt),
      requestTimeEpoch: startedAt,
      identity: { apiKey: null, sourceIp, userAgent: userAgent ?? null },
    },
  };
}

function lastValues(pairs: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(pairs);
}

/** Names that differ in case are different names. */
function allValues(pairs: Headers): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const [name, value] of pairs) found.set(name, [...(found.get(name) ?? []), value]);
  return Object.fromEntries(found);
}
