import type { AttributeChange } from "./attribute-change";
import type { AccessRow } from "./row";

/** Version of the JSON report. It increases if a reader of the older version would misunderstand the new one. */
export const MODEL_VERSION = 5;

export type Action = "added" | "changed" | "replaced" | "destroyed" | "moved" | "imported" | "forgotten" | "drifted";

/** Terraform's `action_reason`, where the attributes do not show it. */
export const TERRAFORM_REASONS = [
  "delete_because_count_index",
  "delete_because_each_key",
  "delete_because_no_module",
  "delete_because_no_move_target",
  "delete_because_wrong_repetition",
  "replace_because_tainted",
  "replace_by_request",
  "replace_by_triggers",
] as const;

/** Why a resource changes. */
export type Reason =
  | { readonly kind: (typeof TERRAFORM_REASONS)[number] }
  /** Left over from an earlier replacement, under this key. */
  | { readonly kind: "deposed"; readonly key: string }
  /** Terraform creates another one, and no longer manages this one. */
  | { readonly kind: "unmanaged" }
  | { readonly kind: "deleted-outside" }
  /** Attributes by which its cloud says that it is gone, will be, or does not work; and the command that restores it. */
  | {
      readonly kind: "going";
      readonly states: readonly (readonly [path: string, value: string])[];
      readonly restore?: string;
    };

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** Its former address, if it was moved. */
  readonly movedFrom?: string;
  /** The id of the existing object, if it is imported. */
  readonly importedAs?: string;
  /** Attributes that cannot be changed in place; empty if nothing is replaced, or the cause is unknown. */
  readonly forcedBy: readonly string[];
  /** What people lose with it; undefined if another apply restores everything. */
  readonly loss?: string;
  readonly attributes: readonly AttributeChange[];
  /** Set if the attributes do not show it. Only set for a plan. */
  readonly reason?: Reason;
  /** Why reviewers can skip it: the change from which it follows, which is shown elsewhere. */
  readonly follows?: string;
}

/**
 * Whether something becomes possible (`broadened`) or impossible (`narrowed`). What the review does not know is
 * `broadened`. `unjudged`: what it means depends on facts that are in no file, so a person judges. `neither`: worth a line,
 * but no more and no less is possible.
 */
export type Effect = "broadened" | "unjudged" | "narrowed" | "neither";

export interface RowChange {
  readonly effect: Effect;
  /** Undefined for a row that is gained. */
  readonly before?: AccessRow;
  /** Undefined for a row that is lost. */
  readonly after?: AccessRow;
  /** For a call that is gained or lost: the same caller could, or still can, make it by another API. */
  readonly elsewhere?: true;
  /**
   * `caller`: the principal makes calls on only one side. `grant`: it makes calls on both, and the route's requirements
   * are unchanged. Undefined if the route changed, and for rows of other principals.
   */
  readonly cause?: "caller" | "grant";
}

/** The new row, or the old one if it is lost. */
export function rowOf({ before, after }: RowChange): AccessRow {
  return (after ?? before) as AccessRow;
}

/** Names of guards that are no attributes: of a resource as a whole. No attribute begins with this sign. */
export const GUARDS = {
  /** A resource that protects another one is there. */
  presence: "@presence",
  created: "@created",
  destroyed: "@destroyed",
  /** Terraform no longer manages it. */
  leftUnmanaged: "@leftUnmanaged",
  wholeBody: "@wholeBody",
  /** The region of a cloud, the AWS account or the Google project: everything is made again there. */
  region: "@region",
  account: "@account",
  project: "@project",
  /** The name of the environment, or of a part of it. */
  name: "@name",
  /** The place of Terraform's state. */
  state: "@state",
  /** The program behind an existing service. */
  existingService: "@existingService",
  /** The configuration that a plan was made from. */
  configuration: "@configuration",
  /** The apply runs a program: a provisioner, or an action. */
  runs: "@runs",
  /** Terraform plans it later. */
  deferred: "@deferred",
} as const;

/** The guard of the attributes that Terraform leaves to others. */
export const IGNORED = "lifecycle.ignore_changes";

/** A protection or a limit that became weaker or stronger. */
export interface GuardChange {
  readonly effect: Effect;
  readonly address: string;
  /** `deletion_protection`, `life of access tokens`. */
  readonly guard: string;
  /** The protected thing in the user's words, if the address does not show it: `POST /searches`. */
  readonly thing?: string;
  readonly before: string;
  readonly after: string;
  /**
   * Hash of the declaration, if the values do not identify the change: they are hidden, cut, or known only after the apply.
   */
  readonly hidden?: string;
  /** Whether the new value is weaker is unknown, so it counts as weaker. */
  readonly doubt?: true;
  /** The stacks of this program write this part in this form, so a person can read what the change means. */
  readonly known?: true;
}

