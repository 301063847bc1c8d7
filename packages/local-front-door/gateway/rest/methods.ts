import { breadth } from "../../../../contract/route-pattern";
import { type Resource, StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { RestApi } from "./api";

const METHOD: AttributeUse = {
  read: [
    "api_key_required",
    "authorization",
    "authorizer_id",
    "http_method",
    "request_parameters",
    "resource_id",
    "rest_api_id",
  ],
};

/** ANY stands for all others: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html */
const HTTP_METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** A method of a resource; other resources refer to it by both. */
export interface RestMethod {
  readonly resource: Resource;
  readonly httpMethod: string;
  readonly resourceId: string;
  /** `/orders/{id}`. */
  readonly resourcePath: string;
  /** `GET /orders/{id}`. */
  readonly key: string;
  readonly apiKeyRequired: boolean;
  /** `method.request.path.id`: parameters that mappings may refer to. */
  readonly parameters: readonly string[];
}

export interface MethodMatch {
  readonly method: RestMethod;
  /** As sent, escapes included. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Whether a narrower resource matches the path, but has no such method. */
  readonly passedOver: boolean;
}

/**
 * The methods of the stack, selected like a REST API does: literal parts before a variable before a greedy one.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-set-up-simple-proxy.html
 */
export class MethodTable {
  readonly all: readonly RestMethod[];
  private readonly tree: ResourceTree;

  constructor(
    private readonly stack: Stack,
    api: RestApi,
  ) {
    this.tree = new ResourceTree(stack, api);
    this.all = stack.readEach(stack.declaredApart("aws_api_gateway_method", METHOD), (resource) => this.read(resource));
    for (const [index, { key, resource }] of this.all.entries()) {
      if (this.all.findIndex((each) => each.key === key) !== index) {
        stack.fault(`${resource.address}.http_method`, `API Gateway refuses a second method ${key}`);
      }
    }
  }

  /** The method that a part belongs to: `integration.resource_id` and `.http_method`. */
  of(part: Resource): RestMethod {
    const [id, httpMethod] = [this.stack.text(part, "resource_id"), this.stack.text(part, "http_method")];
    const found = this.all.find((each) => each.resourceId === id && each.httpMethod === httpMethod);
    if (found === undefined)
      throw new StackError(`${part.address}.http_method`, `the resource has no method ${httpMethod}`);
    return found;
  }

  /** @param path as sent, after the stage and without the query */
  find(httpMethod: string, path: string): MethodMatch | undefined {
    // One trailing slash is ignored.
    const segments =
      path === "/"
        ? []
        : path
            .replace(/(?<=.)\/$/, "")
            .slice(1)
            .split("/");
    let passedOver = false;
    for (const { node, values } of candidates(this.tree.root, segments, [])) {
      const here = this.all.filter(({ resourceId }) => resourceId === node.id);
      const method =
        here.find((each) => each.httpMethod === httpMethod) ??
        here.find((each) => each.httpMethod === "ANY" && HTTP_METHODS.includes(httpMethod));
      if (method !== undefined) return { method, pathParameters: Object.fromEntries(values), passedOver };
      passedOver ||= here.length > 0;
    }
    return undefined;
  }

  private read(resource: Resource): RestMethod {
    const { stack } = this;
    const httpMethod = stack.text(resource, "http_method");
    if (!HTTP_METHODS.includes(httpMethod)) {
      stack.fault(`${resource.address}.http_method`, `got ${httpMethod}, expected ${HTTP_METHODS.join(", ")}`);
    }
    const resourceId = stack.text(resource, "resource_id");
    const node = this.tree.find(resourceId);
    if (node === undefined) throw new StackError(`${resource.address}.resource_id`, "no resource of this API");
    const apiKeyRequired = stack.value(resource, "api_key_required") === true;
    const parameters = Object.keys(stack.value(resource, "request_parameters") ?? {});
    const key = `${httpMethod} ${node.path}`;
    return { resource, httpMethod, resourceId, resourcePath: node.path, key, apiKeyRequired, parameters };
  }
}

type Values = readonly (readonly [name: string, value: string])[];

/**
 * Returns every resource that the path may match, narrower ones first. It does not match with `contract/route-selection`:
 * where AWS documents nothing, it matches more (`rest-path-match`, `rest-method-passed-over` of `rest-choices.ts`).
 */
function* candidates(
  node: PathNode,
  segments: readonly string[],
  values: Values,
): Generator<{ readonly node: PathNode; readonly values: Values }> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    yield { node, values };
    return;
  }
  for (const child of node.children) {
    const { part } = child;
    if (breadth(part) === 0 && part === decoded(segment)) yield* candidates(child, rest, values);
    if (breadth(part) === 1 && segment !== "") {
      yield* candidates(child, rest, [...values, [part.slice(1, -1), segment]]);
    }
    const all = segments.join("/");
    if (breadth(part) === 2 && all !== "") yield { node: child, values: [...values, [part.slice(1, -2), all]] };
  }
}

/** Returns the value unchanged if it cannot be decoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const RESOURCE: AttributeUse = { read: ["parent_id", "path_part", "rest_api_id"] };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html, on OpenAPI's paths */
const PART = /^([\w.,:-]+|\{[\w.-]+\+?\})$/;

/** A part of a path: its name, and the parts that can follow. */
interface PathNode {
  readonly id: string;
  /** `/orders/{id}`; `/` for the root. */
  readonly path: string;
  readonly part: string;
  readonly children: PathNode[];
}

/**
 * The API's resources as a tree. Each node's children are ordered narrower first: a literal, a variable, a greedy one.
 */
class ResourceTree {
  readonly root: PathNode;
  private readonly byId = new Map<string, PathNode>();

  constructor(stack: Stack, api: RestApi) {
    const resources = stack.declared("aws_api_gateway_resource", RESOURCE);
    this.root = { id: stack.text(api.resource, "root_resource_id"), path: "/", part: "", children: [] };
    this.byId.set(this.root.id, this.root);
    let left = [...resources];
    while (left.length > 0) {
      const placed = left.filter((each) => this.byId.has(stack.text(each, "parent_id")));
      const [lost] = left;
      if (placed.length === 0) throw new StackError(`${lost?.address}.parent_id`, "leads to no resource of this API");
      for (const each of placed) {
        this.add(each.address, stack.text(each, "id"), stack.text(each, "parent_id"), stack.text(each, "path_part"));
      }
      left = left.filter((each) => !placed.includes(each));
    }
    for (const node of this.byId.values()) node.children.sort((one, other) => breadth(one.part) - breadth(other.part));
  }

  find(id: string): PathNode | undefined {
    return this.byId.get(id);
  }

  private add(address: string, id: string, parentId: string, part: string): void {
    const at = `${address}.path_part`;
    const parent = this.byId.get(parentId);
    if (parent === undefined || !PART.test(part))
      throw new StackError(at, `API Gateway does not accept the path part ${part}`);
    if (breadth(parent.part) === 2) throw new StackError(at, "nothing can follow a greedy variable");
    const twin = parent.children.find((each) => each.part === part || (breadth(each.part) > 0 && breadth(part) > 0));
    if (twin !== undefined) throw new StackError(at, `API Gateway refuses ${part} next to ${twin.path}`);
    const path = `${parent === this.root ? "" : parent.path}/${part}`;
    const node = { id, path, part, children: [] };
    parent.children.push(node);
    this.byId.set(id, node);
  }
}
