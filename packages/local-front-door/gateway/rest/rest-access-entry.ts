import type { IncomingMessage } from "node:http";
import type { LocalAnswer } from "../../net/local-http";
import { type AccessRecord, commonLogTime, type LogVariables } from "../shared/access-log";
import { contextVariables } from "./expressions";
import type { RestOwnAnswer } from "./gateway-responses";
import type { RestMethod } from "./methods";
import type { RestRequest } from "./request";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
export const REST_VARIABLES: LogVariables = {
  filled: [
    ...["accountId", "apiId", "domainName", "domainPrefix", "extendedRequestId", "httpMethod", "path", "protocol"],
    ...["requestId", "requestTime", "requestTimeEpoch", "resourceId", "resourcePath", "stage"],
    ...["authorizer.error", "error.message", "error.messageString", "error.responseType"],
    ...["identity.sourceIp", "identity.userAgent"],
    ...["integration.error", "integration.latency", "integration.status", "integrationLatency", "integrationStatus"],
    ...["responseLatency", "responseLength", "status"],
  ],
  // Of IAM authorization, AWS integrations, mutual TLS, WAF, X-Ray and custom domains.
  absent:
    /^(awsEndpointRequestId2?|authorize\.\w+|authenticate\.\w+|customDomain\.basePathMatched|deploymentId|integration\.(integrationStatus|requestId)|identity\.(accountId|apiKey|apiKeyId|caller|clientCert\.[A-Za-z.]+|cognito[A-Za-z]+|principalOrgId|user|userArn)|waf[\w.]*|webaclArn|xrayTraceId)$/,
};

/** What the gateway learns of one request on its way, for the access log's line. */
export class RestAccessEntry {
  readonly sourceIp: string;
  /** Once it is known what is asked for. */
  request: Omit<RestRequest, "match"> | undefined;
  method: RestMethod | undefined;
  /** Of a request that the authorizer let pass. */
  authorizer: ReadonlyMap<string, string> = new Map();
  authorizerError: string | undefined;
  integration: { readonly status?: number; readonly error?: string; readonly milliseconds?: number } = {};

  constructor(
    incoming: IncomingMessage,
    readonly requestId: string,
    private readonly executionArn: string,
    private readonly startedAt: number,
  ) {
    this.sourceIp = incoming.socket.remoteAddress ?? "";
  }

  /** @param responseLength bytes of the body that were sent */
  record(answer: LocalAnswer | RestOwnAnswer, responseLength: number, now: number): AccessRecord {
    const own = "own" in answer ? answer.own : undefined;
    const { status, error, milliseconds } = this.integration;
    const [accountId, apiId] = this.executionArn.split(":").slice(4);
    return {
      ...this.context,
      accountId,
      apiId,
      requestTime: commonLogTime(this.startedAt),
      ...Object.fromEntries([...this.authorizer].map(([key, value]) => [`authorizer.${key}`, value])),
      "authorizer.error": this.authorizerError,
      "error.message": own?.message,
      "error.messageString": own && JSON.stringify(own.message),
      "error.responseType": own?.responseType,
      "integration.error": error,
      "integration.latency": milliseconds,
      "integration.status": status,
      integrationLatency: milliseconds,
      integrationStatus: status,
      responseLatency: now - this.startedAt,
      responseLength,
      status: answer.status,
    };
  }

  /** What gateway responses may say of the request. */
  get context(): Readonly<Record<string, string | undefined>> {
    if (this.request === undefined) return { extendedRequestId: this.requestId };
    const { method } = this;
    const variables = contextVariables(this.request);
    return { ...variables, resourceId: method?.resourceId, resourcePath: method?.resourcePath };
  }
}
