import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";

export interface GatewayResponsesProps {
  readonly api: ApiGatewayRestApi;
  /** Whether pages of other origins may call. If so, they may also read refusals, which contain no personal data. */
  readonly hasCors: boolean;
}

/** Names the limit that applied. It reveals nothing that the caller does not know. */
const TOO_MANY = {
  "quota-exceeded": { type: "QUOTA_EXCEEDED", limit: "quota", text: "the quota of this client is used up" },
  throttled: { type: "THROTTLED", limit: "throttle", text: "too many requests at once" },
} as const;

/** The responses that the gateway itself generates. */
export class GatewayResponses extends Construct {
  readonly resources: ApiGatewayGatewayResponse[] = [];

  constructor(scope: Construct, id: string, props: GatewayResponsesProps) {
    super(scope, id);
    const { api, hasCors } = props;
    const cors: Record<string, string> = hasCors ? { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" } : {};
    for (const [name, responseType] of [
      ["default-4xx", "DEFAULT_4XX"],
      ["default-5xx", "DEFAULT_5XX"],
    ] as const) {
      if (!hasCors) continue;
      this.resources.push(
        new ApiGatewayGatewayResponse(this, name, { restApiId: api.id, responseType, responseParameters: cors }),
      );
    }
    for (const [name, { type, limit, text }] of Object.entries(TOO_MANY)) {
      this.resources.push(
        new ApiGatewayGatewayResponse(this, name, {
          restApiId: api.id,
          responseType: type,
          statusCode: "429",
          responseParameters: cors,
          responseTemplates: { "application/json": JSON.stringify({ message: text, limit }) },
        }),
      );
    }
  }
}
