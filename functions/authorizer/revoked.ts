import type { Environment } from "./issuers";

/**
 * Variable with the names of callers that are shut out before any deploy: a JSON list of `<issuer>/<client>`, as logs
 * name them. No plan knows it: set by hand in an emergency, it is what the next plan takes away.
 */
export const REVOKED_VARIABLE = "REVOKED_CALLERS";

/** Who they are. What cannot be read stops the function: every call is denied, rather than one let in. */
export function revokedCallers(environment: Environment): ReadonlySet<string> {
  const names: unknown = JSON.parse(environment[REVOKED_VARIABLE] ?? "[]");
  if (!Array.isArray(names) || names.some((name) => typeof name !== "string")) {
    throw new Error(`${REVOKED_VARIABLE}: expected a JSON list of names`);
  }
  return new Set(names);
}
