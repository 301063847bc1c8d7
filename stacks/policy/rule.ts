import { Annotations, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Allowances } from "./allowances";
import { DeclaredStack } from "./declared-stack";

/** What a rule objects to. */
export interface Finding {
  /** Terraform address of the declaration at fault. */
  readonly address: string;
  /** What is wrong and what would be right, without the address. */
  readonly message: string;
}

/**
 * A promise that every stack keeps: what it finds stops the synthesis, unless config allows that very finding with a
 * reason and an owner. Test a rule through the app's own `synth()`: cdktf's test helper does not raise its errors.
 */
export abstract class PolicyRule implements IAspect {
  /** Name by which config allows a finding. */
  abstract readonly id: string;

  constructor(private readonly allowances: Allowances) {}

  /** Everything in this stack that breaks the promise. */
  abstract findings(stack: DeclaredStack): readonly Finding[];

  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node)) return;
    for (const objection of this.objections(DeclaredStack.of(node))) Annotations.of(node).addError(objection);
  }

  /** The findings that nothing allows, as a person sees them. */
  objections(stack: DeclaredStack): readonly string[] {
    return this.findings(stack)
      .filter(({ address }) => !this.allowances.allow(this.id, address))
      .map(
        ({ address, message }) =>
          `${address}: ${message} (rule ${this.id})\n` +
          `    mend the declaration, or allow it with a reason and an owner in ${this.allowances.file}`,
      );
  }
}
