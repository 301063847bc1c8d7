import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A rule's class with its one sentence of why, and the name by which config allows a finding. */
const RULE = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport class \w+ extends PolicyRule \{\n {2}readonly id = "([a-z-]+)";/g;

/**
 * What each policy rule promises, by its id: the sentences above its class in `stacks/policy/`. A rule that each handshake
 * or kind of API has in its own way has as many.
 */
export function policyTexts(folder: string): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .sort();
  const found = new Map<string, readonly string[]>();
  for (const file of files) {
    for (const [, comment = "", id = ""] of readFileSync(join(folder, file), "utf8").matchAll(RULE)) {
      found.set(id, [...(found.get(id) ?? []), prose(comment)]);
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function prose(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trim())
    .join(" ")
    .trim();
}
