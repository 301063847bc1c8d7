import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse } from "../../terraform/stack";
import { HttpProxy } from "./http-proxy";
import type { IntegrationProps, RestIntegration, RestResult } from "./integration";
import type { RestMethod } from "./methods";
import { MockIntegration } from "./mock";
import type { RestRequest } from "./request";

const INTEGRATION: AttributeUse = {
  read: [
    "content_handling",
    "http_method",
    "integration_http_method",
    "passthrough_behavior",
    "request_parameters",
    "request_templates",
    "resource_id",
    "response_transfer_mode",
    "rest_api_id",
    "timeout_milliseconds",
    "type",
    "uri",
  ],
  immaterial: {},
};

/** The integration of each method: exactly one. */
export class RestIntegrations {
  private readonly byMethod = new Map<RestMethod, RestIntegration>();
  /** Addresses of the gateway's own answers to preflights. */
  readonly preflights: readonly string[];

  constructor(props: IntegrationProps) {
    const { stack, table } = props;
    const preflights: string[] = [];
    const integrated = new Set<RestMethod>();
    for (const resource of stack.declared("aws_api_gateway_integration", INTEGRATION)) {
      const method = table.of(resource);
      if (integrated.has(method)) throw new StackError(`${resource.address}.http_method`, "a second integration");
      integrated.add(method);
      if (stack.value(resource, "type") === "MOCK") preflights.push(resource.address);
      const integration = stack.attempt(() => integrationOf(props, resource, method));
      if (integration !== undefined) this.byMethod.set(method, integration);
    }
    this.preflights = preflights;
    for (const method of table.all) {
      if (integrated.has(method)) continue;
      throw new StackError(method.resource.address, "no integration: API Gateway refuses to deploy such a method");
    }
  }

  async forward(request: RestRequest): Promise<RestResult> {
    const { method } = request.match;
    const integration = this.byMethod.get(method);
    if (integration === undefined) throw new StackError(method.resource.address, "no integration");
    return integration.forward(request);
  }
}

function integrationOf(props: IntegrationProps, resource: Resource, method: RestMethod): RestIntegration {
  const type = props.stack.value(resource, "type");
  if (type === "HTTP_PROXY") return new HttpProxy(props, resource, method);
  if (type === "MOCK") return new MockIntegration(props, resource, method);
  throw new StackError(`${resource.address}.type`, `got ${type}, the stand-in knows only HTTP_PROXY and MOCK`);
}
