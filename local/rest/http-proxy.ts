import type { IncomingMessage } from "node:http";
import { type Agent, request as httpsRequest } from "node:https";
import { internetAgent } from "../kept-connections";
import { expectValue } from "../only-known";
import type { Stack } from "../stack";
import { type Resource, StackError } from "../terraform-document";
import { asBinary, isBinary } from "./binary";
import { passedToCaller } from "./headers";
import type { IntegrationProps, RestIntegration, RestResult } from "./integration";
import { Mappings } from "./mappings";
import type { RestMethod } from "./methods";
import { headerValue, type RestRequest } from "./request";
import { MOST_BODY_BYTES, STREAM_IDLE_MILLISECONDS, TIMEOUT_MILLISECONDS } from "./size-limits";
import { traceRestChoice } from "./undocumented";

/** An HTTP proxy integration: the whole request, mapped, and the whole answer, at once or as it comes. */
export class HttpProxy implements RestIntegration {
  private readonly url: URL;
  private readonly mappings: Mappings;
  private readonly httpMethod: string;
  private readonly streams: boolean;
  private readonly timeoutMilliseconds: number;
  private readonly agent: () => Agent;

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
    this.url = new URL(stack.text(resource, "uri"));
    const mode = stack.value(resource, "response_transfer_mode") ?? "BUFFERED";
    if (mode !== "STREAM" && mode !== "BUFFERED") {
      throw new StackError(`${address}.response_transfer_mode`, `got ${mode}, expected STREAM or BUFFERED`);
    }
    this.streams = mode === "STREAM";
    this.timeoutMilliseconds = readTimeout(stack, resource, this.streams);
    this.agent = internetAgent(props.internet);
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { trace } = this.props;
    const mapped = this.mappings.apply(request);
    const { address } = this.resource;
    for (const skipped of mapped.skipped) traceRestChoice(trace, "rest-mapping-missing", skipped);
    if (mapped.twins.length > 0) traceRestChoice(trace, "rest-header-twin", `${address}.request_parameters`);
    if (mapped.emptied.length > 0) traceRestChoice(trace, "rest-header-empty", `${address}.request_parameters`);
    if (/[?#%]/.test(mapped.path)) traceRestChoice(trace, "rest-path-handed-on", address);
    const result = await this.send(request, mapped.headers.flat(), mapped.path);
    if (result.error !== undefined) trace.refuse("gateway", result.error, address);
    return result;
  }

  private send(request: RestRequest, headers: readonly string[], path: string): Promise<RestResult> {
    const { internet, api } = this.props;
    const { query } = request;
    const body = asBinary(request, isBinary(headerValue(request.headers, "content-type"), api.binaryMediaTypes));
    return new Promise((resolve) => {
      const fail = (error: string, answer: "INTEGRATION_FAILURE" | "INTEGRATION_TIMEOUT" = "INTEGRATION_FAILURE") =>
        resolve({ answer, error });
      const outgoing = httpsRequest(
        {
          host: "127.0.0.1",
          port: internet.port,
          servername: this.url.hostname,
          agent: this.agent(),
          method: this.httpMethod,
          path: `${path}${query === "" ? "" : `?${query}`}`,
          // As a list, so that names keep their case and may occur twice.
          headers: [
            ...headers,
            "Host",
            this.url.host,
            ...(body.length > 0 ? ["Content-Length", `${body.length}`] : []),
          ],
        },
        (incoming) => {
          this.answerOf(incoming, request).then(resolve, (error: Error) => fail(error.message));
        },
      );
      const timer = setTimeout(() => {
        fail(`no answer within ${this.timeoutMilliseconds} ms`, "INTEGRATION_TIMEOUT");
        outgoing.destroy(new Error(`not whole within ${this.timeoutMilliseconds} ms`));
      }, this.timeoutMilliseconds);
      outgoing.on("socket", (socket) => internet.follow(socket));
      outgoing.on("close", () => clearTimeout(timer));
      outgoing.on("error", (error) => fail(error.message));
      outgoing.end(body);
    });
  }

  private async answerOf(incoming: IncomingMessage, request: RestRequest): Promise<RestResult> {
    const status = incoming.statusCode ?? 502;
    const headers = passedToCaller(incoming.headers);
    // A length without a body is what HEAD asks for.
    if (request.httpMethod !== "HEAD") delete (headers as Record<string, unknown>)["content-length"];
    if (this.streams) {
      incoming.socket.setTimeout(STREAM_IDLE_MILLISECONDS, () => incoming.destroy(new Error("silent for too long")));
      return { answer: { status, headers, body: "", stream: incoming }, status };
    }
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MOST_BODY_BYTES) {
        return { answer: "INTEGRATION_FAILURE", error: `a response over ${MOST_BODY_BYTES} bytes` };
      }
      chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    const [accepted] = headerValue(request.headers, "accept")?.split(",") ?? [];
    const binary = isBinary(accepted, this.props.api.binaryMediaTypes);
    const bytes = asBinary({ body: whole.toString("utf8"), bytes: whole }, binary);
    return { answer: { status, headers, body: bytes.toString("utf8"), bytes }, status };
  }
}

function readTimeout(stack: Stack, resource: Resource, streams: boolean): number {
  const { least, most, mostOfStreams } = TIMEOUT_MILLISECONDS;
  const limit = streams ? mostOfStreams : most;
  const declared = Number(stack.value(resource, "timeout_milliseconds") ?? most);
  if (declared >= least && declared <= limit) return declared;
  throw new StackError(`${resource.address}.timeout_milliseconds`, `got ${declared}, expected ${least} to ${limit}`);
}
