import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { LocalFunction } from "./function";
import { GatewayAuthorizers } from "./gateway-authorizer";
import { GatewayIntegrations } from "./gateway-integration";
import { newRequestId, readGatewayRequest } from "./gateway-request";
import { json, type LocalAnswer, type LocalRequest, readRequest, writeAnswer } from "./local-http";
import { RouteTable } from "./route-table";
import type { Stack } from "./stack";
import { type Resource, StackError } from "./terraform-document";
import type { LocalInternet } from "./tls";
import type { LocalTrace } from "./trace";

// CORS preflights, throttles, the access log and the authorizers' cache are not played here.
const API = {
  read: ["protocol_type", "disable_execute_api_endpoint"],
  immaterial: ["cors_configuration", "description", "name", "tags"],
} as const;
const STAGE = {
  read: ["api_id", "name", "auto_deploy", "stage_variables"],
  immaterial: ["access_log_settings", "default_route_settings", "description", "route_settings", "tags"],
} as const;

/** API Gateway's own answers. */
const MESSAGES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  500: "Internal Server Error",
};

/** The stack's HTTP API on 127.0.0.1: route, authorizer, parameter mapping, service. */
export class LocalGateway {
  private readonly stageVariables: ReadonlyMap<string, string>;
  private readonly routes: RouteTable;
  private readonly authorizers: GatewayAuthorizers;
  private readonly integrations: GatewayIntegrations;
  private server: Server | undefined;

  constructor(
    stack: Stack,
    functions: readonly LocalFunction[],
    internet: LocalInternet,
    private readonly trace: LocalTrace,
  ) {
    const api = only(stack.declared("aws_apigatewayv2_api", API), "aws_apigatewayv2_api");
    require(stack, api, "protocol_type", "HTTP");
    require(stack, api, "disable_execute_api_endpoint", false);
    const stage = only(stack.declared("aws_apigatewayv2_stage", STAGE), "aws_apigatewayv2_stage");
    require(stack, stage, "name", "$default");
    require(stack, stage, "auto_deploy", true);
    this.stageVariables = stack.textMap(stage, "stage_variables");
    this.routes = new RouteTable(stack);
    this.authorizers = new GatewayAuthorizers(stack, api, functions, trace);
    this.integrations = new GatewayIntegrations(stack, internet);
  }

  /** The URL callers call. */
  async start(port = 0): Promise<string> {
    const server = createServer((incoming, outgoing) => {
      const sourceIp = incoming.socket.remoteAddress ?? "";
      readRequest(incoming)
        .then((request) => this.handle(request, sourceIp))
        .catch((error: Error) => {
          this.trace.refuse("gateway", error.message, error instanceof StackError ? error.address : undefined);
          return ownAnswer(500);
        })
        .then((answer) => writeAnswer(outgoing, answer));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private async handle(incoming: LocalRequest, sourceIp: string): Promise<LocalAnswer> {
    const requestId = newRequestId();
    const read = readGatewayRequest(incoming);
    if (read === undefined) return ownAnswer(400, requestId);
    const match = this.routes.find(read.method, read.path);
    if (match === undefined) {
      this.trace.refuse("gateway", `no route for ${read.method} ${read.path}`);
      return ownAnswer(404, requestId);
    }
    const { stageVariables } = this;
    const request = { ...read, match, sourceIp, stageVariables, requestId, authorizer: new Map<string, string>() };
    const verdict = await this.authorizers.judge(request);
    if (verdict.status !== 200) return ownAnswer(verdict.status, requestId);
    const answer = await this.integrations.forward({ ...request, authorizer: verdict.context });
    return { ...answer, headers: { ...answer.headers, "apigw-requestid": requestId } };
  }
}

function ownAnswer(status: keyof typeof MESSAGES, requestId = "-"): LocalAnswer {
  const answer = json(status, { message: MESSAGES[status] });
  return { ...answer, headers: { ...answer.headers, "apigw-requestid": requestId } };
}

function only(resources: readonly Resource[], type: string): Resource {
  const [resource, second] = resources;
  if (resource === undefined || second !== undefined) throw new StackError(type, "expected exactly one");
  return resource;
}

function require(stack: Stack, resource: Resource, attribute: string, expected: unknown): void {
  const value = stack.value(resource, attribute);
  if (value !== expected) {
    throw new StackError(`${resource.address}.${attribute}`, `got ${value}, the stand-in knows ${expected} alone`);
  }
}
