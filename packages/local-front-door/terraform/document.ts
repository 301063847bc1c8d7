type Attributes = Readonly<Record<string, unknown>>;

/** The part of Terraform's JSON syntax that a synthesized stack uses. */
export interface TerraformDocument {
  /** One block, or a list of them. */
  readonly provider?: Readonly<Record<string, Attributes | readonly Attributes[]>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  /** Data sources by type and name. */
  readonly data?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output?: Readonly<Record<string, Attributes>>;
}

/** One resource block of the synthesized Terraform JSON. */
export interface Resource {
  /** `aws_iam_role.orders`: named in an answer as the declaration at fault. */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  readonly body: Attributes;
}

/** Thrown if the stack contains something that the stand-ins do not support. They stop rather than guess. */
export class StackError extends Error {
  constructor(
    readonly address: string,
    message: string,
  ) {
    super(`${address}: ${message}`);
  }
}

/** Thrown with everything in a stack that the stand-ins do not support, one line each. */
export class UnplayableStack extends StackError {
  constructor(readonly faults: readonly StackError[]) {
    super(faults[0]?.address ?? "", "");
    this.message = faults.map(({ message }) => message).join("\n");
  }
}

/** Returns the string. Throws a fault at its address if it is not one. */
export function requireText(value: unknown, address: string): string {
  if (typeof value !== "string") throw new StackError(address, `expected a string, got ${JSON.stringify(value)}`);
  return value;
}

/** Returns the only resource of a type. Throws unless the stack has exactly one. */
export function only(resources: readonly Resource[], type: string): Resource {
  const [resource, second] = resources;
  if (resource === undefined || second !== undefined) throw new StackError(type, "expected exactly one");
  return resource;
}
