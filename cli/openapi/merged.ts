import type { Json, Operation } from "./model";
import type { ServiceOperation } from "./service-document";

/**
 * An operation of the front door, with the description from the service's own document. The front door still determines
 * the route and its access: a service's own security and servers do not count.
 */
export function mergedOperation(own: Operation, service: ServiceOperation, responses: Json): Operation {
  const { summary, description, deprecated, variables, parameters, requestBody } = service;
  const ofPath = (own.parameters ?? []).map((each, index) => pathParameter(each, variables[index]));
  const all = [...ofPath, ...parameters];
  const { requestBody: _, parameters: __, ...rest } = own;
  return {
    ...rest,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(deprecated && { deprecated }),
    ...(all.length > 0 && { parameters: all }),
    ...(requestBody !== undefined && { requestBody }),
    responses: mergedResponses(own.responses, service.responses, responses),
  };
}

/** Uses the service's narrower schema of a path variable. A greedy variable has no counterpart in its document. */
function pathParameter(own: Json, service: Json = {}): Json {
  if (own["x-greedy"] === true || service.schema === undefined) return own;
  return { ...service, ...own, schema: service.schema };
}

/**
 * The service's answers in place of the unknown ones. Where both can give a status, the body is that of either.
 *
 * @param components responses that the front door's refer to
 */
function mergedResponses(own: Json, service: ServiceOperation["responses"], components: Json): Json {
  const isKnown = Object.keys(service).some((status) => status.startsWith("2"));
  const { "2XX": any, default: other, ...gateway } = own as Readonly<Record<string, Json>>;
  const merged: Record<string, unknown> = { ...(isKnown ? {} : { "2XX": any }), ...gateway, default: other };
  for (const [status, answer] of Object.entries(service)) {
    const name =
      String(gateway[status]?.$ref ?? "")
        .split("/")
        .at(-1) ?? "";
    merged[status] = gateway[status] === undefined ? answer : either(components[name] as Json, answer);
  }
  return merged;
}

function either(own: Json, service: Json): Json {
  const schemaOf = (answer: Json, type: string) =>
    ((answer.content as Readonly<Record<string, Json>>)?.[type]?.schema ?? {}) as Json;
  const content = (service.content ?? {}) as Json;
  const json = "application/json";
  const schema =
    content[json] === undefined ? schemaOf(own, json) : { anyOf: [schemaOf(own, json), schemaOf(service, json)] };
  return {
    ...own,
    description: `${own.description} Or the service: ${service.description}`,
    content: { ...content, [json]: { schema } },
  };
}
