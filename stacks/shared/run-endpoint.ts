import type { ITerraformDependable } from "cdktf";

/**
 * The properties of a Cloud Run service that the gateway needs: the small typed value that Google's half passes to
 * AWS's.
 */
export interface RunEndpoint {
  /** `https://….run.app`, known after apply; in a plan already for a service that others manage. */
  readonly url: string;
  /** Numeric id of the Google service account that the service runs as. Undefined for a service that others manage. */
  readonly runtimeAccountId?: string;
  /** Wait for these before creating a route to the service: the grants to invoke it, and to impersonate its invoker. */
  readonly ready: readonly ITerraformDependable[];
}
