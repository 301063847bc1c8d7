import type { FunctionResult } from "../../../../packages/local-front-door/function/function";
import { requestEvent } from "../../../support/authorizer/event";
import { restEvent } from "../../../support/authorizer/rest-event";

/** The kinds of API that an environment may have. Attacks on both use one table over these. */
export const KINDS = ["http", "rest"] as const;

export type Kind = (typeof KINDS)[number];

export type RequestEvent = ReturnType<typeof requestEvent> | ReturnType<typeof restEvent>;

/** The part of an answer that a caller sees. */
export interface Shown {
  readonly status: number;
  readonly body: { readonly message: string };
}

/** One kind of API: the events for its function, how it reads the answer, and what callers see. */
export interface AttackedApi {
  /** A refusal by the function. */
  readonly forbidden: Shown;
  /** A refusal of an invalid token. An HTTP API does not distinguish it from other refusals. */
  readonly unauthenticated: Shown;
  /** An answer if the call cannot be decided. */
  readonly failed: Shown;
  /** The header of an answer that has the id of the request, as logs have it. */
  readonly requestId: string;
  /** The documented event of a request with this Authorization header, on a route without a variable. */
  authorizationEvent(authorization: string, routeKey?: string): RequestEvent;
  /** The event of a request without a token. */
  anyoneEvent(routeKey: string): RequestEvent;
  /** The event of a request to a route with a variable. */
  pathEvent(asked: { readonly routeKey: string; readonly path: string; readonly authorization?: string }): RequestEvent;
  isAllowed(result: FunctionResult): boolean;
  isRefused(result: FunctionResult): boolean;
}

const HTTP_FORBIDDEN = { status: 403, body: { message: "Forbidden" } };

const http: AttackedApi = {
  forbidden: HTTP_FORBIDDEN,
  unauthenticated: HTTP_FORBIDDEN,
  failed: { status: 500, body: { message: "Internal Server Error" } },
  requestId: "apigw-requestid",
  authorizationEvent: (authorization, routeKey = "GET /orders") => requestEvent({ routeKey, authorization }),
  anyoneEvent: (routeKey) => requestEvent({ routeKey }),
  pathEvent: requestEvent,
  isAllowed: (result) => simpleAnswer(result) === true,
  isRefused: (result) => simpleAnswer(result) === false,
};

const rest: AttackedApi = {
  forbidden: { status: 403, body: { message: "User is not authorized to access this resource" } },
  unauthenticated: { status: 401, body: { message: "Unauthorized" } },
  failed: { status: 500, body: { message: "Internal server error" } },
  requestId: "x-amz-apigw-id",
  authorizationEvent: (authorization, routeKey = "GET /orders") =>
    restEvent({ ...partsOf(routeKey), authorization: [authorization] }),
  anyoneEvent: (routeKey) => restEvent(partsOf(routeKey)),
  pathEvent: ({ routeKey, path, authorization }) =>
    restEvent({ ...partsOf(routeKey), path, authorization: authorization === undefined ? [] : [authorization] }),
  isAllowed: (result) => effects(result) === "Allow",
  // For an invalid token the function throws an error.
  isRefused: (result) => effects(result) === "Deny" || (result.kind === "error" && result.message === "Unauthorized"),
};

export const API = { http, rest } as const satisfies Record<Kind, AttackedApi>;

function partsOf(routeKey: string) {
  const [method, resource = ""] = routeKey.split(" ");
  return { method, resource };
}

function simpleAnswer(result: FunctionResult): unknown {
  return result.kind === "answer" ? (result.value as { readonly isAuthorized?: unknown }).isAuthorized : undefined;
}

function effects(result: FunctionResult): string | undefined {
  if (result.kind === "error") return undefined;
  const { policyDocument } = result.value as {
    readonly policyDocument?: { readonly Statement: readonly { readonly Effect: string }[] };
  };
  return policyDocument?.Statement.map(({ Effect }) => Effect).join();
}
