import type { LocalAnswer } from "../../net/local-http";
import { AccessEntry } from "../shared/access-entry";
import { type AccessValues, logVariables } from "../shared/access-log";
import { contextVariables } from "./expressions";
import type { RestOwnAnswer } from "./gateway-responses";
import type { RestMethod } from "./methods";
import type { RestRequest } from "./request";

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
export const REST_VARIABLES = logVariables(
  ["resourceId", "resourcePath", "xrayTraceId"],
  // Fields of IAM authorization, API keys and AWS WAF.
  /^(authorize\.\w+|authenticate\.\w+|deploymentId|identity\.(apiKey|apiKeyId)|waf[\w.]*|webaclArn)$/,
);

/** A REST API's log values of one request. */
export class RestAccessEntry extends AccessEntry {
  /** Set once the requested method is known. */
  request: Omit<RestRequest, "match"> | undefined;
  method: RestMethod | undefined;
  /** `1-67891233-abcdef012345678912345678`, if the stage traces. */
  xrayTraceId: string | undefined;

  /**
   * @param responseLength bytes of the body that were sent
   * @param at milliseconds since 1970
   */
  values(answer: LocalAnswer | RestOwnAnswer, responseLength: number, at: number): AccessValues {
    const { context, xrayTraceId } = this;
    const answered = { answer, responseLength, at };
    return (variable) =>
      variable === "xrayTraceId" ? xrayTraceId : (this.value(variable, answered) ?? context[variable]);
  }

  /** The values of the request that gateway responses may use. */
  get context(): Readonly<Record<string, string | undefined>> {
    if (this.request === undefined) return { extendedRequestId: this.requestId };
    const { method } = this;
    const variables = contextVariables(this.request);
    return { ...variables, resourceId: method?.resourceId, resourcePath: method?.resourcePath };
  }
}
