import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../../support/places";

const SOURCES = join(ROOT, "functions/authorizer");

/**
 * Every member of the type, read from the source: the type has no value at run time, and reasons are logged as written.
 */
function reasons(): readonly string[] {
  const [, union = ""] = readFileSync(join(SOURCES, "request/outcome.ts"), "utf8").split("export type Reason =");
  return quoted(union.slice(0, union.indexOf(";")));
}

/** The first column of the table below a heading of docs/reference/refusal-reasons.md. */
function documented(heading: string): readonly string[] {
  const [, section = ""] = readFileSync(join(ROOT, "docs/reference/refusal-reasons.md"), "utf8").split(
    `\n## ${heading}\n`,
  );
  const rows = (section.split("\n#")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, reason = ""]) => reason));
}

/** Reasons with which the function calls `unavailable`. */
function undecided(): readonly string[] {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const calls = files.flatMap(
    (file) => readFileSync(join(SOURCES, file), "utf8").match(/unavailable\("[a-z-]+"/g) ?? [],
  );
  return [...new Set(calls.flatMap(quoted))];
}

function quoted(text: string): readonly string[] {
  return [...text.matchAll(/"([a-z-]+)"/g)].map(([, word = ""]) => word);
}

test("docs/reference/refusal-reasons.md lists each reason of a log line once", () => {
  expect(reasons().length).toBeGreaterThan(30);
  const rows = [...documented("The caller is refused"), ...documented("The authorizer cannot decide")];
  expect([...rows].sort()).toEqual([...reasons()].sort());
});

test("reasons that an operator must fix are in a separate table", () => {
  expect(undecided()).toContain("keys-unavailable");
  expect(documented("The authorizer cannot decide")).toEqual(expect.arrayContaining([...undecided()]));
});
