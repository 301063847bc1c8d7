import { request } from "node:http";
import type { LocalFunction } from "../../packages/local-front-door/function/function";
import { RestGateway } from "../../packages/local-front-door/gateway/rest/rest-gateway";
import { forwardTo } from "../../packages/local-front-door/services/forward";
import type { Stack } from "../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../packages/local-front-door/trace/trace";
import { type Arrived, Backend } from "./backend";
import { importRestApi } from "./imported-rest-api";
import { LocalStack } from "./localstack";

export interface SentRequest {
  readonly method: string;
  /** Path after the stage and query, as sent: `/orders/7?x=1`. */
  readonly target: string;
  /** Name and value in turn, as sent. */
  readonly headers: readonly string[];
  readonly body?: Buffer;
  /** What comes before the stage. Default: `/`. */
  readonly before?: string;
}

export interface Answered {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** What one gateway did with a request: its answer, and all requests that the backend received. */
export interface Outcome {
  readonly answer: Answered;
  readonly arrived: readonly Arrived[];
}

/** An answer takes milliseconds. Without an end, a gateway that hangs would keep the test waiting. */
const LONGEST_MILLISECONDS = 10_000;

/** The same REST API twice, with one backend: in the local front door, and in LocalStack. */
export class BothGateways {
  private constructor(
    private readonly backend: Backend,
    private readonly local: { readonly gateway: RestGateway; readonly url: URL },
    private readonly emulator: { readonly localStack: LocalStack; readonly host: string; readonly stage: string },
  ) {}

  /** @param context what the authorizers return about each caller; they allow all of them */
  static async start(python: string, stack: Stack, context: Readonly<Record<string, string>>): Promise<BothGateways> {
    const backend = await Backend.start();
    const localStack = await LocalStack.start(python);
    const imported = await importRestApi(localStack, { stack, context, backend: `127.0.0.1:${backend.port}` });
    const functions = stack.all("aws_lambda_function").map((resource) => allowing(stack, resource, context));
    const forward = forwardTo(backend.port);
    const ask = (sent: Parameters<typeof forward>[0]) => forward(sent);
    const gateway = new RestGateway(stack, functions, (sent) => ask({ ...sent, service: "any" }), new LocalTrace(), {
      throttling: false,
    });
    const url = new URL(await gateway.start());
    return new BothGateways(backend, { gateway, url }, { localStack, ...imported });
  }

  async stop(): Promise<void> {
    await this.local.gateway.stop();
    await this.emulator.localStack.stop();
    await this.backend.stop();
  }

  async ofLocalDoor(sent: SentRequest): Promise<Outcome> {
    const { host, port, pathname } = this.local.url;
    return this.outcome(Number(port), host, pathname.slice(1), sent);
  }

  async ofEmulator(sent: SentRequest): Promise<Outcome> {
    const { localStack, host, stage } = this.emulator;
    return this.outcome(localStack.port, `${host}:${localStack.port}`, stage, sent);
  }

  private async outcome(port: number, host: string, stage: string, sent: SentRequest): Promise<Outcome> {
    const { method, target, headers, body, before = "/" } = sent;
    const answer = await new Promise<Answered>((resolve, reject) => {
      const path = `${before}${stage}${target}`;
      const length = body === undefined ? [] : ["Content-Length", String(body.length)];
      const all = ["Host", host, ...headers, ...length];
      const outgoing = request({ host: "127.0.0.1", port, method, path, headers: all, agent: false }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const { rawHeaders, statusCode = 0 } = incoming;
          const pairs = rawHeaders.flatMap((name, index) =>
            index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""] as const] : [],
          );
          resolve({ status: statusCode, headers: pairs, body: Buffer.concat(chunks) });
        });
      });
      outgoing.setTimeout(LONGEST_MILLISECONDS, () => outgoing.destroy(new Error(`no answer to ${method} ${path}`)));
      outgoing.on("error", reject).end(body);
    });
    return { answer, arrived: this.backend.take() };
  }
}

/** A function in this process that allows each caller everything. */
function allowing(stack: Stack, resource: LocalFunction["resource"], context: Readonly<Record<string, string>>) {
  const value = {
    principalId: "any",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: "*" }],
    },
    context,
  };
  const invoke = async () => ({ kind: "answer", value });
  return { resource, name: stack.text(resource, "function_name"), log: [], invoke } as unknown as LocalFunction;
}
