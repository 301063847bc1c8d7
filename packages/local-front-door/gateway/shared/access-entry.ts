import type { IncomingMessage } from "node:http";
import type { LocalAnswer } from "../../net/local-http";
import { type AccessValues, commonLogTime } from "./access-log";

/** Set if the gateway itself answered, and not the service. */
export interface OwnReason {
  readonly message: string;
  readonly responseType: string;
}

/** How a request was answered. */
export interface Answered {
  readonly answer: LocalAnswer & { readonly own?: OwnReason };
  /** Bytes of the body that were sent. */
  readonly responseLength: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Variables, each with the function that reads its value. */
export type AccessReaders<Entry> = Readonly<
  Record<string, (entry: Entry, answered: Answered) => ReturnType<AccessValues>>
>;

/**
 * What a gateway learns about one request for its access log line, as far as both kinds of API log it in the same way.
 */
export class AccessEntry {
  readonly sourceIp: string;
  /** The authorizer's context for a request that it allowed. */
  authorizer: ReadonlyMap<string, string> = new Map();
  authorizerError: string | undefined;
  integration: { readonly status?: number; readonly error?: string; readonly milliseconds?: number } = {};

  constructor(
    readonly incoming: IncomingMessage,
    readonly requestId: string,
    readonly executionArn: string,
    /** Milliseconds since 1970. */
    readonly startedAt: number,
  ) {
    this.sourceIp = incoming.socket.remoteAddress ?? "";
  }

  /** A value that both kinds of API log in the same way. */
  protected value(variable: string, answered: Answered): ReturnType<AccessValues> {
    const read = SHARED[variable];
    if (read !== undefined) return read(this, answered);
    return variable.startsWith(CONTEXT) ? this.authorizer.get(variable.slice(CONTEXT.length)) : undefined;
  }
}

/** Prefix of the values of the authorizer's context. */
const CONTEXT = "authorizer.";

const SHARED: AccessReaders<AccessEntry> = {
  accountId: ({ executionArn }) => executionArn.split(":")[4],
  apiId: ({ executionArn }) => executionArn.split(":")[5],
  "authorizer.error": ({ authorizerError }) => authorizerError,
  "error.message": (_, { answer }) => answer.own?.message,
  "error.messageString": (_, { answer }) => answer.own && JSON.stringify(answer.own.message),
  "error.responseType": (_, { answer }) => answer.own?.responseType,
  "integration.error": ({ integration }) => integration.error,
  "integration.latency": ({ integration }) => integration.milliseconds,
  "integration.status": ({ integration }) => integration.status,
  integrationLatency: ({ integration }) => integration.milliseconds,
  integrationStatus: ({ integration }) => integration.status,
  requestTime: ({ startedAt }) => commonLogTime(startedAt),
  responseLatency: ({ startedAt }, { at }) => at - startedAt,
  responseLength: (_, { responseLength }) => responseLength,
  status: (_, { answer }) => answer.status,
};
