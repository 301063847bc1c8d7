import type { LocalAnswer, LocalHost } from "../../net/local-http";
import type { LocalNames } from "../../net/local-names";
import type { Stack } from "../../terraform/stack";
import type { LocalTrace } from "../../trace/trace";
import type { RestApi } from "./api";
import type { ResponseType } from "./gateway-responses";
import type { MethodTable } from "./methods";
import type { RestRequest } from "./request";

/** The result of one call of an integration. */
export interface RestResult {
  /** The answer, or the type of the gateway's own answer. */
  readonly answer: LocalAnswer | ResponseType;
  /** The service's own status; undefined if it gave none. */
  readonly status?: number;
  readonly error?: string;
}

export interface RestIntegration {
  forward(request: RestRequest): Promise<RestResult>;
}

export interface IntegrationProps {
  readonly stack: Stack;
  readonly api: RestApi;
  readonly ask: LocalHost;
  readonly trace: LocalTrace;
  readonly table: MethodTable;
  /** Addresses in a document that stand for others on this machine. */
  readonly names: LocalNames;
  /** Origins of this machine that preflights allow in addition to the declared ones: a deviation. */
  readonly localOrigins: readonly string[];
}
