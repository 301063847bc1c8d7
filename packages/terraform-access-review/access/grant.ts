import type { Place } from "../model/place";
import type { Condition } from "../terraform-json/iam-statements";
import type { Listed } from "./iam/pattern";

/**
 * A grant in either cloud, read from a stack: who may do what, on what. Decisions are made on grants; the ledger, reviews
 * and errors put them into words.
 */
export interface Grant {
  readonly effect: "allow" | "deny";
  readonly principal: Principal;
  readonly action: Action;
  readonly scope: Scope;
  /** Conditions of the cloud: for Google, the operator is `cel` and the key is the expression. Empty: the grant always applies. */
  readonly conditions: readonly Condition[];
  readonly from: Place;
}

export type Principal =
  /** `id`: the role's or user's ARN without a path, the account's e-mail address, or the address of a function or service. */
  | { readonly kind: ExactKind; readonly id: string }
  /** Principals that are not one identity: a group, a domain, an account, everyone. `id` is as in the stack. */
  | { readonly kind: WideKind; readonly id: string };

export type ExactKind =
  | "aws-role"
  | "aws-user"
  | "service-account"
  | "google-user"
  | "federated"
  | "function"
  | "service";
export type WideKind =
  | "anyone"
  | "authenticated"
  | "aws-account"
  | "aws-service"
  | "domain"
  | "federated-set"
  | "group"
  | "project-members"
  | "unknown";

const WIDE: ReadonlySet<string> = new Set<WideKind>([
  ...(["anyone", "authenticated", "aws-account", "aws-service", "domain", "federated-set", "group"] as const),
  ...(["project-members", "unknown"] as const),
]);

/** Whether the principal is exactly one identity. */
export function isExact(principal: Principal): boolean {
  return !WIDE.has(principal.kind);
}

export type Action =
  /** A Google role with those of its permissions that matter here. Undefined: an unknown role. */
  | { readonly kind: "role"; readonly role: string; readonly permissions: readonly string[] | undefined }
  /** Actions of an AWS statement, with wildcards. */
  | ({ readonly kind: "actions" } & Listed)
  /** A managed policy of AWS, with those of its actions that matter here. Undefined: an unknown policy. */
  | { readonly kind: "policy"; readonly arn: string; readonly actions: readonly string[] | undefined }
  /** Code runs with the identity. */
  | { readonly kind: "runs-as" }
  /** A key or a copy gives the value itself. */
  | { readonly kind: "holds" };

export type Scope =
  /** One resource: its address in the stack, or its name as written. */
  | { readonly kind: "one"; readonly key: string }
  /** Everything below a project, a folder or an organization. */
  | { readonly kind: "all"; readonly of: string }
  /** Resources of an AWS statement as ARNs with wildcards. */
  | ({ readonly kind: "arns" } & Listed);

/** The grant of an identity to what has it: code that runs as it, or a holder of its key. Of an object: of its value. */
export function heldBy(principal: Principal, kind: "holds" | "runs-as", key: string, from: Place): Grant {
  return { effect: "allow", principal, action: { kind }, scope: { kind: "one", key }, conditions: [], from };
}
