import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../__tests__/support/places";

/** What the tools of the sandbox do not list. */
export const UNTOLD: readonly string[] = [
  ...["account-keys", "client-registration", "log-copies", "logs", "other-bindings", "other-clients", "other-invokers"],
  ...["other-providers", "other-routes", "refusal-in-access-log"],
];

/** Findings of every environment, at least. */
export const CONFIRMED: readonly string[] = [
  ...["first-deploy", "smoke", "second-plan", "matrix", "rotation", "canary", "nothing-left"],
];

/** A column of the table in docs/explanation/evidence.md: HTTP and REST API with own identities, or Envoy with a bootstrap. */
export function figures(column: "own" | "bootstrapped"): Readonly<Record<string, number>> {
  const page = readFileSync(join(ROOT, "docs/explanation/evidence.md"), "utf8");
  const figure = (start: string) => {
    const [, own, bootstrapped] = new RegExp(`^\\| ${start}.*\\| (\\d+) \\| (\\d+) \\|$`, "m").exec(page) ?? [];
    return Number(column === "own" ? own : bootstrapped);
  };
  return {
    confirmed: figure("findings confirmed"),
    refuted: figure("findings refuted"),
    "could not tell": figure("findings that could not tell"),
    kinds: figure("kinds of drift"),
    steps: figure("steps in which"),
  };
}
