import type { ITerraformDependable } from "cdktf";

/** What the gateway must know of a Cloud Run service: the small typed value that crosses from Google to AWS. */
export interface RunEndpoint {
  /** `https://….run.app`, known after apply. */
  readonly url: string;
  /** Number of the Google service account that the service runs as: the `sub` of its tokens. */
  readonly runtimeAccountId: string;
  /** Wait for these before a route leads here: the grants to invoke the service, and to become its invoker. */
  readonly ready: readonly ITerraformDependable[];
}
