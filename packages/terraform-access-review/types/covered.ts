import type { AttributeChange } from "../model/change";

/**
 * Paths of attributes whose change needs no report of its own: they open nothing (a description), or a row of the
 * ledger or a guard already reports them.
 */
export interface Covered {
  readonly path: RegExp;
  /** The only kind of change to which it applies. Default: all. */
  readonly only?: AttributeChange["kind"];
  /** Applies only to references to resources that already existed: those have rows, or changes of their own. */
  readonly known?: true;
  /** Changes to which it applies; any other change is in doubt. */
  readonly where?: (change: AttributeChange) => boolean;
}

export const added = (path: RegExp): Covered => ({ path, only: "added" });
export const changed = (path: RegExp): Covered => ({ path, only: "changed" });
export const removed = (path: RegExp): Covered => ({ path, only: "removed" });
/** Another reference, to a resource that already existed. */
export const known = (path: RegExp): Covered => ({ ...changed(path), known: true });

/** Elements of an IAM statement that rows show; any other is not read. */
export const STATEMENTS =
  /^(assume_role_policy|policy)(\.Statement(\[[^\]]*\])?(\.(Sid|Effect|Principal|NotPrincipal|Action|NotAction|Resource|NotResource|Condition)\b.*)?)?$/;

/** Parts of a grant on Google Cloud, which rows show. */
export const BINDING = [/^(members?|role|condition)\b/];
