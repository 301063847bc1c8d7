import { Annotations, type TerraformStack } from "cdktf";
import type { Import } from "../intent/model/intent";
import { suggestion } from "../intent/model/nearest";
import { formatProblem } from "../intent/model/problem";
import { type Addresses, resourcesIn } from "./shared/addresses";

/**
 * Declares Terraform imports of existing resources. An address that is not in the stack is an error: it would import
 * nothing.
 */
export function declareImports(stack: TerraformStack, imports: readonly Import[], addresses: Addresses): void {
  const declared = resourcesIn(stack, addresses).map(({ address }) => address);
  for (const { address, place } of imports.filter((each) => !declared.includes(each.address))) {
    const alike = declared.filter((each) => each.startsWith(`${address.split(".")[0]}.`));
    const message = `got ${address}, expected the address of a resource that this environment declares`;
    const remedy = `correct or remove it; ${alike.length > 0 ? suggestion(address, alike) : "it declares no resource of this type"}`;
    Annotations.of(stack).addError(formatProblem({ ...place, message, remedy }));
  }
  if (imports.length > 0)
    stack.addOverride(
      "import",
      imports.map(({ address, id }) => ({ to: address, id })),
    );
}
