import { readFileSync } from "node:fs";
import { join } from "node:path";
import { differencesTable, HEADING } from "./handshakes/differences";

/** The tables below the heading, up to the next one. */
function tableUnder(text: string, heading: string): string {
  const [, below = ""] = text.split(`\n${heading}\n`);
  const lines = (below.split("\n## ")[0] ?? "").split("\n");
  return lines.filter((line) => line.startsWith("|")).join("\n");
}

test("docs/trust-model.md shows the differences as they are tested, one row each", () => {
  const text = readFileSync(join(__dirname, "../../docs/trust-model.md"), "utf8");
  expect(tableUnder(text, HEADING)).toBe(differencesTable());
});
