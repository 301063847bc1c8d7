import { type Resource, referred, resourcesOf, type StackJson } from "./stack-json";

/** A route of an HTTP API, or a method of a REST API: what is called, who decides on it, what answers it. */
export interface DeclaredRoute {
  /** The `aws_apigatewayv2_route` or `aws_api_gateway_method`. */
  readonly route: Resource;
  readonly api: Resource | undefined;
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** `CUSTOM`, `JWT`, `NONE` and the like, or `undefined` where nothing is said. */
  readonly authorization: string;
  /** The authorizer of this stack, if it names one. */
  readonly authorizer: Resource | undefined;
  readonly integrations: readonly Resource[];
}

export interface RestMethod extends DeclaredRoute {
  /** `/orders/{id}`; begins with `?` where not all of it is in the stack, which no policy's route does. */
  readonly path: string;
  readonly httpMethod: string;
  /** What the integration answers with: `aws_api_gateway_integration_response`. */
  readonly answers: readonly Resource[];
}

export function httpRoutes(stack: StackJson): readonly DeclaredRoute[] {
  return resourcesOf(stack, "aws_apigatewayv2_route").map((route) => {
    const { api_id, authorization_type, authorizer_id, route_key, target } = route.attributes;
    const integration = referred(stack, String(target).replace(/^integrations\//, ""));
    return {
      route,
      api: referred(stack, api_id),
      key: String(route_key),
      authorization: String(authorization_type),
      authorizer: referred(stack, authorizer_id),
      integrations: integration === undefined ? [] : [integration],
    };
  });
}

/** AWS allows fewer parts in a path; what points to itself ends here. */
const MOST_PARTS = 100;

/** The path of a resource of a REST API, `/` for its root. */
function pathOf(stack: StackJson, resourceId: unknown): string {
  const parts: string[] = [];
  let at = referred(stack, resourceId);
  while (at?.type === "aws_api_gateway_resource" && parts.length < MOST_PARTS) {
    parts.unshift(String(at.attributes.path_part));
    at = referred(stack, at.attributes.parent_id);
  }
  return `${at?.type === "aws_api_gateway_rest_api" ? "" : "?"}/${parts.join("/")}`;
}

/** A method is named by what it is, or by the method that it belongs to. */
function methodOf(stack: StackJson, text: unknown): string {
  const method = referred(stack, text);
  return String(method?.type === "aws_api_gateway_method" ? method.attributes.http_method : text);
}

/** Every method of every REST API of a stack, preflights too. */
export function restMethods(stack: StackJson): readonly RestMethod[] {
  const place = ({ attributes }: Resource) =>
    [attributes.rest_api_id, attributes.resource_id, methodOf(stack, attributes.http_method)].join(" ");
  const byPlace = (type: string) => {
    const found = new Map<string, Resource[]>();
    for (const each of resourcesOf(stack, type)) found.set(place(each), [...(found.get(place(each)) ?? []), each]);
    return found;
  };
  const integrations = byPlace("aws_api_gateway_integration");
  const answers = byPlace("aws_api_gateway_integration_response");
  return resourcesOf(stack, "aws_api_gateway_method").map((route) => {
    const { authorization, authorizer_id, http_method, resource_id, rest_api_id } = route.attributes;
    const [path, httpMethod] = [pathOf(stack, resource_id), methodOf(stack, http_method)];
    return {
      route,
      api: referred(stack, rest_api_id),
      key: `${httpMethod} ${path}`,
      path,
      httpMethod,
      authorization: String(authorization),
      authorizer: referred(stack, authorizer_id),
      integrations: integrations.get(place(route)) ?? [],
      answers: answers.get(place(route)) ?? [],
    };
  });
}

/** The gateway's own answer to a browser that asks first: it reaches no service, and asks for no token. */
export function isPreflight({ httpMethod, authorization, integrations }: RestMethod): boolean {
  const isMock = integrations.length === 1 && integrations[0]?.attributes.type === "MOCK";
  return httpMethod === "OPTIONS" && authorization === "NONE" && isMock;
}
