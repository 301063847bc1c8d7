import type { StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";

/** What a rule objects to. */
export interface Finding {
  /** Terraform address of the declaration at fault. */
  readonly address: string;
  /** What is wrong and what would be right, without the address. */
  readonly message: string;
}

/** A promise that every stack keeps. It reads a stack's JSON alone, so that it holds whatever wrote that. */
export interface PolicyRule {
  /** Name by which config allows a finding. */
  readonly id: string;
  /** Everything in this stack that breaks the promise. */
  readonly findings: (stack: StackJson) => readonly Finding[];
}
