import type { AttributeChange } from "../model/change";

/**
 * Paths of attributes whose change needs no report of its own: they open nothing (a description), or a row of the
 * ledger or a guard already reports them. `only`: paths to which this applies for one kind of change only.
 */
export interface Covered {
  readonly path: RegExp;
  readonly only?: AttributeChange["kind"];
  /** Applies only to references to resources that already existed: those have rows, or changes of their own. */
  readonly known?: true;
  /** Changes to which it applies; any other change is in doubt. */
  readonly where?: (change: AttributeChange) => boolean;
}

export const covered = (path: RegExp, only?: AttributeChange["kind"], where?: Covered["where"]): Covered => ({
  path,
  ...(only && { only }),
  ...(where && { where }),
});

/** Elements of an IAM statement that rows show; any other is not read. */
export const STATEMENTS =
  /^(assume_role_policy|policy)(\.Statement(\[[^\]]*\])?(\.(Sid|Effect|Principal|NotPrincipal|Action|NotAction|Resource|NotResource|Condition)\b.*)?)?$/;

/** Parts of a grant on Google Cloud, which rows show. */
export const BINDING: readonly Covered[] = [covered(/^(members?|role|condition)\b/)];
