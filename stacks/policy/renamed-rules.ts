/** Rules that have another id since a release, so that an allowance of an older one gets an error that names the new id. */
export const RENAMED_RULES: ReadonlyMap<string, string> = new Map([["federation-locks", "federation-trust"]]);
