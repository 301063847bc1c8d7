import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { bootstrapOf } from "./shop";
import { bootstrapStackOf, type Synthesized } from "./stack";

/** The stack of the shop's bootstrap of an environment, with parts of it replaced. */
export function bootstrapStack(changes: Partial<BootstrapIntent> = {}, environment = "dev"): Synthesized {
  return bootstrapStackOf({ ...bootstrapOf(environment), ...changes });
}
