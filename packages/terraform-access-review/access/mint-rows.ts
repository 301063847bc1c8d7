import type { AccessPolicy } from "../../../contract/policy-file";
import type { AccessRow } from "../model/row";
import { resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords } from "../types/words";
import { ownRole } from "./aws-identity-rows";
import { AUTHORIZER } from "./issuer-rows";

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
