import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ALARM_KEYS, ALARMS } from "../../../intent/model/alarm-table";
import { ROWS } from "../../../stacks/monitoring";
import { faults } from "../../support/config-folder";
import { ROOT } from "../../support/places";

const PAGE = readFileSync(join(ROOT, "docs/how-to/alarms.md"), "utf8");
const REASONS = readFileSync(join(ROOT, "docs/reference/refusal-reasons.md"), "utf8");

test("the example is valid config", () => {
  const example = /<!-- config: alarms -->\n```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";
  expect(example).toContain("slo:");
  expect(faults(example)).toEqual([]);
});

test("the table has each alarm with its default and its runbook, in order", () => {
  const rows = [...PAGE.matchAll(/^\| `(\w+)` \| (\d+|`false`) \| \[([a-z-]+)\]\(incidents\.md#([a-z-]+)\) \|/gm)];
  expect(
    rows.map(([, key, preset, id, anchor]) => [key, preset === "`false`" ? false : Number(preset), id, anchor]),
  ).toEqual(ALARM_KEYS.map((key) => [key, ALARMS[key].preset, ALARMS[key].id, ALARMS[key].id]));
});

test("the table of rows matches the dashboards", () => {
  const [, section = ""] = PAGE.split("\n## Dashboards\n");
  const [table = ""] = section.split("\n## ");
  const rows = [...table.matchAll(/^\| ([A-Z][^|]+) \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(ROWS.map(({ name }) => name));
});

test("each reason that an alarm counts is a reason of the authorizer", () => {
  const patterns = ALARM_KEYS.map((key) => ("pattern" in ALARMS[key].source ? ALARMS[key].source.pattern : ""));
  const reasons = patterns.flatMap((pattern) =>
    [...pattern.matchAll(/\$\.reason = "([^"]+)"/g)].map(([, name]) => name),
  );
  expect(reasons.length).toBeGreaterThan(8);
  expect(reasons.filter((reason) => !REASONS.includes(`\`${reason}\``))).toEqual([]);
});
