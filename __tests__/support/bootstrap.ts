import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { bootstrapOf } from "./shop";
import { bootstrapStackOf, type Synthesized, statements } from "./stack";

/** The stack of the shop's bootstrap of an environment, with parts of it replaced. */
export function bootstrapStack(changes: Partial<BootstrapIntent> = {}, environment = "dev"): Synthesized {
  return bootstrapStackOf({ ...bootstrapOf(environment), ...changes });
}

/** Statements of a role, in all its policies: what does not fit inline has a managed policy. */
export function statementsOf(stack: Synthesized, role: string) {
  return [
    ...statements(stack.resource("aws_iam_role_policy", role).policy),
    ...Object.entries(stack.all("aws_iam_policy")).flatMap(([name, { policy }]) =>
      name === role ? statements(String(policy)) : [],
    ),
  ];
}
