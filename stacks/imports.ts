import { Annotations, TerraformResource, type TerraformStack } from "cdktf";
import type { Import } from "../intent/intent";
import type { Addresses } from "./addresses";

/** Says to Terraform what exists already. An address that the stack does not have is an error: it would import nothing. */
export function declareImports(stack: TerraformStack, imports: readonly Import[], addresses: Addresses): void {
  const declared = stack.node
    .findAll()
    .filter((node) => TerraformResource.isTerraformResource(node))
    .map((resource) => `${resource.terraformResourceType}.${addresses.nameOf(resource)}`);
  for (const { address } of imports.filter((each) => !declared.includes(each.address))) {
    const type = address.split(".")[0];
    const alike = declared.filter((each) => each.startsWith(`${type}.`)).sort();
    Annotations.of(stack).addError(
      `config/imports.yaml names ${address}, which this environment does not declare\n    ` +
        (alike.length > 0 ? `of this type it declares ${alike.join(", ")}` : "it declares nothing of this type"),
    );
  }
  if (imports.length > 0)
    stack.addOverride(
      "import",
      imports.map(({ address, id }) => ({ to: address, id })),
    );
}
