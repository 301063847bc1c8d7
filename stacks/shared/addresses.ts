import { TerraformElement, TerraformStack } from "cdktf";
import type { Node } from "constructs";

/**
 * Gives every element of a stack the readable half of its Terraform address, and refuses to give one twice: cdktf would
 * merge two elements of one type and name without a word.
 *
 * The name is the path below the stack, joined by `_`, without the segments that begin with a capital: those are
 * structure (`RunService`, `InvokerRole-orders`), the others come from the config (`orders`). So the name survives a move between constructs.
 */
export class Addresses {
  private readonly owners = new Map<string, TerraformElement | Node>();

  nameOf(element: TerraformElement | Node): string {
    const node = element instanceof TerraformElement ? element.node : element;
    const name = joined(this.words(node));
    if (name === "") throw new Error(`${node.path}: an address needs one path segment that begins in lower case`);
    this.claim(`${kindOf(element)}.${name}`, element, node);
    return name;
  }

  /** What the name would be if some of its words were others. `structure` is the whole path below the stack. */
  nameWith(element: TerraformElement, word: (segment: string, structure: readonly string[]) => string): string {
    const structure = segmentsOf(element.node);
    return joined(structure.filter(isWord).map((segment) => word(segment, structure)));
  }

  private words(node: Node): string[] {
    return segmentsOf(node).filter(isWord);
  }

  private claim(address: string, element: TerraformElement | Node, node: Node): void {
    const owner = this.owners.get(address);
    // cdktf asks for the name of one element again and again.
    if (owner !== undefined && owner !== element) {
      const other = owner instanceof TerraformElement ? owner.node.path : owner.path;
      throw new Error(`two elements would have the Terraform address ${address}: ${other} and ${node.path}`);
    }
    this.owners.set(address, element);
  }
}

function segmentsOf(node: Node): string[] {
  return node.scopes.filter((scope) => !TerraformStack.isStack(scope)).map((scope) => scope.node.id);
}

function isWord(segment: string): boolean {
  return /^[a-z]/.test(segment);
}

function joined(words: readonly string[]): string {
  return words.join("_").replaceAll("-", "_");
}

/** Names are unique per resource type; what is no resource (an output, an asset) has a kind of its own. */
function kindOf(element: TerraformElement | Node): string {
  if (!(element instanceof TerraformElement)) return "node";
  return "terraformResourceType" in element ? String(element.terraformResourceType) : element.constructor.name;
}

/** For `replace_triggered_by`: cdktf would emit the resource as an interpolation, which Terraform refuses there. */
export function addressOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** When this attribute of it is another. */
export function attributeOf(
  resource: { terraformResourceType: string; friendlyUniqueId: string },
  attribute: string,
): string {
  return `${addressOf(resource)}.${attribute}`;
}

/** As well, but only when it becomes another object: a change of it in place, another scope of a client, is none. */
export function identityOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return attributeOf(resource, "id");
}
