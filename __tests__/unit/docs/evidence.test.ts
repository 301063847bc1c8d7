import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROBES } from "../../../cli/verify/probes";
import { UNDOCUMENTED } from "../../../e2e/probes";
import { FINDINGS } from "../../../e2e/steps";
import { ROOT } from "../../support/places";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/explanation/evidence.md");
const [, promises = ""] = /^## Promises\n([\s\S]*?)\n## /m.exec(PAGE) ?? [];
const rows = [...promises.matchAll(/^\| (.+) \| (.+) \| (.+) \| (.+) \|$/gm)].slice(1);

test("each promise has a check of ours, and each assumption the id of what settles it on real accounts", () => {
  expect(rows.length).toBeGreaterThan(10);
  const findings = Object.keys(FINDINGS);
  const known = [...PROBES.map(({ id }) => id), ...UNDOCUMENTED.map(({ id }) => id), ...findings, "drift-…"];
  const named = rows.flatMap(([, , , , assumed = ""]) =>
    [...assumed.matchAll(/`([a-z-]+…?)`/g)].map(([, id = ""]) => id),
  );
  expect(named.length).toBeGreaterThan(12);
  expect(named.filter((id) => !known.includes(id) && !/^(e2e|verify)$/.test(id))).toEqual([]);
});

test("each test that the page names exists, and the status in README leads to the page", () => {
  const paths = [...PAGE.matchAll(/`(__tests__\/[^`]+)`/g)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThan(3);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  const [, status = ""] = /^(Status: [\s\S]*?)\n\n/m.exec(read("README.md")) ?? [];
  expect(status).toContain("](docs/explanation/evidence.md)");
});

const releases = [
  JSON.parse(read("package.json")).version as string,
  ...[...read("CHANGELOG.md").matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version = ""]) => version),
];
const sections = PAGE.split(/^## /m)
  .slice(1)
  .filter((section) => !section.startsWith("Promises") && /^\|.*\d/m.test(section));

test("each section with figures names the command that gives them, and what it cannot see", () => {
  expect(sections.length).toBeGreaterThan(4);
  for (const section of sections) {
    expect(section).toMatch(/`(npm run proof|npx jest|node proofs)[^`]*`/);
    expect(section).toContain("**Cannot see:**");
  }
});

test("no figure is older than the code by more than one release", () => {
  const recent = [...new Set(releases)].slice(0, 2);
  for (const section of sections) {
    const versions = [...section.matchAll(/\b[Vv]ersion (\d+\.\d+\.\d+)/g)].map(([, version]) => version);
    expect([section.split("\n")[0], versions.length > 0]).toEqual([expect.anything(), true]);
    expect(versions.filter((version) => !recent.includes(version as string))).toEqual([]);
  }
});
