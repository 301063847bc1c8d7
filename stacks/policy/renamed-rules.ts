/** Rules that a release renamed. An allowance with the old id gets an error that names the new id. */
export const RENAMED_RULES: ReadonlyMap<string, string> = new Map([
  ["federation-locks", "federation-trust"],
  ["latest-revision", "known-revisions"],
]);
