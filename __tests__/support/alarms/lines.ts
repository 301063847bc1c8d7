import type { IncomingMessage } from "node:http";
import { Trace } from "../../../functions/authorizer/request/log";
import {
  forbidden,
  type Outcome,
  type Reason,
  unauthenticated,
  unavailable,
} from "../../../functions/authorizer/request/outcome";
import { HTTP_VARIABLES, HttpAccessEntry } from "../../../packages/local-front-door/gateway/http/http-gateway";
import { type OwnStatus, ownAnswer } from "../../../packages/local-front-door/gateway/http/route-integrations";
import { AccessLog } from "../../../packages/local-front-door/gateway/shared/access-log";
import type { TerraformDocument } from "../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { changed, set } from "../local/document";
import { smallDocument } from "../local/small-document";

/** A line that the authorizer functions write about a decision. */
export function decisionLine(outcome: Outcome): string {
  const lines: string[] = [];
  const subject = { requestId: "request-1", route: "GET /orders", service: "orders" };
  new Trace(subject, (line) => lines.push(line)).finish(outcome);
  return lines.join("");
}

export const ALLOWED = decisionLine({ decision: "allowed", googleAuthorization: "Bearer x" });
export const refusedFor = (reason: Reason) => decisionLine(unauthenticated(reason));
export const forbiddenFor = (reason: Reason) => decisionLine(forbidden(reason));
export const undecidedFor = (reason: Reason) => decisionLine(unavailable(reason, 503));

/** How a request ended. */
export interface Ending {
  readonly route?: string;
  /** Status of the gateway's own answer; undefined: the service's answer is forwarded. */
  readonly own?: OwnStatus;
  readonly service?: { readonly status?: number; readonly error?: string };
  readonly authorizerError?: string;
  readonly milliseconds?: number;
}

/** Writes access log lines in a stage's format, as the local gateway does. */
export function accessLines(format: string): (ending: Ending) => string {
  const log = set("aws_apigatewayv2_stage.gateway", { access_log_settings: { format } });
  const stack = Stack.of(changed(smallDocument(), log) as TerraformDocument, "/nowhere");
  const [stage] = stack.all("aws_apigatewayv2_stage");
  const written = stage && AccessLog.of(stack, stage, HTTP_VARIABLES);
  return ({ route = "GET /orders", own, service = {}, authorizerError, milliseconds = 20 }) => {
    const entry = new HttpAccessEntry(INCOMING, "request-1", "arn:aws:execute-api:eu-west-1:111122223333:api", 1000);
    entry.routeKey = route;
    entry.authorizerError = authorizerError;
    entry.integration = { ...service, ...(service.status !== undefined && { milliseconds: milliseconds - 5 }) };
    const answer = own === undefined ? { status: service.status ?? 200, headers: {}, body: "" } : ownAnswer(own);
    return written?.line(entry.values(answer, 1000 + milliseconds)) ?? "";
  };
}

const INCOMING = {
  method: "GET",
  url: "/orders",
  headers: { host: "x.execute-api.eu-west-1.amazonaws.com" },
  rawHeaders: [],
  socket: { remoteAddress: "203.0.113.7" },
} as unknown as IncomingMessage;
