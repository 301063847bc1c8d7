import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Intent } from "../../../../intent/model/intent";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { changeOfPlan } from "../../../../packages/terraform-access-review/plan/from-plan";
import {
  type PlanJson,
  type StateResource,
  stateOf,
} from "../../../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { providers, TerraformStack } from "../../../support/terraform-stack";

/** The values that the next refresh finds in the clouds. */
export const meanwhile = (found: readonly object[]) => providers?.meanwhile(found);

/** An applied environment. */
export class AppliedCloud {
  readonly objects: readonly StateResource[];
  /** The stack's JSON, as Terraform read it. */
  readonly text: string;
  protected readonly stack: TerraformStack;
  private readonly json: SynthesizedState["stack"];

  /** @param found what the providers read before the first deploy */
  constructor(
    private readonly intent: Intent,
    found: readonly object[] = [],
  ) {
    meanwhile(found);
    this.stack = TerraformStack.of(intent);
    this.stack.deploy();
    this.text = readFileSync(join(this.stack.folder, "cdk.tf.json"), "utf8");
    this.json = JSON.parse(this.text);
    this.objects = stateOf({ prior_state: this.stack.state() } as PlanJson);
  }

  /** Plans after a refresh. Returns the plan, its review, and its drift as `<address> <path>`. */
  look() {
    const plan = this.stack.plan();
    const head: SynthesizedState = { stack: this.json };
    const model = changeOfPlan(this.intent.environment, plan as unknown as PlanJson, { head, base: head });
    const { drift } = model;
    return {
      plan,
      model,
      drift: drift.flatMap(({ address, attributes }) => attributes.map(({ path }) => `${address} ${path}`)),
    };
  }

  /** Applies what a plan finds, so that the state has it. */
  refresh(): void {
    this.stack.deploy();
  }

  /** The object's declaration in the stack. */
  bodyOf({ type, address }: StateResource): Attributes {
    return (this.json.resource[type]?.[address.slice(type.length + 1)] ?? {}) as Attributes;
  }
}

/** Picks one object by all of its texts, because some types have no id. */
export function whereOf({ type, values = {} }: StateResource) {
  const texts = Object.entries(values).filter(([, value]) => typeof value === "string");
  return { type, where: Object.fromEntries(texts) as Readonly<Record<string, unknown>> };
}
