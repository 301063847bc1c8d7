import { variablesOf } from "../../contract/route-pattern";
import type { Intent, Route, Service } from "../../intent/model/intent";
import { mergedOperation } from "./merged";
import type { Json, Operation, PathItem } from "./model";
import { hasBody, ownResponses, responsesOf } from "./responses";
import { securityOf } from "./security";
import { type ServiceDocument, shapeOf } from "./service-document";

/**
 * Every route of every service, by its path as OpenAPI writes it. OpenAPI has no greedy variable: `{path+}` becomes
 * `{path}`, marked with `x-greedy`.
 *
 * @param documents the services' own documents, by the service's key
 */
export function pathsOf(
  intent: Intent,
  documents: ReadonlyMap<string, ServiceDocument> = new Map(),
): Readonly<Record<string, PathItem>> {
  const routes = intent.services.flatMap((service) => service.routes.map((route) => ({ service, route })));
  const paths = new Map<string, { readonly template: string; readonly operations: Record<string, Operation> }>();
  // Narrow routes first: they keep their template if a greedy one looks the same.
  for (const { service, route } of routes.sort(byPath)) {
    const method = route.method.toLowerCase();
    let template = route.path.replaceAll("+}", "}");
    // The same greedy path with one more segment: shorter requests reach the narrower route.
    while (paths.get(shapeOf(template))?.operations[method] !== undefined) {
      template = `${template}/{rest${variablesOf(template).length}}`;
    }
    const item = paths.get(shapeOf(template)) ?? { template, operations: {} };
    paths.set(shapeOf(template), item);
    const own = operationOf(intent, service, route, item.template);
    const said = documents.get(service.key)?.operation(method, route.path);
    item.operations[method] = said === undefined ? own : mergedOperation(own, said, ownResponses(intent));
  }
  const items = [...paths.values()].sort((a, b) => compare(a.template, b.template));
  return Object.fromEntries(items.map(({ template, operations }) => [template, operations]));
}

function operationOf(intent: Intent, service: Service, route: Route, template: string): Operation {
  const parameters = variablesOf(template).map((name, index) => parameter(name, isGreedy(route, index)));
  return {
    operationId: route.address,
    summary: `${route.key} of ${service.key}`,
    tags: [service.key],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody(route.method) && { requestBody: requestBody(intent) }),
    responses: responsesOf(intent, route),
    security: securityOf(intent, route),
    "x-route-key": route.key,
  };
}

/** Segments after the route's own variables belong to its greedy one. */
function isGreedy({ path }: Route, index: number): boolean {
  return path.includes("+}") && index >= variablesOf(path).length - 1;
}

function parameter(name: string, greedy: boolean): Json {
  const description = "One or more segments. The slashes between them are sent as they are, not as %2F.";
  const base = { name, in: "path", required: true, schema: { type: "string" } };
  return greedy ? { ...base, description, "x-greedy": true } : base;
}

/** The media types that a firewall accepts; otherwise JSON, which most services accept. */
function requestBody({ gateway }: Intent): Json {
  const types = gateway.waf?.contentTypes?.only ?? ["application/json"];
  return {
    description: "The service decides what it accepts.",
    content: Object.fromEntries(types.map((type) => [type, { schema: {} }])),
  };
}

interface Declared {
  readonly service: Service;
  readonly route: Route;
}

function byPath({ route: a }: Declared, { route: b }: Declared): number {
  const greedy = Number(a.path.includes("+}")) - Number(b.path.includes("+}"));
  return greedy || compare(a.path, b.path) || compare(a.method, b.method);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
