import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROBES, REST_PROBES, SHARED_ISSUER_PROBES } from "../../../cli/verify/probes/probes";
import { namesBelow, ROOT } from "../../support/places";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/explanation/evidence.md");
const [, promises = ""] = /^## Promises\n([\s\S]*?)\n## /m.exec(PAGE) ?? [];
const rows = [...promises.matchAll(/^\| (.+) \| (.+) \| (.+) \| (.+) \|$/gm)].slice(1);

test("each promise has a check of ours, and each assumption the id of what settles it on real accounts", () => {
  expect(rows.length).toBeGreaterThan(10);
  const steps = namesBelow(join(ROOT, "e2e")).map((name) => read(`e2e/${name}`));
  const findings = steps.flatMap((text) => [...text.matchAll(/^\s+id: "([a-z-]+)",$/gm)].map(([, id = ""]) => id));
  const known = [...PROBES, ...REST_PROBES, ...SHARED_ISSUER_PROBES].map(({ id }) => id).concat(findings, "drift-…");
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
