import { ApiGatewayRestApiPolicy } from "@cdktf/provider-aws/lib/api-gateway-rest-api-policy";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "../policy-document";
import type { RestApi } from "./rest-api";
import { STAGE } from "./rest-stage";

export interface NetworkPolicyProps {
  readonly api: RestApi;
  /** CIDR notation, both versions. */
  readonly networks: readonly string[];
  /** Whether the gateway answers preflights: they have no authorizer that could let them in. */
  readonly hasPreflights: boolean;
}

/**
 * The networks that may reach the API at all. A denial is evaluated before the authorizer and before its cached results. A
 * statement with Allow in addition would let in what an authorizer's answer does not name.
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
