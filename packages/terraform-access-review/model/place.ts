import type { Resource } from "../terraform-json/stack-json";

/** What declares a grant: a resource of the stack and its argument, or a part of the authorizer's policy. */
export interface Place {
  /** Terraform's address, or `POLICY_ADDRESS`. */
  readonly address: string;
  /** Path of the argument: `policy`, `routes.GET /orders`. Empty for the resource as a whole. */
  readonly argument: string;
}

/** In place of an address: the authorizer's policy. */
export const POLICY_ADDRESS = "authorizer-policy";

export function placeOf({ address }: Resource, argument = ""): Place {
  return { address, argument };
}

export function policyPlace(argument: string): Place {
  return { address: POLICY_ADDRESS, argument };
}
