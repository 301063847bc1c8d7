import type { AccessPolicy } from "../../../contract/policy-file";
import { type AccessRow, RUN_AS } from "../model/row";
import { listOf, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { ownRole } from "./aws-rows";
import { AUTHORIZER } from "./issuer-rows";

/** As which role each function runs, and who reaches it by an address of its own, past every gateway. */
export function functionRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_lambda_function").map((each) => ({
      principal: inWords(each),
      permission: RUN_AS,
      resource: readable(stack, each.attributes.role),
      condition: "-",
    })),
    ...resourcesOf(stack, "aws_lambda_function_url").map(({ attributes }) => {
      const { authorization_type: type, function_name, qualifier, cors } = attributes;
      const named = referred(stack, function_name);
      const origins = listOf([cors].flat()[0]?.allow_origins);
      return {
        // With any other type than IAM's own the provider lets anyone invoke it.
        principal: type === "AWS_IAM" ? "principals with lambda:InvokeFunctionUrl" : "anyone",
        permission: "call it by its function URL",
        resource: named === undefined ? String(function_name) : inWords(named),
        condition: [
          type === "AWS_IAM" ? "SigV4 signature" : `PAST THE GATEWAY, authorization ${type}`,
          ...(qualifier ? [`its version ${qualifier}`] : []),
          ...(origins.length > 0 ? [`pages of ${origins.join(", ")} read responses`] : []),
        ].join("; "),
      };
    }),
  ];
}

/** As whom the functions call each service: one row a service, however many routes lead there. */
export function mintRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return Object.entries(policy.services).map(([service, { role, serviceAccount, audience }]) => ({
    principal: AUTHORIZER,
    permission: `get ID tokens for routes of ${service}`,
    resource: accountInWords(stack, serviceAccount),
    condition: `as ${ownRole(stack, String(role))}; audience ${audience}`,
  }));
}

/** An account of this stack by its name; any other by its address. */
function accountInWords(stack: StackJson, email: string): string {
  const [google] = stack.provider.google ?? [];
  const own = resourcesOf(stack, "google_service_account").find(
    ({ attributes: { account_id, project = google?.project } }) =>
      email === `${account_id}@${project}.iam.gserviceaccount.com`,
  );
  return own === undefined ? String(email) : inWords(own);
}