/** A fact that no row, guard or resource states. */
export type Note =
  /** Terraform failed while it planned. */
  | { readonly kind: "planning-failed" }
  | { readonly kind: "plan-incomplete" }
  /** A check of Terraform's. `unknown`: the apply decides. */
  | {
      readonly kind: "check";
      readonly name?: string;
      readonly status: "unknown" | "fail" | "error";
      readonly problems: readonly string[];
    }
  /** A document that the review cannot read: of the planned object, or of the deployed one. */
  | {
      readonly kind: "not-judged";
      readonly address: string;
      readonly argument: string;
      readonly side: "planned" | "deployed";
    }
  /** No commit has the authorizer policy that is deployed. */
  | { readonly kind: "policy-unknown" }
  /** The deploy untaints an object whose create failed. */
  | { readonly kind: "create-failed"; readonly address: string }
  | { readonly kind: "maybe-renamed"; readonly added: string; readonly gone: string }
  /** The functions run other code; `changed`: files and folders of their sources. */
  | { readonly kind: "other-code"; readonly changed: readonly string[] }
  /** The program that writes the stack has another version, and `changed` differs too. */
  | { readonly kind: "other-program"; readonly from: string; readonly to: string; readonly changed: readonly string[] }
  /** Drift that no deploy changes back. */
  | { readonly kind: "stays-drifted"; readonly address: string }
  /** A REST API's deployment: the old snapshot stays live, a new one goes live, or it still serves what is destroyed. */
  | { readonly kind: "snapshot-stays" }
  | { readonly kind: "snapshot-replaced"; readonly address: string }
  | { readonly kind: "snapshot-still-serves"; readonly addresses: readonly string[] }
  | RolloutNote;

/** A note on a service's rollout to another image. */
export type RolloutNote =
  | {
      readonly kind: "rollout-moves";
      readonly service: string;
      readonly percent: number;
      readonly image: string;
      readonly from: string;
    }
  | { readonly kind: "rollout-refused"; readonly service: string; readonly from: string }
  /** How many instances both revisions have together. Without `most`: no declared maximum. */
  | { readonly kind: "rollout-instances"; readonly service: string; readonly fewest: number; readonly most?: number }
  /** Without objectives, no alarm can stop it. */
  | { readonly kind: "rollout-without-slo"; readonly service: string }
  /** With fewer calls in six hours, no alarm can stop it. `errors`: the fewest failed calls that an alarm notices. */
  | {
      readonly kind: "rollout-unwatched";
      readonly service: string;
      readonly calls: number;
      readonly percent: number;
      readonly errors: number;
    }
  | { readonly kind: "rollout-ended"; readonly service: string; readonly image: string; readonly isPromoted: boolean }
  | { readonly kind: "rollout-aborted"; readonly service: string; readonly from: string; readonly image: string };

export interface AccessChange {
  readonly rows: readonly RowChange[];
  readonly guards: readonly GuardChange[];
}

/** The way in which a service verifies a call. */
export type Handshake = "federated" | "shared-issuer";

/** The names of the services that change to a handshake. Not set for one that no service changes to. */
export type HandshakeChange = Readonly<Partial<Record<Handshake, readonly string[]>>>;

/** The subject of one review: an environment's change, from either source. Contains no secret. */
export interface ChangeModel {
  readonly version: typeof MODEL_VERSION;
  readonly environment: string;
  /** Two synthesized stacks, or a Terraform plan. */
  readonly source: "synthesized" | "plan";
  readonly access: AccessChange;
  /** Undefined if no service changes its handshake. */
  readonly handshake?: HandshakeChange;
  /** Sorted by address. Moved resources have their new address. */
  readonly resources: readonly ResourceChange[];
  /** Number of unchanged resources. */
  readonly unchanged: number;
  /** Differences between the clouds and Terraform's state. Only set for a plan. */
  readonly drift: readonly ResourceChange[];
  /** Access that the drift opened and closed: from the last apply to the clouds as they are. Set if there is drift. */
  readonly driftAccess?: AccessChange;
  /**
   * Hash of the declarations, as in the repository, of resources with hidden values: an approval of the change covers
   * these values, although they are not shown here. Undefined if nothing is hidden. Only set for a plan.
   */
  readonly hidden?: string;
  /** Other facts, most of which only a plan contains, such as checks. */
  readonly notes: readonly Note[];
}
