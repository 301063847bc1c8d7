import type { Edit } from "./edits";
import type { StackEdit } from "./stack-edits";

/** How one plan is made: what is deployed, what is changed, and what happens in between. */
export interface PlanCase {
  /** Edits of the config before the deployment, where it is not the common one. */
  readonly deployed?: readonly Edit[];
  readonly edits?: readonly Edit[];
  /** Edits of the synthesized stack, for what the config cannot say. */
  readonly stack?: StackEdit;
  /** `nothing`: planned against an empty state. */
  readonly state?: "nothing";
  /** Terraform commands that somebody runs on the deployed state first. */
  readonly between?: readonly (readonly string[])[];
  /** Options of the plan. */
  readonly options?: readonly string[];
  /** Values that somebody changed in the clouds, by address and attribute. */
  readonly drift?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
