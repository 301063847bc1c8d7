import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";

export interface RestApiProps {
  readonly name: string;
  /** Whether usage is counted by the caller that the authorizer names. */
  readonly hasPlans: boolean;
  /** Whether its own address is switched off: callers call a domain. */
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
      // No caller ever sends an API key: the authorizer names the key whose usage counts.
      apiKeySource: props.hasPlans ? "AUTHORIZER" : "HEADER",
      // All of them: bodies pass as they are, and none is taken for text.
      binaryMediaTypes: ["*/*"],
      endpointConfiguration: { types: ["REGIONAL"] },
      // If it must be replaced, the new one exists before the old one goes.
      lifecycle: { createBeforeDestroy: true },
      disableExecuteApiEndpoint: props.isClosed,
    });
    this.resource = api;
    this.id = api.id;
    this.rootResourceId = api.rootResourceId;
    this.executionArn = api.executionArn;
  }
}
