import { type Resource, StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";
import { expectValue } from "../../terraform/stack";
import { callHost, HostTimeout, type Received, wholeAnswer } from "../shared/host-call";
import { integrationUri } from "../shared/integration-uri";
import { MOST_BODY_BYTES } from "../shared/size-limits";
import { passedToCaller } from "./headers";
import type { IntegrationProps, RestIntegration, RestResult } from "./integration";
import { Mappings } from "./mappings";
import type { RestMethod } from "./methods";
import { asBinary, type Headers, headerValue, isBinary, type RestRequest } from "./request";
import { traceRestChoice } from "./rest-choices";

/**
 * Timeout of an integration. AWS can raise it above 29 seconds for an account; the stack does not show that. Streams:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
const TIMEOUT_MILLISECONDS = { least: 50, most: 29_000, mostOfStreams: 900_000 } as const;

/** Idle timeout of a regional API's stream. */
const STREAM_IDLE_MILLISECONDS = 300_000;

/** An HTTP proxy integration: the whole request, mapped, and the whole answer, buffered or streamed. */
export class HttpProxy implements RestIntegration {
  private readonly url: URL;
  private readonly mappings: Mappings;
  private readonly httpMethod: string;
  private readonly streams: boolean;
  private readonly timeoutMilliseconds: number;

  constructor(
    private readonly props: IntegrationProps,
    private readonly resource: Resource,
    method: RestMethod,
  ) {
    const { stack } = props;
    const { address } = resource;
    if (stack.value(resource, "request_templates") !== undefined) {
      throw new StackError(`${address}.request_templates`, "a proxy integration has none");
    }
    expectValue(stack, resource, "content_handling", undefined);
    expectValue(stack, resource, "passthrough_behavior", "WHEN_NO_MATCH", "WHEN_NO_MATCH");
    this.httpMethod = stack.text(resource, "integration_http_method");
    this.mappings = new Mappings(stack, resource, method);
    this.url = new URL(integrationUri(stack, resource));
    const mode = stack.value(resource, "response_transfer_mode") ?? "BUFFERED";
    if (mode !== "STREAM" && mode !== "BUFFERED") {
      throw new StackError(`${address}.response_transfer_mode`, `got ${mode}, expected STREAM or BUFFERED`);
    }
    this.streams = mode === "STREAM";
    this.timeoutMilliseconds = readTimeout(stack, resource, this.streams);
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { trace } = this.props;
    const mapped = this.mappings.apply(request);
    const { address } = this.resource;
    for (const skipped of mapped.skipped) traceRestChoice(trace, "rest-mapping-missing", skipped);
    if (mapped.twins.length > 0) traceRestChoice(trace, "rest-header-twin", `${address}.request_parameters`);
    if (mapped.emptied.length > 0) traceRestChoice(trace, "rest-header-empty", `${address}.request_parameters`);
    if (/[?#%]/.test(mapped.path)) traceRestChoice(trace, "rest-path-handed-on", address);
    const result = await this.send(request, mapped.headers, mapped.path);
    if (result.error !== undefined) trace.refuse("gateway", result.error, address);
    return result;
  }

  private async send(request: RestRequest, headers: Headers, path: string): Promise<RestResult> {
    const { ask, api } = this.props;
    const { query } = request;
    const call = {
      url: this.url,
      method: this.httpMethod,
      target: `${path}${query === "" ? "" : `?${query}`}`,
      headers,
      body: asBinary(request, isBinary(headerValue(request.headers, "content-type"), api.binaryMediaTypes)),
    };
    const until = Date.now() + this.timeoutMilliseconds;
    try {
      return await callHost(ask, call, this.timeoutMilliseconds, (received) => this.answerOf(received, request, until));
    } catch (error) {
      const answer = error instanceof HostTimeout ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE";
      return { answer, error: (error as Error).message };
    }
  }

  private async answerOf(received: Received, request: RestRequest, until: number): Promise<RestResult> {
    const { status, stream, giveUp } = received;
    const headers = passedToCaller(received.headers);
    // An answer to HEAD has a length and no body.
    if (request.httpMethod !== "HEAD") delete (headers as Record<string, unknown>)["content-length"];
    if (this.streams) {
      if (stream === undefined) return { answer: { status, headers, body: "", bytes: received.bytes }, status };
      return { answer: { status, headers, body: "", stream: inTime(stream, until - Date.now(), giveUp) }, status };
    }
    const whole = await wholeAnswer(received, MOST_BODY_BYTES);
    if (whole === undefined)
      return { answer: "INTEGRATION_FAILURE", error: `a response over ${MOST_BODY_BYTES} bytes` };
    const [accepted] = headerValue(request.headers, "accept")?.split(",") ?? [];
    const binary = isBinary(accepted, this.props.api.binaryMediaTypes);
    const bytes = asBinary({ body: whole.toString("utf8"), bytes: whole }, binary);
    return { answer: { status, headers, body: bytes.toString("utf8"), bytes }, status };
  }
}

/** Yields the same pieces until the caller has disconnected, the total time is over, or a pause is too long. */
async function* inTime(
  stream: AsyncIterable<Uint8Array>,
  milliseconds: number,
  giveUp: () => void,
): AsyncGenerator<Uint8Array> {
  const whole = setTimeout(giveUp, milliseconds);
  const silent = setTimeout(giveUp, STREAM_IDLE_MILLISECONDS);
  try {
    for await (const piece of stream) {
      silent.refresh();
      yield piece;
    }
  } finally {
    clearTimeout(whole);
    clearTimeout(silent);
    giveUp();
  }
}

function readTimeout(stack: Stack, resource: Resource, streams: boolean): number {
  const { least, most, mostOfStreams } = TIMEOUT_MILLISECONDS;
  const limit = streams ? mostOfStreams : most;
  const declared = Number(stack.value(resource, "timeout_milliseconds") ?? most);
  if (declared >= least && declared <= limit) return declared;
  throw new StackError(`${resource.address}.timeout_milliseconds`, `got ${declared}, expected ${least} to ${limit}`);
}
