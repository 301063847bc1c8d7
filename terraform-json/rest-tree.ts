import { type Resource, referred, resourcesOf, type StackJson } from "./stack-json";

/** AWS allows fewer parts in a path; what points to itself ends here. */
const MOST_PARTS = 100;

/** The path of a resource of a REST API, `/` for its root; `?` stands for a part that is not in the stack. */
export function pathOf(stack: StackJson, resourceId: unknown): string {
  const parts: string[] = [];
  let at = referred(stack, resourceId);
  while (at?.type === "aws_api_gateway_resource" && parts.length < MOST_PARTS) {
    parts.unshift(String(at.attributes.path_part));
    at = referred(stack, at.attributes.parent_id);
  }
  return `${at?.type === "aws_api_gateway_rest_api" ? "" : "?"}/${parts.join("/")}`;
}

/** A method is named by what it is, or by the method that it belongs to. */
export function methodOf(stack: StackJson, text: unknown): string {
  const method = referred(stack, text);
  return String(method?.type === "aws_api_gateway_method" ? method.attributes.http_method : text);
}

/** Of one method: what it is, and what belongs to it. */
export interface RestMethod {
  readonly method: Resource;
  readonly api: Resource | undefined;
  readonly path: string;
  readonly httpMethod: string;
  readonly integration: Resource | undefined;
  readonly answers: readonly Resource[];
}

export function restMethods(stack: StackJson): readonly RestMethod[] {
  const place = ({ attributes }: Resource) =>
    [attributes.rest_api_id, attributes.resource_id, methodOf(stack, attributes.http_method)].join(" ");
  const integrations = new Map(resourcesOf(stack, "aws_api_gateway_integration").map((each) => [place(each), each]));
  const answers = new Map<string, Resource[]>();
  for (const each of resourcesOf(stack, "aws_api_gateway_integration_response")) {
    answers.set(place(each), [...(answers.get(place(each)) ?? []), each]);
  }
  return resourcesOf(stack, "aws_api_gateway_method").map((method) => ({
    method,
    api: referred(stack, method.attributes.rest_api_id),
    path: pathOf(stack, method.attributes.resource_id),
    httpMethod: methodOf(stack, method.attributes.http_method),
    integration: integrations.get(place(method)),
    answers: answers.get(place(method)) ?? [],
  }));
}

/** The gateway's own answer to a browser that asks first. It reaches no service. */
export function isPreflight({ method, httpMethod, integration }: RestMethod): boolean {
  const { authorization } = method.attributes;
  return httpMethod === "OPTIONS" && authorization === "NONE" && integration?.attributes.type === "MOCK";
}
