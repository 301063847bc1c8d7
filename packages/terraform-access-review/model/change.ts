import type { AccessRow } from "./row";

/** Version of the JSON report: grows when a reader of the older one would misunderstand it. */
export const MODEL_VERSION = 3;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What a change means for one attribute of a resource. */
export interface AttributeChange {
  /** `cors_configuration.allow_origins`, `policy.Statement[AllowInvoke].Action`. */
  readonly path: string;
  /**
   * `added` and `removed` may be items of a set, or of a list. `hidden` has no values, because they may be secret;
   * `unknown` is known only after the apply; `after` then is what the configuration refers to, where that is another.
   */
  readonly kind: "added" | "removed" | "changed" | "hidden" | "unknown";
  readonly before?: Json;
  readonly after?: Json;
}

export type Action = "added" | "changed" | "replaced" | "destroyed" | "moved" | "imported" | "forgotten" | "drifted";

export interface ResourceChange {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  /** Where it was before, if it was moved as well. */
  readonly movedFrom?: string;
  /** Under which id it was found, if it is imported. */
  readonly importedAs?: string;
  /** Attributes that cannot be changed in place; empty where nothing is replaced, or the cause is unknown. */
  readonly forcedBy: readonly string[];
  /** What people lose with it; undefined where it holds nothing that another apply does not bring back. */
  readonly loss?: string;
  readonly attributes: readonly AttributeChange[];
  /** Why Terraform does it, in words, where the attributes do not say so; only a plan knows. */
  readonly reason?: string;
  /** Why reviewers can skip it: it follows from something that is shown elsewhere. */
  readonly follows?: string;
}

/** Whether something is possible that was not, or the other way round. In doubt it is broader. */
export type Effect = "broadened" | "narrowed";

export interface RowChange {
  readonly effect: Effect;
  /** Undefined for a row that is gained. */
  readonly before?: AccessRow;
  /** Undefined for a row that is lost. */
  readonly after?: AccessRow;
  /** For a call that comes or goes: the same caller could, or still can, make it by another API. */
  readonly elsewhere?: true;
  /**
   * `caller`: the principal makes calls on one side alone. `grant`: it makes them on both, and the route asks for the
   * same as before. Undefined where the route changed, and for rows of other principals.
   */
  readonly cause?: "caller" | "grant";
}

/** The row as it will be, or as it was where it is lost. */
export function rowOf({ before, after }: RowChange): AccessRow {
  return (after ?? before) as AccessRow;
}

/** A protection, or a limit, that got weaker or stronger. */
export interface GuardChange {
  readonly effect: Effect;
  readonly address: string;
  /** `deletion_protection`, `life of access tokens`. */
  readonly guard: string;
  /** What it protects, in the user's words, where the address does not say so: `POST /searches`. */
  readonly thing?: string;
  readonly before: string;
  readonly after: string;
  /** It changed, and whether to a weaker one is unknown: so it counts as weaker. */
  readonly doubt?: true;
}

export interface AccessChange {
  readonly rows: readonly RowChange[];
  readonly guards: readonly GuardChange[];
}

/** What one review is about: an environment's change, from whichever source. Holds no secret. */
export interface ChangeModel {
  readonly version: typeof MODEL_VERSION;
  readonly environment: string;
  /** Two synthesized stacks, or a plan of Terraform. */
  readonly source: "synthesized" | "plan";
  readonly access: AccessChange;
  /** What it means that services come to trust calls in another way; undefined where they do as before. */
  readonly handshake?: string;
  /** By address. Moved ones are here under their new address. */
  readonly resources: readonly ResourceChange[];
  /** Resources that stay as they are. */
  readonly unchanged: number;
  /** What is different in the clouds from what Terraform left there; only a plan knows. */
  readonly drift: readonly ResourceChange[];
  /**
   * Hash of the declarations, as the repository has them, of resources of which something is hidden: an approval of the
   * change covers these values, though they are not shown here. Undefined where nothing is hidden; only of a plan.
   */
  readonly hidden?: string;
  /** What else only a plan knows, a sentence each: checks, deferred actions. */
  readonly notes: readonly string[];
}
