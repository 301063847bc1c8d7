import { type DocumentContent, documentOf } from "../../../contract/document-template";
import { groupedBy } from "./order";
import { withRunUrl } from "./rest-references";
import { oncePerStack, type Resource, referred, resourcesOf, type StackJson } from "./stack-json";

/** A route of an HTTP API, or a method of a REST API: its path, its authorizer, its integration. */
export interface DeclaredRoute {
  /** The `aws_apigatewayv2_route` or `aws_api_gateway_method`. */
  readonly route: Resource;
  readonly api: Resource | undefined;
  /** `GET /orders/{id}`. */
  readonly key: string;
  /** `CUSTOM`, `JWT`, `NONE` and the like, or `undefined` if unset. */
  readonly authorization: string;
  /** The authorizer of this stack, if it names one. */
  readonly authorizer: Resource | undefined;
  /** A REST API's with the URL of a service in place of the stage variable that names its host. */
  readonly integrations: readonly Resource[];
}

export interface RestMethod extends DeclaredRoute {
  /** `/orders/{id}`; begins with `?` if the stack does not contain all of it, so that it matches no route of a policy. */
  readonly path: string;
  readonly httpMethod: string;
  /** The integration's response: `aws_api_gateway_integration_response`. */
  readonly answers: readonly Resource[];
}

/** Every route of every HTTP API of a stack. */
export const httpRoutes = oncePerStack((stack): readonly DeclaredRoute[] =>
  resourcesOf(stack, "aws_apigatewayv2_route").map((route) => {
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
  }),
);

/** More parts than AWS allows in a path. Stops at a resource that points to itself. */
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

/** The HTTP method that a text names, directly or by a reference to a method. */
function methodOf(stack: StackJson, text: unknown): string {
  const method = referred(stack, text);
  return String(method?.type === "aws_api_gateway_method" ? method.attributes.http_method : text);
}

/** Every method of every REST API of a stack, including preflights. */
export const restMethods = oncePerStack((stack): readonly RestMethod[] => {
  const place = ({ attributes }: Resource) =>
    [attributes.rest_api_id, attributes.resource_id, methodOf(stack, attributes.http_method)].join(" ");
  const integrations = groupedBy(resourcesOf(stack, "aws_api_gateway_integration"), place);
  const answers = groupedBy(resourcesOf(stack, "aws_api_gateway_integration_response"), place);
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
      integrations: (integrations.get(place(route)) ?? []).map((each) => withRunUrl(stack, each)),
      answers: answers.get(place(route)) ?? [],
    };
  });
});

/** The gateway's own answer to a browser's preflight: it reaches no service, and requires no token. */
export function isPreflight(method: RestMethod): boolean {
  return method.httpMethod === "OPTIONS" && isMock(method);
}

/** The document that the gateway itself publishes at a method. Undefined if the answer may hold anything else. */
export function publishedAt(method: RestMethod): DocumentContent | undefined {
  const [answer, second] = method.answers;
  if (method.httpMethod !== "GET" || !isMock(method) || answer === undefined || second !== undefined) return undefined;
  const { response_parameters = {}, response_templates = {} } = answer.attributes;
  const { "application/json": template, ...others } = response_templates;
  const isFixed = Object.values(response_parameters).every((value) => /^'[^']*'$/.test(String(value)));
  return isFixed && Object.keys(others).length === 0 ? documentOf(template) : undefined;
}

/** Whether the gateway itself answers, without a service and without a token. */
export function isOwnAnswer(method: RestMethod): boolean {
  return isPreflight(method) || publishedAt(method) !== undefined;
}

function isMock({ authorization, integrations }: RestMethod): boolean {
  return authorization === "NONE" && integrations.length === 1 && integrations[0]?.attributes.type === "MOCK";
}
