import { type Resource, StackError } from "../../terraform/document";
import type { Stack } from "../../terraform/stack";
import { escapedForHttp } from "../shared/host-call";
import { integrationUri } from "../shared/integration-uri";
import { restValue } from "./expressions";
import { passedToService } from "./headers";
import { decoded, type RestMethod } from "./methods";
import type { Headers, RestRequest } from "./request";

/** One mapping: `integration.request.header.X-Request-Id` = `context.extendedRequestId`. */
interface Mapping {
  readonly place: "header" | "path";
  readonly name: string;
  readonly value: string;
  readonly address: string;
}

export interface MappedRequest {
  readonly headers: Headers;
  /** Path as sent over the wire. */
  readonly path: string;
  /** Keys of mappings that were skipped because their value is missing. */
  readonly skipped: readonly string[];
  /** Names of headers that the caller sent in different upper or lower case than they are mapped. */
  readonly twins: readonly string[];
  /** Names of headers that the caller sent, and that are forwarded with an empty value. */
  readonly emptied: readonly string[];
}

/** Used only to find out which expressions are known, before the first request arrives. */
const ANY_REQUEST: Omit<RestRequest, "match"> = {
  httpMethod: "GET",
  path: "/",
  stagePath: "/",
  query: "",
  headers: [],
  body: "",
  stage: "",
  stageVariables: new Map(),
  sourceIp: "",
  requestId: "",
  extendedRequestId: "",
  startedAt: 0,
  authorizer: new Map(),
};

/** The mappings of one integration, and the path of its `uri`, whose variables they fill. */
export class Mappings {
  private readonly all: readonly Mapping[];
  /** `/orders/{id}`. */
  private readonly path: string;

  constructor(stack: Stack, integration: Resource, method: RestMethod) {
    const uri = integrationUri(stack, integration);
    this.path = uri.replace(/^https:\/\/[^/?#]+/, "");
    if (this.path === uri || /[?#]|\$\{/.test(this.path)) {
      throw new StackError(`${integration.address}.uri`, `expected https, a host and a path, got ${uri}`);
    }
    this.all = [...stack.textMap(integration, "request_parameters")].map(([key, value]) =>
      readMapping(`${integration.address}.request_parameters.${key}`, key, value, method),
    );
    const filled = this.all.filter(({ place }) => place === "path").map(({ name }) => name);
    const variables = [...this.path.matchAll(/\{([^{}]*)\}/g)].map(([, name = ""]) => name);
    const empty = variables.find((name) => !filled.includes(name));
    if (empty !== undefined) throw new StackError(`${integration.address}.uri`, `no mapping fills {${empty}}`);
    const unused = filled.find((name) => !variables.includes(name));
    if (unused !== undefined) throw new StackError(`${integration.address}.uri`, `has no variable {${unused}}`);
  }

  /** Returns headers and path as the service receives them. */
  apply(request: RestRequest): MappedRequest {
    const passed = passedToService(request.headers);
    const set = new Map<string, string>();
    const skipped: string[] = [];
    const variables = new Map<string, string>();
    for (const { place, name, value: expression, address } of this.all) {
      const value = restValue(expression, request, address);
      if (value === undefined) skipped.push(address);
      else if (place === "header") set.set(name, value);
      else variables.set(name, value);
    }
    const kept = passed.filter(([name]) => !set.has(name));
    const sent = request.headers.map(([name]) => name.toLowerCase());
    const mapped = [...set.keys()].map((name) => name.toLowerCase());
    return {
      headers: [...kept, ...set],
      path: this.path.replace(/\{([^{}]*)\}/g, (_, name: string) => handedOn(variables.get(name) ?? "")) || "/",
      skipped,
      twins: kept.map(([name]) => name).filter((name) => mapped.includes(name.toLowerCase())),
      emptied: [...set]
        .filter(([name, value]) => value === "" && sent.includes(name.toLowerCase()))
        .map(([name]) => name),
    };
  }
}

/** Decodes the value and escapes its percent signs again, as AWS notes about a REST API's parameters. */
function handedOn(value: string): string {
  return escapedForHttp(decoded(value).replaceAll("%", "%25"));
}

function readMapping(address: string, key: string, value: string, method: RestMethod): Mapping {
  const [, place, name = ""] = /^integration\.request\.(header|path)\.([\w.-]+)$/.exec(key) ?? [];
  if (place !== "header" && place !== "path") throw new StackError(address, "unknown mapping");
  if (value.startsWith("method.request.") && !method.parameters.includes(value)) {
    throw new StackError(address, `${method.resource.address}.request_parameters declares no ${value}`);
  }
  const match = { method, pathParameters: {}, passedOver: false };
  restValue(value, { ...ANY_REQUEST, match }, address);
  return { place, name, value, address };
}
