import { type TerraformElement, TerraformStack } from "cdktf";
import type { Node } from "constructs";
import { IGNORED_CHANGES, ignoredChangesIn } from "../packages/terraform-access-review/terraform-json/ignored-changes";
import { Addresses } from "./shared/addresses";
import { sourcesIn } from "./shared/comes-from";
import type { Sources } from "./shared/sources";

/** A stack with readable Terraform addresses. Its JSON is resolved only once. */
export class AddressedStack extends TerraformStack {
  protected readonly addresses = new Addresses();
  private resolved: ReturnType<TerraformStack["toTerraform"]> | undefined;

  /** Whether its JSON is already resolved. Later declarations would be missing from it. */
  get isResolved(): boolean {
    return this.resolved !== undefined;
  }

  /** Where each of its resources comes from, by address. */
  get sources(): Sources {
    return sourcesIn(this, this.addresses);
  }

  /**
   * Skips a second resolution of every element. cdktf needs it only for references between stacks, and there are none.
   */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  /**
   * Resolves only once. The policy rules then check exactly the JSON that is written, and resolving takes most of a
   * synthesis.
   */
  override toTerraform() {
    this.resolved ??= withIgnoredChanges(super.toTerraform());
    return this.resolved;
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    return this.addresses.nameOf(element);
  }
}

const DESCRIPTION = "Attributes that others may change: a plan does not restore them";

/** Records in the state what no state contains, also of resources that the project's own code declares. */
export function withIgnoredChanges(stack: ReturnType<TerraformStack["toTerraform"]>): typeof stack {
  const value = ignoredChangesIn({ resource: {}, provider: {}, ...stack });
  if (value === undefined) return stack;
  return { ...stack, output: { ...stack.output, [IGNORED_CHANGES]: { description: DESCRIPTION, value } } };
}
