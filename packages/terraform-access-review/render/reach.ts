import type { Principal } from "../access/grant";
import { type Holder, identityOf, type Step } from "../access/may";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { named } from "../types/named";
import { words } from "./words";

/** A principal as the access ledger names it. */
export function principalInWords(stack: StackJson, { id }: Principal): string {
  const found = resourcesOf(stack, ...IDENTITIES).find((each) => identityOf(stack, each)?.id === id);
  return found === undefined ? id : words(named(found));
}

const IDENTITIES = ["google_service_account", "aws_iam_role", "aws_lambda_function", "google_cloud_run_v2_service"];

/** The grants that lead a holder to a target: `google_project_iam_member.ops (roles/owner)`. */
export function chainInWords({ chain }: Holder): string {
  return chain.map(stepInWords).join(", then ");
}

function stepInWords({ grant: { from, action }, by }: Step): string {
  const { address, argument } = from;
  if (action.kind === "role")
    return `${address} (${action.role}${by === undefined ? ", whose permissions are not known" : ""})`;
  if (action.kind === "policy")
    return `${address} (${action.arn}${by === undefined ? ", whose actions are not known" : ""})`;
  if (action.kind === "holds") return argument === "" ? `${address} (not read)` : `${address}.${argument}`;
  return `${address} (${action.kind === "runs-as" ? "runs as it" : by})`;
}
