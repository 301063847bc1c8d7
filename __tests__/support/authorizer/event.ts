import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";

export interface EventParts {
  readonly routeKey: string;
  readonly path?: string;
  readonly authorization?: string;
}

const POLICY_VERSION = "3f7a9c1e";

/**
 * The event of payload format 2.0 in AWS's documentation, with the values that the stack's authorizers produce.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function requestEvent({ routeKey, path, authorization }: EventParts): APIGatewayRequestAuthorizerEventV2 {
  const rawPath = path ?? routeKey.split(" ")[1] ?? "/";
  const method = routeKey.split(" ")[0] ?? "GET";
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `arn:aws:execute-api:eu-west-1:111122223333:abcdef123/$default/${method}${rawPath}`,
    identitySource: [
      ...(authorization === undefined ? [] : [authorization]),
      routeKey,
      ...(path === undefined ? [] : [path]),
      POLICY_VERSION,
    ],
    routeKey,
    rawPath,
    rawQueryString: "parameter1=value1",
    cookies: ["cookie1", "cookie2"],
    headers: { header1: "value1", ...(authorization !== undefined && { authorization }) },
    queryStringParameters: { parameter1: "value1" },
    requestContext: {
      accountId: "111122223333",
      apiId: "abcdef123",
      domainName: "id.execute-api.eu-west-1.amazonaws.com",
      domainPrefix: "id",
      http: { method, path: rawPath, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "agent" },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey,
      stage: "$default",
      time: "12/Mar/2026:19:03:58 +0000",
      timeEpoch: 1773342238000,
    },
    pathParameters: {},
    stageVariables: { policy: POLICY_VERSION },
  } as APIGatewayRequestAuthorizerEventV2;
}
