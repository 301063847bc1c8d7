import type { Intent } from "../../intent/model/intent";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import {
  type Attributes,
  isFields,
  type StackJson,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import type { Json } from "../process/json";
import { askingShell, type MaybeAsyncShell } from "../process/shell";
import { unknownCreations } from "./last-apply";
import { answerTo, NAMED_TYPES } from "./named-objects";
import type { PlanFolder } from "./plan-folder";

/** An object that an apply made, and that no state has: the answer was lost, or the apply was killed. */
export interface LostObject {
  readonly address: string;
  /** The id by which Terraform imports it. */
  readonly id: string;
}

/**
 * Planned creations that the last apply from this folder began, and whose object exists. Uses the person's own `aws` and
 * `gcloud`. Finds nothing if a tool is missing, has no credentials, or lacks permission.
 */
export async function lostObjects(
  { environment, aws, google }: Pick<Intent, "environment" | "aws" | "google">,
  { resource_changes = [] }: PlanJson,
  folder: PlanFolder,
  shell: MaybeAsyncShell = askingShell,
): Promise<readonly LostObject[]> {
  const unknown = unknownCreations(folder);
  const begun = resource_changes.filter(
    ({ address, type, change }) =>
      unknown.includes(address) && change.actions.join() === "create" && NAMED_TYPES[type]?.importId !== undefined,
  );
  if (begun.length > 0)
    console.error(`${environment}: asking the clouds for objects that the last apply began to create`);
  const found = await Promise.all(
    begun.map(async ({ address, type, change }): Promise<readonly LostObject[]> => {
      const { describe, importId, isDeleted } = NAMED_TYPES[type] ?? {};
      const object = { project: google.project, ...(change.after as Attributes) };
      const answer = describe && (await answerTo(describe(object, aws), shell));
      if (answer === undefined || isDeleted?.(answer) || importId === undefined) return [];
      return [{ address, id: importId(object, answer) }];
    }),
  );
  return found.flat();
}

/** Arguments of Terraform's alone, which no cloud stores. */
const OF_TERRAFORM = ["deletion_protection", "force_destroy", "lifecycle", "depends_on", "//"];

/**
 * Imported objects that are not what this stack makes: another owner's of the same name. Every argument that the stack
 * sets, and that the plan knows, must already have its value.
 *
 * @returns a line for each, with the arguments that differ
 */
export function foreignObjects({ resource_changes = [] }: PlanJson, stack: StackJson): readonly string[] {
  return resource_changes.flatMap(({ address, type, change }) => {
    if (change.importing === undefined) return [];
    const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(fields);
    const declared = stack.resource[type]?.[address.slice(type.length + 1)] ?? {};
    const differing = Object.keys(declared).filter(
      (name) =>
        !OF_TERRAFORM.includes(name) &&
        before?.[name] !== null &&
        !hasUnknown(unknown?.[name]) &&
        canonical(before?.[name] ?? null) !== canonical(after?.[name] ?? null),
    );
    const isReplaced = change.actions.includes("delete");
    if (differing.length === 0 && !isReplaced) return [];
    return [`${address}: an object of this name exists, and it has another ${differing.join(", ") || "form"}`];
  });
}

function fields(value: unknown): Attributes {
  return isFields(value) ? value : {};
}

function hasUnknown(marks: unknown): boolean {
  return JSON.stringify(marks ?? false).includes("true");
}

/** The lines of `config/imports.yaml` that import objects whose creation was refused because they exist. */
export function importLines(
  { environment, google }: Pick<Intent, "environment" | "google">,
  { resource_changes = [] }: PlanJson,
  failed: readonly string[],
): readonly string[] {
  const ids = resource_changes.flatMap(({ address, type, change }): readonly string[] => {
    if (!failed.includes(address) || change.actions.join() !== "create") return [];
    const found: Json = {};
    const id = NAMED_TYPES[type]?.importId?.({ project: google.project, ...(change.after as Attributes) }, found);
    return id === undefined ? [] : [`      ${address}: ${id}`];
  });
  return ids.length === 0 ? [] : ["    in config/imports.yaml:", `    ${environment}:`, ...ids];
}
