import { ApiGatewayRestApiPolicy } from "@cdktf/provider-aws/lib/api-gateway-rest-api-policy";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "../policy-document";
import type { RestApi } from "./rest-api";
import { STAGE } from "./rest-stage";

export interface NetworkPolicyProps {
  readonly api: RestApi;
  /** In CIDR notation, IPv4 and IPv6. */
  readonly networks: readonly string[];
  /** Whether the gateway answers preflights. They have no authorizer, so the policy must allow them. */
  readonly hasPreflights: boolean;
}

/**
 * The networks that may reach the API. The denial is evaluated before the authorizer and its cached results. An
 * additional Allow statement would let in requests that an authorizer's result does not allow.
 */
export class NetworkPolicy extends Construct {
  readonly resource: ApiGatewayRestApiPolicy;

  constructor(scope: Construct, id: string, { api, networks, hasPreflights }: NetworkPolicyProps) {
    super(scope, id);
    const every = { Principal: "*", Action: "execute-api:Invoke" } as const;
    const elsewhere: Statement = {
      Sid: "NowhereElse",
      Effect: "Deny",
      ...every,
      Resource: `${api.executionArn}/*`,
      Condition: { NotIpAddress: { "aws:SourceIp": networks } },
    };
    const preflights: Statement = {
      Sid: "Preflights",
      Effect: "Allow",
      ...every,
      Resource: `${api.executionArn}/${STAGE}/OPTIONS/*`,
    };
    this.resource = new ApiGatewayRestApiPolicy(this, "gateway", {
      restApiId: api.id,
      policy: policyDocument(elsewhere, ...(hasPreflights ? [preflights] : [])),
    });
  }
}
