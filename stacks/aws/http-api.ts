import { Apigatewayv2Api } from "@cdktf/provider-aws/lib/apigatewayv2-api";
import { Construct } from "constructs";
import type { Cors } from "../../intent/model/gateway-intent";

export interface HttpApiProps {
  readonly name: string;
  /** Unset: the gateway answers no preflight, so pages of other origins cannot call the API. */
  readonly cors?: Cors;
  /** Methods of the API's routes. Preflights allow them. */
  readonly methods: readonly string[];
  /** Whether its own address is disabled, because callers use a domain. */
  readonly isClosed: boolean;
}

/** The HTTP API itself. Its routes, authorizers and stage are declared in other constructs. */
export class HttpApi extends Construct {
  readonly id: string;
  readonly executionArn: string;
  readonly endpoint: string;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    const api = new Apigatewayv2Api(this, "gateway", {
      name: props.name,
      description: "Front door of the team's Cloud Run services",
      protocolType: "HTTP",
      disableExecuteApiEndpoint: props.isClosed,
      corsConfiguration: props.cors && {
        allowOrigins: [...props.cors.origins],
        allowMethods: [...props.methods],
        allowHeaders: [...props.cors.headers],
        // The request id, so that a page can show it for support requests.
        exposeHeaders: ["apigw-requestid"],
        maxAge: props.cors.maxAgeSeconds,
        // Tokens are sent in a header. Without cookies, no page can misuse a person's session.
        allowCredentials: false,
      },
    });
    this.id = api.id;
    this.executionArn = api.executionArn;
    this.endpoint = api.apiEndpoint;
  }
}
