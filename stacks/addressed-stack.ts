import { type TerraformElement, TerraformStack } from "cdktf";
import type { Node } from "constructs";
import { Addresses } from "./shared/addresses";

/** A stack with readable Terraform addresses, resolved once. */
export class AddressedStack extends TerraformStack {
  protected readonly addresses = new Addresses();
  private resolved: ReturnType<TerraformStack["toTerraform"]> | undefined;

  /** Whether its JSON is made already: nothing that is declared from now on would be in it. */
  get isResolved(): boolean {
    return this.resolved !== undefined;
  }

  /** Skips a second resolution of every element: cdktf needs it for references between stacks only, and there are none. */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  /** Once: the policy rules judge the very JSON that is written, and resolving it is most of a synthesis. */
  override toTerraform() {
    this.resolved ??= super.toTerraform();
    return this.resolved;
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    return this.addresses.nameOf(element);
  }
}
