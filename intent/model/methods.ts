/** What `ANY` stands for: every method but OPTIONS, so that it never swallows a preflight. */
export const METHODS: readonly string[] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];
/** Methods that ask for nothing but an answer (RFC 9110, 9.2.1, as far as API Gateway has them). */
export const SAFE_METHODS: readonly string[] = ["GET", "HEAD", "OPTIONS"];
