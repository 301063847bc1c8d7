import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { Construct } from "constructs";

/** Names the limit that applied. It reveals nothing that the caller does not know. */
const TOO_MANY = {
  "quota-exceeded": { type: "QUOTA_EXCEEDED", limit: "quota", text: "the quota of this client is used up" },
  throttled: { type: "THROTTLED", limit: "throttle", text: "too many requests at once" },
} as const;

/**
 * The responses that the gateway itself generates.
 *
 * @param hasCors whether pages of other origins may call. If so, they may also read refusals, which contain no personal
 * data.
 */
export function gatewayResponses(
  scope: Construct,
  { id: restApiId }: ApiGatewayRestApi,
  hasCors: boolean,
): readonly ApiGatewayGatewayResponse[] {
  const responseParameters: Record<string, string> = hasCors
    ? { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" }
    : {};
  const defaults = Object.entries({ "default-4xx": "DEFAULT_4XX", "default-5xx": "DEFAULT_5XX" });
  return [
    ...(hasCors ? defaults : []).map(
      ([name, responseType]) =>
        new ApiGatewayGatewayResponse(scope, name, { restApiId, responseType, responseParameters }),
    ),
    ...Object.entries(TOO_MANY).map(
      ([name, { type, limit, text }]) =>
        new ApiGatewayGatewayResponse(scope, name, {
          restApiId,
          responseType: type,
          statusCode: "429",
          responseParameters,
          responseTemplates: { "application/json": JSON.stringify({ message: text, limit }) },
        }),
    ),
  ];
}
