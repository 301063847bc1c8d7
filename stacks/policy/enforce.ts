import { Annotations, Aspects, type IAspect, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Allowance } from "../../intent/model/intent";
import { suggestion } from "../../intent/model/nearest";
import { formatProblem } from "../../intent/model/problem";
import type { Finding, PolicyRule, StackJson } from "./rule";

/** The findings that config allows in one environment. */
export interface Allowances {
  readonly entries: readonly Allowance[];
  readonly file: "config/allowances.yaml" | "config/bootstrap.yaml";
}

/** Rules that a release renamed. An allowance with the old id gets an error that names the new id. */
export const RENAMED_RULES: ReadonlyMap<string, string> = new Map([
  ["federation-locks", "federation-trust"],
  ["latest-revision", "known-revisions"],
]);

/** The findings of all rules that no allowance covers. */
export function findingsOf(rules: readonly PolicyRule[], stack: StackJson, allowed: readonly Allowance[]) {
  return rules.flatMap(({ id: rule, findings }) =>
    findings(stack)
      .filter(({ address }) => !allowed.some((entry) => entry.rule === rule && entry.address === address))
      .map((finding) => ({ rule, ...finding })),
  );
}

/** The line that declares a resource, and its config key: `config/base.yaml:41  clients.web`. */
export type PlaceOf = (address: string) => string | undefined;

/** The same findings as error messages of a synthesis. */
export function objections(
  rules: readonly PolicyRule[],
  stack: StackJson,
  { entries, file }: Allowances,
  placeOf: PlaceOf = () => undefined,
): string[] {
  const remedy = `fix the declaration, or allow it with a reason and an owner in ${file}`;
  return findingsOf(rules, stack, entries).map((each) => objection(each, placeOf, remedy));
}

/** One finding, the line that its resource comes from, and the remedy. */
export function objection(
  { rule, address, message }: Finding & { readonly rule: string },
  placeOf: PlaceOf,
  remedy: string,
): string {
  const place = placeOf(address);
  const from = place === undefined ? [] : [`it comes from ${place}`];
  return [`${address}: ${message} (rule ${rule})`, ...from, remedy].join("\n    ");
}

/**
 * Runs all rules on a stack's JSON at synthesis. Findings stop the synthesis, unless config allows that exact finding
 * with a reason and an owner. Test it through the app's own `synth()`, because cdktf's test helper does not raise the
 * errors of aspects.
 */
export class PolicyAspect implements IAspect {
  /** Finds the lines that findings name. Default: none. */
  placeOf: PlaceOf | undefined;

  private constructor(
    private all: readonly PolicyRule[],
    readonly allowances: Allowances,
  ) {}

  get rules(): readonly PolicyRule[] {
    return this.all;
  }

  /** Adds the project's own rules. */
  add(rules: readonly PolicyRule[]): void {
    this.all = [...this.all, ...rules];
  }

  static enforce(stack: TerraformStack, rules: readonly PolicyRule[], allowances: Allowances): void {
    Aspects.of(stack).add(new PolicyAspect(rules, allowances));
  }

  static of(stack: TerraformStack): PolicyAspect {
    const [found] = Aspects.of(stack).all.filter((aspect) => aspect instanceof PolicyAspect);
    if (found === undefined) throw new Error(`the stack ${stack.node.id} has no rules`);
    return found;
  }

  visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node)) return;
    const stack: StackJson = { resource: {}, provider: {}, ...node.toTerraform() };
    const errors = [
      ...objections(this.rules, stack, this.allowances, this.placeOf),
      ...unusedAllowances(this.rules, stack, this.allowances),
    ];
    for (const error of errors) Annotations.of(node).addError(error);
  }
}

/** An unused allowance is an error, because it would silently cover the next finding. */
function unusedAllowances(rules: readonly PolicyRule[], stack: StackJson, { entries }: Allowances): readonly string[] {
  const ids = rules.map(({ id }) => id);
  return entries
    .filter(({ rule, address }) => {
      const asked = rules.filter(({ id }) => id === rule);
      return !asked.some(({ findings }) => findings(stack).some((finding) => finding.address === address));
    })
    .map((entry) => formatProblem({ ...entry.place, ...fault(entry, ids) }));
}

function fault({ rule, address }: Allowance, ids: readonly string[]) {
  if (!ids.includes(rule)) {
    const renamed = RENAMED_RULES.get(rule);
    return {
      message: `got the rule ${JSON.stringify(rule)}, expected a rule that this stack must pass`,
      remedy: `correct or remove it; ${renamed ? `its new id is ${JSON.stringify(renamed)}` : suggestion(rule, ids)}`,
    };
  }
  return {
    message: `got an unused allowance for ${address} and the rule ${rule}, expected one that a finding needs`,
    remedy: "remove the entry, or correct its address: it would silently cover the next finding",
  };
}
