import type { IncomingMessage } from "node:http";
import type { LocalAnswer } from "../../net/local-http";
import { type AccessRecord, commonLogTime } from "./access-log";

/** Set if the gateway itself answered, and not the service. */
export interface OwnReason {
  readonly message: string;
  readonly responseType: string;
}

/** What a gateway learns about one request for its access log line, as far as both kinds of API log the same. */
export class AccessEntry {
  readonly sourceIp: string;
  /** The authorizer's context for a request that it allowed. */
  authorizer: ReadonlyMap<string, string> = new Map();
  authorizerError: string | undefined;
  integration: { readonly status?: number; readonly error?: string; readonly milliseconds?: number } = {};

  constructor(
    protected readonly incoming: IncomingMessage,
    readonly requestId: string,
    private readonly executionArn: string,
    protected readonly startedAt: number,
  ) {
    this.sourceIp = incoming.socket.remoteAddress ?? "";
  }

  /** @param responseLength bytes of the body that were sent */
  protected variables(answer: LocalAnswer & { own?: OwnReason }, responseLength: number, now: number): AccessRecord {
    const { own } = answer;
    const { status, error, milliseconds } = this.integration;
    const [accountId, apiId] = this.executionArn.split(":").slice(4);
    return {
      accountId,
      apiId,
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
      requestTime: commonLogTime(this.startedAt),
      responseLatency: now - this.startedAt,
      responseLength,
      status: answer.status,
    };
  }
}
