import { Annotations, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Allowance } from "../../intent/model/intent";
import { suggestion } from "../../intent/model/nearest";
import { formatProblem } from "../../intent/model/problem";

/** The findings that config allows in one environment, and which of them a rule has met. */
export class Allowances {
  private readonly used = new Set<Allowance>();

  /** @param file where people write them */
  constructor(
    private readonly entries: readonly Allowance[],
    readonly file = "config/allowances.yaml",
  ) {}

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
  /** @param rules names of all rules that this stack must pass */
  constructor(
    private readonly allowances: Allowances,
    private readonly rules: readonly string[],
  ) {}

  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node)) return;
    for (const entry of this.allowances.unused) {
      Annotations.of(node).addError(formatProblem({ ...entry.place, ...this.fault(entry) }));
    }
  }

  private fault({ rule, address }: Allowance): { readonly message: string; readonly remedy: string } {
    if (!this.rules.includes(rule)) {
      return {
        message: `got the rule ${JSON.stringify(rule)}, expected a rule that this stack must pass`,
        remedy: `correct or remove it; ${suggestion(rule, this.rules)}`,
      };
    }
    return {
      message: `got an allowance for ${address} to break ${rule}, which it does not; expected one that a finding needs`,
      remedy: "remove the entry, or correct its address: it would silently cover the next finding",
    };
  }
}
