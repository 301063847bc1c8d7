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
  /** Decided nothing: says what the stand-in does where vendors are silent, or where it differs from the stack. */
  readonly remark?: true;
  /** Which rule refused, where the stand-in names its rules: `scope`, `expired`. */
  readonly code?: string;
  /** Claims of a token that was checked here and found valid, never the token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Id of the caller's request that led here; undefined for what no request led to. */
  readonly request?: string;
  /** Id of the call, within that request, in which this was decided; undefined: by the door that the caller called. */
  readonly call?: number;
}
