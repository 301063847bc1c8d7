import { Annotations, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Allowance } from "../../intent/intent";

/** The findings that config allows in one environment, and which of them a rule has met. */
export class Allowances {
  private readonly used = new Set<Allowance>();

  constructor(private readonly entries: readonly Allowance[]) {}

  /** Whether this finding of this rule is allowed; remembers that it was met. */
  allow(rule: string, address: string): boolean {
    const entry = this.entries.find((candidate) => candidate.rule === rule && candidate.address === address);
    if (entry !== undefined) this.used.add(entry);
    return entry !== undefined;
  }

  get unused(): readonly Allowance[] {
    return this.entries.filter((entry) => !this.used.has(entry));
  }
}

/** An allowance that no finding needs is an error: it would silently cover the next one. Comes after all rules. */
export class NoUnusedAllowance implements IAspect {
  constructor(private readonly allowances: Allowances) {}

  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node)) return;
    for (const { rule, address } of this.allowances.unused) {
      Annotations.of(node).addError(
        `config/allowances.yaml allows ${address} to break ${rule}, which it does not\n    remove the entry`,
      );
    }
  }
}
