import type { BootstrapIntent } from "../../intent/model/bootstrap-intent";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { AWS_NEEDS } from "./aws/permissions";
import { GOOGLE_NEEDS } from "./google/permissions";

/** A resource of `main.ts` that the deploy identity may not create, and why. */
export interface NotPermitted {
  readonly address: string;
  /** A permission that it lacks. Undefined: all of the type. */
  readonly lacks?: string;
}

/**
 * Resources for which the tables of permissions and `config/bootstrap.yaml` have nothing, sorted by address. A function has a
 * row, but its role may not be passed: the table names the front door's own roles.
 *
 * @param isOwn whether `main.ts` declares the resource of this address
 */
export function notPermitted(
  stack: StackJson,
  { permissions }: Pick<BootstrapIntent, "permissions">,
  isOwn: (address: string) => boolean,
): readonly NotPermitted[] {
  const granted = permissions.map(({ type }) => type);
  return resourcesOf(stack, /^(aws|google)_/)
    .filter(({ address, type }) => isOwn(address) && !granted.includes(type))
    .flatMap(({ address, type }): readonly NotPermitted[] => {
      if (!Object.hasOwn(AWS_NEEDS, type) && !Object.hasOwn(GOOGLE_NEEDS, type)) return [{ address }];
      return type === "aws_lambda_function" ? [{ address, lacks: "iam:PassRole" }] : [];
    })
    .sort((one, other) => (one.address < other.address ? -1 : 1));
}
