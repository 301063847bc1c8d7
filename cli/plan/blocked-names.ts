import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import type { Attributes } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";
import { answerTo, NAMED_TYPES } from "./named-objects";

/**
 * Planned objects whose name belongs to a deleted one, so that the apply would fail half-way. Uses the person's own
 * `aws` and `gcloud`. Reports nothing if a tool is missing, has no credentials, or lacks permission.
 */
export async function blockedNames(
  { environment, aws, google }: Pick<Intent, "environment" | "aws" | "google">,
  { resource_changes = [] }: PlanJson,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly string[]> {
  const made = resource_changes.filter(
    ({ type, change }) => NAMED_TYPES[type]?.isDeleted !== undefined && change.actions.includes("create"),
  );
  if (made.length > 0) console.error(`${environment}: asking the clouds for deleted objects of the same names`);
  const found = await Promise.all(
    made.map(async ({ address, type, change }): Promise<readonly string[]> => {
      const { describe, isDeleted, remedy } = NAMED_TYPES[type] ?? {};
      if (describe === undefined) return [];
      const object = { project: google.project, ...(change.after as Attributes) };
      const question = describe(object, aws);
      if (change.actions.includes("delete")) {
        const former = describe({ project: google.project, ...(change.before as Attributes) }, aws);
        if (former.join(" ") === question.join(" ")) return [replacement(environment, address)];
      }
      const answer = await answerTo(question, shell);
      if (answer === undefined || !isDeleted?.(answer)) return [];
      return [`${address}: a deleted object keeps the name\n    ${remedy?.(object)}`];
    }),
  );
  return found.flat();
}

function replacement(environment: string, address: string): string {
  return (
    `${address}: this plan deletes the object, and its name is then blocked for the new one\n` +
    `    keep it with: terraform -chdir=cdktf.out/stacks/${environment} untaint ${address}`
  );
}
