import type { Breach } from "./calls";

const VERBS = { call: "call", readSecrets: "read the secret", invoke: "invoke" } as const;

/** What a stack or a door does instead: `customers/web allowed to call POST /orders`. */
export function gotOf({ expectation: { action }, principal, target, got, reason }: Breach): string {
  if (got === "missing") return `no ${target}`;
  const what = `${VERBS[action]} ${target}`;
  if (got === "allowed") return `${principal} allowed to ${what}`;
  return `${principal} not allowed to ${what}${reason === undefined ? "" : ` (${reason})`}`;
}
