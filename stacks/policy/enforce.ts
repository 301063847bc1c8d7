import { Aspects, type TerraformStack } from "cdktf";
import { type Allowances, NoUnusedAllowance } from "./allowances";
import type { PolicyRule } from "./rule";

/** Lets these rules look at a stack, and then at the allowances that none of them needed. */
export function enforce(stack: TerraformStack, rules: readonly PolicyRule[], allowances: Allowances): void {
  const names = rules.map(({ id }) => id);
  for (const aspect of [...rules, new NoUnusedAllowance(allowances, names)]) Aspects.of(stack).add(aspect);
}
