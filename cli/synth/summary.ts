import {
  httpRoutes,
  isPreflight,
  restMethods,
} from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { iamStatements } from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { resourcesOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { TerraformJson } from "../synthesis/review-text";

/** The contents of one environment's stack, in numbers. */
export interface Summary {
  readonly aws: number;
  readonly google: number;
  readonly routes: number;
  /** Members of Google IAM bindings, and statements of AWS policies that grant something. */
  readonly grants: number;
}

export function summarize(declared: TerraformJson): Summary {
  const stack = { provider: {}, resource: {}, ...declared } as StackJson;
  const members = resourcesOf(stack, /./).flatMap(({ attributes }) => [attributes.members ?? []].flat());
  return {
    aws: resourcesOf(stack, /^aws_/).length,
    google: resourcesOf(stack, /^google_/).length,
    // A preflight is not a route: the gateway answers it itself.
    routes: httpRoutes(stack).length + restMethods(stack).filter((each) => !isPreflight(each)).length,
    grants: members.length + iamStatements(stack).filter(({ Effect }) => Effect === "Allow").length,
  };
}
