import { json, type LocalAnswer } from "../../net/local-http";
import type { OwnReason } from "../shared/access-entry";

/** API Gateway's own answers: the message, and the response type in its access log. */
const OWN_ANSWERS = {
  400: { message: "Bad Request", responseType: "DEFAULT_4XX" },
  401: { message: "Unauthorized", responseType: "UNAUTHORIZED" },
  403: { message: "Forbidden", responseType: "ACCESS_DENIED" },
  404: { message: "Not Found", responseType: "RESOURCE_NOT_FOUND" },
  413: { message: "Request Entity Too Large", responseType: "REQUEST_TOO_LARGE" },
  429: { message: "Too Many Requests", responseType: "THROTTLED" },
  431: { message: "Request Header Fields Too Large", responseType: "DEFAULT_4XX" },
  500: { message: "Internal Server Error", responseType: "DEFAULT_5XX" },
  503: { message: "Service Unavailable", responseType: "INTEGRATION_FAILURE" },
} as const;

export type OwnStatus = keyof typeof OWN_ANSWERS;

export interface OwnAnswer extends LocalAnswer {
  readonly own: OwnReason;
}

/** @param challenge value of `www-authenticate`, for an answer that refuses a token */
export function ownAnswer(status: OwnStatus, challenge?: string): OwnAnswer {
  const own = OWN_ANSWERS[status];
  const answer = json(status, { message: own.message });
  const headers = { ...answer.headers, ...(challenge !== undefined && { "www-authenticate": challenge }) };
  return { ...answer, headers, own };
}
