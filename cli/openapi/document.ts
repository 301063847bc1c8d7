import { createHash } from "node:crypto";
import type { PathClaim } from "../../contract/route-access";
import { variablesOf } from "../../contract/route-pattern";
import type { Intent, Route, Service } from "../../intent/model/intent";
import { ownValue } from "../../intent/source/values";
import { cloudPlaces, type TokenPlaces } from "./addresses";
import type { Components, Json, OpenApiDocument, Operation, PathItem, Server } from "./model";
import { securityOf, securitySchemes } from "./security";
import { type ServiceDocument, type ServiceOperation, shapeOf } from "./service-document";

export interface DocumentProps {
  readonly servers: readonly Server[];
  /** Default: the clouds' own addresses. */
  readonly places?: TokenPlaces;
  /** The services' own OpenAPI documents, by the service's key. Default: none. */
  readonly services?: ReadonlyMap<string, ServiceDocument>;
}

/**
 * The OpenAPI document of a front door: the facts that callers may rely on, without the team's internal ones. Equal
 * intents give equal documents.
 */
export function openApiDocument(
  intent: Intent,
  { servers, places = cloudPlaces(intent), services = new Map() }: DocumentProps,
): OpenApiDocument {
  const paths = pathsOf(intent, services);
  const content = {
    servers,
    tags: intent.services.map(({ key }) => ({ name: key })),
    paths,
    components: joined([
      {
        schemas: ownSchemas(intent),
        responses: ownResponses(intent),
        securitySchemes: securitySchemes(intent, places),
      },
      ...[...services.values()].map(({ components }) => components),
    ]),
  };
  return {
    openapi: "3.1.0",
    info: { title: intent.prefix, version: versionOf(content), description: describedIn(intent) },
    ...content,
  };
}

/** Names cannot clash: a service's names start with its key and an underscore, unlike the front door's own. */
function joined(all: readonly Readonly<Record<string, Json>>[]): Components {
  const kinds: Record<string, Json> = {};
  for (const [kind, components] of all.flatMap((each) => Object.entries(each))) {
    kinds[kind] = { ...kinds[kind], ...components };
  }
  return kinds as Components;
}

/** Changes whenever the content does. */
function versionOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
}

const DESCRIPTION = `Every route of this front door, with the scopes that open it. A caller needs one of the listed alternatives.

- The version is a hash of this document's content.
- A route that config declares as ANY is listed once for each method.
- A path variable marked with x-greedy takes one or more segments. OpenAPI has no such variable.
- The listed errors are the front door's own. Services can also answer with any status.`;

function describedIn({ services }: Intent): string {
  const servers = services.flatMap(({ key, routes }) => {
    const url = routes.find(({ mcp }) => mcp !== undefined)?.mcp?.audience;
    return url === undefined
      ? []
      : [`\n- The MCP server ${key}, at ${url}, is not listed: it describes its own tools.`];
  });
  return `${DESCRIPTION}${servers.join("")}`;
}

/**
 * Every route of every service, by its path as OpenAPI writes it. OpenAPI has no greedy variable: `{path+}` becomes
 * `{path}`, marked with `x-greedy`.
 *
 * @param documents the services' own documents, by the service's key
 */
function pathsOf(
  intent: Intent,
  documents: ReadonlyMap<string, ServiceDocument> = new Map(),
): Readonly<Record<string, PathItem>> {
  const routes = intent.services.flatMap((service) =>
    // A server of the Model Context Protocol describes its own tools.
    service.routes.flatMap((route) => (route.mcp === undefined ? [{ service, route }] : [])),
  );
  const described = new Map(
    routes.map(({ service, route }) => [
      route,
      documents.get(service.key)?.operation(route.method.toLowerCase(), route.path),
    ]),
  );
  const idOf = operationIds(described);
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
    const own = { ...operationOf(intent, service, route, item.template), operationId: idOf(route) };
    const said = described.get(route);
    item.operations[method] = said === undefined ? own : mergedOperation(own, said, ownResponses(intent));
  }
  const items = [...paths.values()].sort((a, b) => compare(a.template, b.template));
  return Object.fromEntries(items.map(({ template, operations }) => [template, operations]));
}

function operationOf(intent: Intent, service: Service, route: Route, template: string): Operation {
  const parameters = variablesOf(template).map((name, index) =>
    parameter(name, isGreedy(route, index), ownClaim(route, index)),
  );
  return {
    operationId: route.address,
    summary: routeSummary(service, route),
    tags: [service.key],
    ...(parameters.length > 0 && { parameters }),
    ...(hasBody(route.method) && { requestBody: requestBody(intent) }),
    responses: responsesOf(intent, route),
    security: securityOf(intent, route),
    "x-route-key": route.key,
  };
}

/** The id of the service's own document, or the route's address if the document has none or another operation has its id. */
function operationIds(described: ReadonlyMap<Route, ServiceOperation | undefined>): (route: Route) => string {
  const times = new Map<string, number>();
  for (const [{ address }, said] of described) {
    for (const id of new Set([address, said?.operationId ?? address])) times.set(id, (times.get(id) ?? 0) + 1);
  }
  return (route) => {
    const id = described.get(route)?.operationId ?? route.address;
    return times.get(id) === 1 ? id : route.address;
  };
}

/** The summary of a route whose service has none of its own. */
export function routeSummary(service: Pick<Service, "key">, route: Pick<Route, "key">): string {
  return `${route.key} of ${service.key}`;
}

