import { TerraformDataSource, TerraformElement, TerraformResource, TerraformStack } from "cdktf";
import type { Node } from "constructs";

/**
 * Gives every element of a stack the readable name in its Terraform address, and refuses duplicates: cdktf would
 * silently merge two elements of the same type and name.
 *
 * The name is the path below the stack, joined by `_`, without segments that begin with a capital letter. Those are
 * structure (`RunService`, `InvokerRole-orders`); the others come from the config (`orders`). The name therefore
 * survives a move between constructs.
 */
export class Addresses {
  private readonly owners = new Map<string, TerraformElement | Node>();

  nameOf(element: TerraformElement | Node): string {
    const node = element instanceof TerraformElement ? element.node : element;
    const name = joined(segmentsOf(node).filter(isWord));
    if (name === "") throw new Error(`${node.path}: an address needs one path segment that begins in lower case`);
    this.claim(`${kindOf(element)}.${name}`, element, node);
    return name;
  }

  /** The name with some of its words replaced. `structure` is the whole path below the stack. */
  nameWith(element: TerraformElement, word: (segment: string, structure: readonly string[]) => string): string {
    const structure = segmentsOf(element.node);
    return joined(structure.filter(isWord).map((segment) => word(segment, structure)));
  }

  private claim(address: string, element: TerraformElement | Node, node: Node): void {
    const owner = this.owners.get(address);
    // cdktf asks for the name of the same element repeatedly.
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

/** Names are unique per resource type. Elements that are not resources (outputs, assets) have their own kinds. */
function kindOf(element: TerraformElement | Node): string {
  if (!(element instanceof TerraformElement)) return "node";
  return "terraformResourceType" in element ? String(element.terraformResourceType) : element.constructor.name;
}

/** Every resource of a stack, with its Terraform address. */
export function resourcesIn(stack: TerraformStack, addresses: Addresses) {
  const resources = stack.node.findAll().filter((node) => TerraformResource.isTerraformResource(node));
  return resources.map((resource) => {
    return { resource, address: `${resource.terraformResourceType}.${addresses.nameOf(resource)}` };
  });
}

/** Every data source of a stack, with its Terraform address. */
export function dataSourcesIn(stack: TerraformStack, addresses: Addresses) {
  const sources = stack.node.findAll().filter((node) => TerraformDataSource.isTerraformDataSource(node));
  return sources.map((resource) => {
    return { resource, address: `data.${resource.terraformResourceType}.${addresses.nameOf(resource)}` };
  });
}

/**
 * Address for `replace_triggered_by`: cdktf would write the resource as an interpolation, which Terraform refuses
 * there.
 */
export function addressOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
}

/** For `replace_triggered_by`: triggers when this attribute changes. */
export function attributeOf(
  resource: { terraformResourceType: string; friendlyUniqueId: string },
  attribute: string,
): string {
  return `${addressOf(resource)}.${attribute}`;
}

/**
 * For `replace_triggered_by`: triggers only when the resource is replaced, not when it changes in place (another scope
 * of a client).
 */
export function identityOf(resource: { terraformResourceType: string; friendlyUniqueId: string }): string {
  return attributeOf(resource, "id");
}
