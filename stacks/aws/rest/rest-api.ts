import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";

export interface RestApiProps {
  readonly name: string;
  /** Whether usage is counted per caller, as identified by the authorizer. */
  readonly hasPlans: boolean;
  /** Whether its own address is disabled, because callers use a domain. */
  readonly isClosed: boolean;
}

/** The REST API itself. Its resources, methods, authorizers and stage are declared in other constructs. */
export class RestApi extends Construct {
  readonly id: string;
  readonly rootResourceId: string;
  readonly executionArn: string;
  readonly resource: ApiGatewayRestApi;

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    const api = new ApiGatewayRestApi(this, "gateway", {
      name: props.name,
      description: "Front door of the team's Cloud Run services",
      // Callers never send an API key. The authorizer returns the key that counts the usage.
      apiKeySource: props.hasPlans ? "AUTHORIZER" : "HEADER",
      // All types are binary, so bodies pass unchanged and none is treated as text.
      binaryMediaTypes: ["*/*"],
      endpointConfiguration: { types: ["REGIONAL"] },
      // If it must be replaced, the new API is created before the old one is deleted.
      lifecycle: { createBeforeDestroy: true },
      disableExecuteApiEndpoint: props.isClosed,
    });
    this.resource = api;
    this.id = api.id;
    this.rootResourceId = api.rootResourceId;
    this.executionArn = api.executionArn;
  }
}