/** Segments after the route's own variables belong to its greedy one. */
function isGreedy({ path }: Route, index: number): boolean {
  return path.includes("+}") && index >= variablesOf(path).length - 1;
}

/** The claim that a variable must equal. Variables of a template have the route's order, and perhaps other names. */
function ownClaim({ path, access }: Route, index: number): PathClaim | undefined {
  return access.kind === "public" ? undefined : access.where?.[variablesOf(path)[index] ?? ""];
}

function parameter(name: string, greedy: boolean, own?: PathClaim): Json {
  const base = { name, in: "path", required: true, schema: { type: "string" } };
  if (own !== undefined) {
    const description = own.list
      ? `One of the texts in the claim ${own.claim} of the caller's token. Any other is refused with 403.`
      : `The claim ${own.claim} of the caller's token. Any other text is refused with 403.`;
    return { ...base, description, "x-claim": own.claim };
  }
  const description = "One or more segments. The slashes between them are sent as they are, not as %2F.";
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

/**
 * An operation of the front door, with the description from the service's own document. The front door still determines
 * the route and its access: a service's own security and servers do not count.
 */
function mergedOperation(own: Operation, service: ServiceOperation, responses: Json): Operation {
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
  const answers = Object.entries(service).map(([status, answer]): [string, unknown] => {
    const shared = ownValue(gateway, status);
    const name = String(shared?.$ref ?? "").split("/");
    return [status, shared === undefined ? answer : either(components[name.at(-1) ?? ""] as Json, answer)];
  });
  const unknown = isKnown ? {} : { "2XX": any };
  return { ...unknown, ...gateway, default: other, ...Object.fromEntries(answers) };
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

/** Schemas of the answers that the front door itself gives. */
function ownSchemas(intent: Intent): Json {
  return {
    GatewayMessage: object({ message: { type: "string" } }),
    ...(intent.gateway.kind === "rest" && {
      LimitReached: object({ message: { type: "string" }, limit: { type: "string", enum: ["quota", "throttle"] } }),
    }),
    ...(hasEnvoy(intent) && { EnvoyRefusal: object({ status: { type: "integer", enum: [401, 403] } }) }),
  };
}

/** Answers that the front door itself gives, by name. Routes refer to them. */
function ownResponses(intent: Intent): Json {
  const isRest = intent.gateway.kind === "rest";
  const isShared = intent.handshake === "shared-issuer";
  const gateway = (description: string, schema = message()) => answer(intent, description, schema);
  const refusal = hasEnvoy(intent) ? { oneOf: [message(), { $ref: "#/components/schemas/EnvoyRefusal" }] } : message();
  const tooMany = isRest ? { $ref: "#/components/schemas/LimitReached" } : message();
  return {
    Unauthorized: gateway(
      isRest || isShared ? "The token is missing or invalid." : "There is no `Authorization` header, or it is empty.",
      refusal,
    ),
    Forbidden: gateway(forbidden(intent), refusal),
    TooLarge: gateway("The body is larger than 10 MB."),
    TooManyRequests: gateway(
      isRest
        ? "A throttle or the client's quota refused the call; `limit` says which."
        : "The throttle of the route, of the stage or of the account refused the call.",
      tooMany,
    ),
    ...(!isShared && { Undecided: gateway("The front door could not decide. Try again.") }),
    Unavailable: gateway(
      isRest ? "The service did not answer in time." : "The service did not answer, or not in time.",
    ),
  };
}

function forbidden({ handshake, gateway }: Intent): string {
  if (handshake === "shared-issuer") return "The token has none of the scopes that the route needs.";
  const token = gateway.kind === "rest" ? "The caller has" : "The token is invalid, or the caller has";
  return `${token} none of the scopes that the route needs, or the path or the caller's network is not accepted.`;
}

/** The service's own answers, and references to those of the front door that this route can have. */
function responsesOf({ gateway, handshake }: Intent, route: Route): Json {
  const own = (name: string) => ({ $ref: `#/components/responses/${name}` });
  return {
    "2XX": { description: "The service's answer.", content: { "*/*": { schema: {} } } },
    ...(route.access.kind === "scopes" && { 401: own("Unauthorized") }),
    403: own("Forbidden"),
    ...(hasBody(route.method) && { 413: own("TooLarge") }),
    429: own("TooManyRequests"),
    ...(handshake === "federated" && { 500: own("Undecided") }),
    [gateway.kind === "rest" ? 504 : 503]: own("Unavailable"),
    default: { description: "Any other answer of the service.", content: { "*/*": { schema: {} } } },
  };
}

/** Whether a request of this method usually has a body. */
function hasBody(method: string): boolean {
  return ["PATCH", "POST", "PUT"].includes(method);
}

function hasEnvoy({ services }: { readonly services: readonly Service[] }): boolean {
  return services.some(({ verifiesCallerToken }) => verifiesCallerToken);
}

function answer({ gateway }: Intent, description: string, schema: Json): Json {
  const requestId = gateway.kind === "rest" ? "x-amz-apigw-id" : "apigw-requestid";
  return {
    description,
    headers: { [requestId]: { description: "Quote it when you report a problem.", schema: { type: "string" } } },
    content: { "application/json": { schema } },
  };
}

function message(): Json {
  return { $ref: "#/components/schemas/GatewayMessage" };
}

function object(properties: Json): Json {
  return { type: "object", properties, required: Object.keys(properties) };
}
