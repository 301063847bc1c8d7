type Attributes = Readonly<Record<string, unknown>>;

/** As much of Terraform's JSON syntax as a synthesized stack uses. */
export interface TerraformDocument {
  readonly provider?: Readonly<Record<string, readonly Attributes[]>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output?: Readonly<Record<string, Attributes>>;
}

/** One resource block of the synthesized Terraform JSON. */
export interface Resource {
  /** `aws_iam_role.orders`: what an answer names as the declaration at fault. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly body: Attributes;
}

/** The stack says something that the stand-ins do not understand: they stop rather than guess. */
export class StackError extends Error {
  constructor(
    readonly address: string,
    message: string,
  ) {
    super(`${address}: ${message}`);
  }
}
