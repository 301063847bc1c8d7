import type { IncomingMessage } from "node:http";
import type { LocalFunction } from "../../function/function";
import { BodyTooLarge, type LocalAnswer, type LocalHost, readRequest, writeAnswer } from "../../net/local-http";
import type { PortChoice } from "../../net/loopback";
import { StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";
import { asPartOf, type LocalTrace } from "../../trace/trace";
import { AccessLog } from "../shared/access-log";
import type { ApiGateway, GatewayOptions } from "../shared/api-gateway";
import { type BegunRequest, GatewayServer } from "../shared/gateway-server";
import { headBytes, MOST_BODY_BYTES, MOST_HEAD_BYTES } from "../shared/size-limits";
import type { RestOwnAnswer } from "./gateway-responses";
import { REST_VARIABLES, RestAccessEntry, RestPipeline } from "./pipeline";

/** The stack's REST API on 127.0.0.1, below its stage. */
export class RestGateway implements ApiGateway {
  readonly kind = "rest";
  private readonly now: () => number;
  private readonly pipeline: RestPipeline;
  private readonly accessLog: AccessLog | undefined;
  private readonly server: GatewayServer;

  constructor(
    stack: Stack,
    functions: readonly LocalFunction[],
    ask: LocalHost,
    private readonly trace: LocalTrace,
    private readonly options: GatewayOptions = {},
  ) {
    this.now = options.now ?? Date.now;
    this.pipeline = new RestPipeline({ stack, functions, ask, trace, options, now: this.now });
    this.accessLog = AccessLog.of(stack, this.pipeline.stage.resource, REST_VARIABLES);
    this.server = new GatewayServer(
      trace,
      this.now,
      MOST_HEAD_BYTES,
      (request) => asPartOf(request.requestId, () => this.serve(request)),
      options.stale,
    );
  }

  get routeKeys(): readonly string[] {
    return this.pipeline.routeKeys;
  }

  get deployedUrl(): string | undefined {
    return this.pipeline.deployedUrl;
  }

  get deviations(): readonly string[] {
    return this.pipeline.deviations;
  }

  resetAuthorizersCache(): void {
    this.pipeline.resetAuthorizersCache();
  }

  /** The URL for callers, stage included. */
  async start(port: PortChoice = 0): Promise<string> {
    return `${await this.server.start(port, this.deviations)}${this.pipeline.prefix}`;
  }

  stop(graceMilliseconds?: number): Promise<void> {
    return this.server.stop(graceMilliseconds);
  }

  private async serve({ incoming, outgoing, requestId, startedAt }: BegunRequest): Promise<void> {
    const entry = new RestAccessEntry(incoming, requestId, this.pipeline.api.executionArn, startedAt);
    const answer = await this.answer(incoming, entry, startedAt).catch((error: Error) => {
      this.trace.refuse("gateway", error.message, error instanceof StackError ? error.address : undefined);
      return this.pipeline.own("DEFAULT_5XX", entry);
    });
    const finish = (bytes: number) => this.finish(answer, bytes, entry, startedAt);
    const { stream } = answer;
    if (stream === undefined) finish(answer.bytes?.length ?? Buffer.byteLength(answer.body));
    const ids = { "x-amzn-requestid": entry.request?.requestId ?? requestId, "x-amz-apigw-id": requestId };
    writeAnswer(outgoing, {
      ...answer,
      headers: { ...answer.headers, ...ids },
      ...(stream && { stream: counted(stream, finish) }),
    });
  }

  /** A streamed answer ends when its last piece is sent. */
  private finish(answer: LocalAnswer | RestOwnAnswer, bytes: number, entry: RestAccessEntry, startedAt: number): void {
    if (this.accessLog !== undefined) {
      const line = this.accessLog.line(entry.values(answer, bytes, this.now()));
      this.options.onAccessLogLine?.(line);
      this.trace.logs?.cloudWatch(this.accessLog.group, line, this.now());
    }
    this.trace.requests.end(entry.requestId, {
      status: answer.status,
      milliseconds: this.now() - startedAt,
      route: entry.method?.key,
      client: entry.authorizer.get("client"),
    });
  }

  private async answer(
    incoming: IncomingMessage,
    entry: RestAccessEntry,
    startedAt: number,
  ): Promise<LocalAnswer | RestOwnAnswer> {
    const bytes = headBytes(incoming);
    try {
      const request = await readRequest(incoming, MOST_BODY_BYTES);
      if (bytes > MOST_HEAD_BYTES) return this.pipeline.headTooLarge(bytes, entry);
      return await this.pipeline.answer(request, entry, startedAt);
    } catch (error) {
      if (!(error instanceof BodyTooLarge)) throw error;
      this.trace.refuse("gateway", error.message);
      return this.pipeline.own("REQUEST_TOO_LARGE", entry);
    }
  }
}

/** Yields the same pieces, and reports their number of bytes at the end, even if they end early. */
async function* counted(stream: AsyncIterable<Uint8Array>, atEnd: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of stream) {
      bytes += piece.length;
      yield piece;
    }
  } finally {
    atEnd(bytes);
  }
}
