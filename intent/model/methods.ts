/** The methods that `ANY` expands to: all but OPTIONS, so that it never catches a preflight. */
export const METHODS: readonly string[] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];
/** Safe, read-only methods (RFC 9110, 9.2.1), as far as API Gateway supports them. */
export const SAFE_METHODS: readonly string[] = ["GET", "HEAD", "OPTIONS"];
