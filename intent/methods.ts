/** What `ANY` stands for: every method but OPTIONS, so that it never swallows a preflight. */
export const METHODS: readonly string[] = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];
