import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

const { factsOf } = require("../../../scripts/check.cjs");

interface Fact {
  readonly anchor: string;
  readonly status: string;
  readonly source: string;
  readonly date: string;
}

const PAGE = readFileSync(join(ROOT, "docs/reference/facts.md"), "utf8");
const FACTS: readonly Fact[] = factsOf(PAGE);

test("every row about a vendor has an anchor of its own, a status, a source and a day", () => {
  const rows = PAGE.split("\n").filter((line) => line.split(" | ").length === 4 && !line.startsWith("| fact |"));
  expect(FACTS).toHaveLength(rows.length);
  expect(FACTS.length).toBeGreaterThan(25);
  expect(new Set(FACTS.map(({ anchor }) => anchor)).size).toBe(FACTS.length);
  for (const { status, source, date } of FACTS) {
    expect(["documented", "confirmed by others", "confirmed by us"]).toContain(status);
    expect(source).not.toBe("");
    expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
  }
});

test("what others confirmed has the address where they did", () => {
  const confirmed = FACTS.filter(({ status }) => status === "confirmed by others");
  expect(confirmed.map(({ source }) => source).filter((source) => !source.includes("](https://"))).toEqual([]);
});

test("each fact is linked from the page that relies on it", () => {
  const pages = ["how-it-works", "choosing-a-handshake", "threats"].map((name) => `explanation/${name}`);
  const others = [
    "reference/api-kinds",
    "reference/contract",
    "reference/headers",
    "reference/identity-providers",
    "reference/limits",
    "reference/performance",
    "reference/refusal-reasons",
    "how-to/bootstrap",
    "how-to/own-project",
  ];
  const text = [
    ...pages,
    ...others,
    ...["alarms", "mcp-server", "own-functions", "own-resources", "switch", "troubleshooting"].map(
      (name) => `how-to/${name}`,
    ),
  ]
    .map((name) => readFileSync(join(ROOT, `docs/${name}.md`), "utf8"))
    .join("\n");
  expect(FACTS.map(({ anchor }) => anchor).filter((anchor) => !text.includes(`facts.md#${anchor})`))).toEqual([]);
});
