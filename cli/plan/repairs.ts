import type { Note } from "../../packages/terraform-access-review/model/change";
import type { PlanJson } from "../../packages/terraform-access-review/plan/plan-json";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { blocksOf, type StackJson } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { createdInTheWay } from "../../stacks/policy/create-before-destroy";

/** The parts of Terraform's state file (its format, version 4) that are read here. */
export interface StateFile {
  readonly serial: number;
  readonly lineage: string;
  readonly resources?: readonly {
    readonly mode: string;
    readonly type: string;
    readonly name: string;
    readonly module?: string;
    readonly instances: readonly Instance[];
  }[];
}

interface Instance {
  /** Set with `count` or `for_each`. */
  readonly index_key?: string | number;
  readonly deposed?: string;
  /** `tainted`: the object exists, and its create failed. */
  readonly status?: string;
  readonly attributes?: Readonly<Record<string, unknown>> | null;
}

/**
 * Types whose names stay taken after a deletion: of a workload identity pool and its provider for 30 days, of a log
 * bucket for 7, of a secret in AWS for its recovery window.
 */
const STAYS_TAKEN: readonly string[] = [
  "aws_secretsmanager_secret",
  "google_iam_workload_identity_pool",
  "google_iam_workload_identity_pool_provider",
  "google_logging_project_bucket_config",
];

/** Whether a plan replaces an object because its create failed. */
export function replacesTainted({ resource_changes = [] }: PlanJson): boolean {
  return resource_changes.some(({ action_reason }) => action_reason === "replace_because_tainted");
}

/**
 * Objects that exist although their create failed, and that Terraform cannot replace: they may not be destroyed, they
 * would be created first, or their names would stay taken. A deploy untaints them and changes them in place.
 *
 * @returns addresses, sorted
 */
export function repairable({ resources = [] }: StateFile, stack: StackJson): readonly string[] {
  const inTheWay = createdInTheWay(stack);
  return resources
    .flatMap(({ mode, module, type, name, instances: [instance] }) => {
      if (mode !== "managed" || module !== undefined || instance === undefined || !isTainted(instance)) return [];
      const address = `${type}.${name}`;
      const protection = instance.attributes?.deletion_protection;
      const isKept =
        stack.resource[type]?.[name]?.lifecycle?.prevent_destroy === true ||
        protection === true ||
        protection === "ACTIVE" ||
        STAYS_TAKEN.includes(type) ||
        inTheWay.has(address);
      return isKept ? [address] : [];
    })
    .sort();
}

function isTainted({ status, deposed, index_key }: Instance): boolean {
  return status === "tainted" && deposed === undefined && index_key === undefined;
}

/** The same state after `terraform untaint` of these addresses. */
export function untainted(state: StateFile, addresses: readonly string[]): StateFile {
  const resources = (state.resources ?? []).map((resource) =>
    addresses.includes(`${resource.type}.${resource.name}`) && resource.module === undefined
      ? { ...resource, instances: resource.instances.map(({ status, ...instance }) => instance) }
      : resource,
  );
  return { ...state, resources };
}

/** What a plan's report says about them. */
export function repairNotes(addresses: readonly string[]): readonly Note[] {
  return addresses.map((address) => ({ kind: "create-failed", address }));
}

/**
 * Repairs that would leave a service as it is: Cloud Run does not start a failed revision again, and the plan makes no
 * other one.
 */
export function unstartedServices({ resource_changes = [] }: PlanJson, repairs: readonly string[]): readonly string[] {
  return resource_changes.flatMap(({ address, type, change }) => {
    if (type !== "google_cloud_run_v2_service" || !repairs.includes(address)) return [];
    const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(fields);
    const [condition] = blocksOf(before?.terminal_condition);
    const isChanged = unknown?.template !== undefined || canonical(before?.template) !== canonical(after?.template);
    if (isChanged || condition?.state === "CONDITION_SUCCEEDED") return [];
    return [
      `${address} exists, but its revision failed, and this plan makes no other one\n` +
        "    correct its image, its settings or its secrets' versions; if they are right, change an environment variable",
    ];
  });
}

// biome-ignore lint/suspicious/noExplicitAny: attributes of a plan
function fields(value: unknown): any {
  return value ?? {};
}
