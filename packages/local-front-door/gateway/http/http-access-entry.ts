import type { IncomingMessage } from "node:http";
import type { LocalAnswer } from "../../net/local-http";
import { type AccessRecord, commonLogTime } from "../shared/access-log";
import { headBytes } from "../shared/size-limits";
import type { OwnAnswer } from "./own-answer";

/** What the gateway learns of one request on its way, for the access log's line. */
export class AccessEntry {
  readonly sourceIp: string;
  path: string | undefined;
  routeKey: string | undefined;
  /** Of a request that the authorizer let pass. */
  authorizer: ReadonlyMap<string, string> = new Map();
  authorizerError: string | undefined;
  integration: { readonly status?: number; readonly error?: string; readonly milliseconds?: number } = {};

  constructor(
    private readonly incoming: IncomingMessage,
    readonly requestId: string,
    private readonly executionArn: string,
    private readonly startedAt: number,
  ) {
    this.sourceIp = incoming.socket.remoteAddress ?? "";
  }

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
  record(answer: LocalAnswer | OwnAnswer, now: number): AccessRecord {
    const own = "own" in answer ? answer.own : undefined;
    const responseLength = answer.bytes?.length ?? Buffer.byteLength(answer.body);
    return {
      ...this.requestVariables(),
      ...this.integrationVariables(),
      ...Object.fromEntries([...this.authorizer].map(([key, value]) => [`authorizer.${key}`, value])),
      "authorizer.error": this.authorizerError,
      "error.message": own?.message,
      "error.messageString": own && JSON.stringify(own.message),
      "error.responseType": own?.responseType,
      dataProcessed: headBytes(this.incoming) + Number(this.incoming.headers["content-length"] ?? 0) + responseLength,
      responseLatency: now - this.startedAt,
      responseLength,
      status: answer.status,
    };
  }

  private requestVariables(): AccessRecord {
    const { host, "user-agent": userAgent } = this.incoming.headers;
    const [accountId, apiId] = this.executionArn.split(":").slice(4);
    return {
      accountId,
      apiId,
      domainName: host,
      domainPrefix: host?.split(".")[0],
      extendedRequestId: this.requestId,
      httpMethod: this.incoming.method,
      "identity.sourceIp": this.sourceIp,
      "identity.userAgent": userAgent,
      path: this.path,
      protocol: "HTTP/1.1",
      requestId: this.requestId,
      requestTime: commonLogTime(this.startedAt),
      requestTimeEpoch: this.startedAt,
      routeKey: this.routeKey,
      stage: "$default",
    };
  }

  private integrationVariables(): AccessRecord {
    const { status, error, milliseconds } = this.integration;
    return {
      "integration.error": error,
      "integration.latency": milliseconds,
      "integration.status": status,
      integrationErrorMessage: error,
      integrationLatency: milliseconds,
      integrationStatus: status,
    };
  }
}
