import type { LocalFunction } from "../../../packages/local-front-door/function/function";
import {
  type GatewayRequest,
  RouteTable,
  readGatewayRequest,
} from "../../../packages/local-front-door/gateway/http/gateway-request";
import { readApi } from "../../../packages/local-front-door/gateway/http/http-gateway";
import { GatewayAuthorizers } from "../../../packages/local-front-door/gateway/http/route-authorizers";
import {
  type Resource,
  StackError,
  type TerraformDocument,
} from "../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../packages/local-front-door/trace/trace";
import { type Change, changed } from "./document";
import { smallDocument } from "./small-document";

/** Returns the answer of a test stack's function to its nth event. */
export type Answer = (wish: string, events: number) => unknown;

const says: Answer = (wish, events) => {
  if (wish === "nothing") return undefined;
  return { isAuthorized: wish === "allow", context: { events, decision: "allowed" } };
};

/** A function in this process. */
export function functionOf(stack: Stack, answer: Answer): LocalFunction {
  const [resource] = stack.all("aws_lambda_function");
  if (resource === undefined) throw new Error("the stack has no function");
  let events = 0;
  const invoke = async (event: { readonly headers: Readonly<Record<string, string>> }) => {
    events += 1;
    return { kind: "answer", value: await answer(event.headers["x-do"] ?? "allow", events) };
  };
  return { resource, name: stack.text(resource, "function_name"), log: [], invoke } as unknown as LocalFunction;
}

/** The authorizers of the small stack, without its gateway and with a function in this process. */
export class JudgedStack {
  /** Milliseconds. */
  now = 0;
  readonly trace = new LocalTrace();
  readonly authorizers: GatewayAuthorizers;
  private readonly stack: Stack;
  private readonly routes: RouteTable;

  /** @param milliseconds how long the function may take. Default: the gateway's own limit */
  constructor(changes: readonly Change[] = [], answer: Answer = says, milliseconds?: number) {
    this.stack = Stack.of(changed(smallDocument(), ...changes) as TerraformDocument, "/nowhere");
    this.routes = new RouteTable(this.stack);
    const ask = () => Promise.reject(new Error("no host is called here"));
    const api: Resource = readApi(this.stack);
    const { trace } = this;
    this.authorizers = new GatewayAuthorizers(
      this.stack,
      api,
      [functionOf(this.stack, answer)],
      ask,
      trace,
      () => this.now,
      milliseconds,
    );
  }

  /**
   * Returns the outcome of a request: the status, and the number of events that the function had seen when it allowed
   * the request.
   */
  async judge(path: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly [number, number?]> {
    const verdict = await this.authorizers.judge(this.request(path, headers));
    return verdict.status === 200 ? [200, Number(verdict.context.get("events"))] : [verdict.status];
  }

  /** Returns the declaration that refused the request. */
  async fault(path: string): Promise<string | undefined> {
    try {
      const [status] = await this.judge(path);
      return status === 200 ? undefined : this.trace.refusal?.declaration;
    } catch (error) {
      if (error instanceof StackError) return error.address;
      throw error;
    }
  }

  private request(path: string, headers: Readonly<Record<string, string>>): GatewayRequest {
    const local = { method: "GET", host: "x", target: path, headers: Object.entries(headers), body: "" };
    const read = readGatewayRequest(local);
    const match = this.routes.find("GET", read?.path ?? "");
    if (read === undefined || match === undefined) throw new Error(`no route for ${path}`);
    const stageVariables = new Map([["policy", "abc"]]);
    const trace = this.trace.at(undefined);
    return { ...read, match, sourceIp: "127.0.0.1", stageVariables, requestId: "id", trace, authorizer: new Map() };
  }
}
