/** One stand-in's decision about one request. */
export interface Hop {
  readonly at:
    | "cognito"
    | "gateway"
    | "authorizer"
    | "jwt-authorizer"
    | "aws-sts"
    | "google-sts"
    | "iam-credentials"
    | "cloud-run"
    | "envoy";
  readonly allowed: boolean;
  readonly reason: string;
  /** Address of the declaration that decided, `aws_iam_role.orders.assume_role_policy`. */
  readonly declaration?: string;
  /**
   * Set if this is no decision, but a remark on how the stand-in behaves where the vendors document nothing, or where
   * it deviates from the stack.
   */
  readonly remark?: true;
  /** The rule that refused, if the stand-in names its rules: `scope`, `expired`. */
  readonly code?: string;
  /** Claims of a token that was found valid here, never the token itself. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Id of the caller's request that led here; undefined if none did. */
  readonly request?: string;
  /**
   * Id of the call, within that request, in which this was decided. Undefined: the door that the caller called decided.
   */
  readonly call?: number;
}
