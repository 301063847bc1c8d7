import { StackError } from "../../terraform/document";
import type { AttributeUse, Stack } from "../../terraform/stack";
import type { RestApi } from "./api";

const RESOURCE: AttributeUse = { read: ["parent_id", "path_part", "rest_api_id"], immaterial: {} };

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html, on OpenAPI's paths */
const PART = /^([\w.,:-]+|\{[\w.-]+\+?\})$/;

/** A part of a path: its name, and the parts that can follow. */
export interface PathNode {
  readonly id: string;
  /** `/orders/{id}`; `/` for the root. */
  readonly path: string;
  readonly part: string;
  readonly children: PathNode[];
}

/** What a part matches: 0 only itself, 1 any one segment, 2 everything that follows. */
export function breadth(part: string): 0 | 1 | 2 {
  if (!part.startsWith("{")) return 0;
  return part.endsWith("+}") ? 2 : 1;
}

/**
 * The API's resources as a tree. Each node's children are ordered narrower first: a literal, a variable, a greedy one.
 */
export class ResourceTree {
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
