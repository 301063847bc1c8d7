import type { APIGatewayRequestAuthorizerEvent } from "aws-lambda";

export interface RestEventParts {
  readonly method?: string;
  /** As the resource is declared: `/orders/{id}`. */
  readonly resource: string;
  readonly path?: string;
  /** Every value of the header, unchanged. */
  readonly authorization?: readonly string[];
}

/**
 * The event of a REST API's REQUEST authorizer in AWS's documentation, with the values that the stack's authorizers
 * produce. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function restEvent({ method = "GET", resource, path = resource, authorization = [] }: RestEventParts) {
  const last = authorization.at(-1);
  const caller = last === undefined ? {} : { authorization: last };
  const all = last === undefined ? {} : { authorization: [...authorization] };
  return {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:eu-west-1:111122223333:abcdef123/live/${method}${path}`,
    resource,
    path,
    httpMethod: method,
    headers: { "X-AMZ-Date": "20170718T062915Z", Accept: "*/*", ...caller },
    multiValueHeaders: { "X-AMZ-Date": ["20170718T062915Z"], Accept: ["*/*"], ...all },
    queryStringParameters: { QueryString1: "queryValue1" },
    multiValueQueryStringParameters: { QueryString1: ["queryValue1"] },
    pathParameters: {},
    stageVariables: { policy: "3f7a9c1e" },
    requestContext: {
      path: `/live${path}`,
      accountId: "111122223333",
      resourceId: "05c7jb",
      stage: "live",
      requestId: "chosen-by-the-caller",
      extendedRequestId: "JKJaXmPLvHcESHA=",
      identity: { apiKey: null, sourceIp: "192.0.2.1", userAgent: "agent" },
      resourcePath: resource,
      httpMethod: method,
      apiId: "abcdef123",
      domainName: "abcdef123.execute-api.eu-west-1.amazonaws.com",
      protocol: "HTTP/1.1",
      requestTimeEpoch: 1773342238000,
    },
  } as unknown as APIGatewayRequestAuthorizerEvent;
}
