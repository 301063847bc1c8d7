/** One statement of an IAM policy, with IAM's own element names. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?:
    | "*"
    | { readonly AWS: readonly string[] }
    | { readonly Service: string }
    | { readonly Federated: string };
  readonly Action?: string | readonly string[];
  /** Only in a denial: all actions except these. */
  readonly NotAction?: readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * The JSON text of a policy, which may contain Terraform references. Reviewers and checks can read plain text without
 * evaluating a data source.
 */
export function policyDocument(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}
