import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { anchorOf } from "../../support/documentation";
import { namesBelow, ROOT } from "../../support/places";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

function filesBelow(folder: string, ending: RegExp): readonly string[] {
  return namesBelow(join(ROOT, folder))
    .map((name) => posix.join(folder, name))
    .filter((path) => ending.test(path) && !path.includes("node_modules") && statSync(join(ROOT, path)).isFile());
}

const BOOK = filesBelow("docs", /\.md$/);
const PAGES = [
  ...BOOK,
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"],
  ...["__tests__/harness", "e2e", "packages", "proofs", "scripts", "stacks", "stand-ins"].flatMap((folder) =>
    filesBelow(folder, /README\.md$/),
  ),
];
const SOURCES = [
  "__tests__/fixtures/shop/config",
  "cli",
  "contract",
  "functions",
  "intent",
  "packages",
  "stacks",
].flatMap((folder) => filesBelow(folder, /\.(ts|cjs|yaml|yml|json)$/));

/** The text outside fenced blocks, because `[…](…)` in a block may be code. */
function prose(page: string): string {
  return read(page).replace(/^```[\s\S]*?^```$/gm, "");
}

/** Headings, and anchors of their own: above headings, and in rows of a table. */
function anchorsOf(page: string): readonly string[] {
  const headings = [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading));
  return [...headings, ...[...prose(page).matchAll(/<a id="([\w.-]+)"><\/a>/g)].map(([, id = ""]) => id)];
}

test("every link of a page has an existing file and heading as its target", () => {
  const broken = PAGES.flatMap((page) =>
    [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
      if (/^(https?|mailto):/.test(link)) return [];
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : posix.join(posix.dirname(page), path);
      if (!existsSync(join(ROOT, target))) return [`${page}: ${link}`];
      return anchor === undefined || anchorsOf(target).includes(anchor) ? [] : [`${page}: ${link}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("every page that a source names exists, with its anchor", () => {
  const named = SOURCES.flatMap((file) =>
    [...read(file).matchAll(/(docs\/[\w/-]+\.md)(?:#([\w.-]*\w))?/g)].map(([, page = "", anchor]) => ({
      file,
      page,
      anchor,
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ page }) => !existsSync(join(ROOT, page)))).toEqual([]);
  expect(named.filter(({ page, anchor }) => anchor !== undefined && !anchorsOf(page).includes(anchor))).toEqual([]);
});

test("every npm script that a page names exists", () => {
  const { scripts } = JSON.parse(read("package.json"));
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)].map(([, script = ""]) => ({ page, script })),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ script }) => !(script in scripts))).toEqual([]);
});

test("the table of contents lists every page once", () => {
  const listed = [...read("docs/index.md").matchAll(/^- \[.+\]\(([\w/.-]+\.md)\)$/gm)].map(
    ([, path = ""]) => `docs/${path}`,
  );
  expect([...listed].sort()).toEqual(BOOK.filter((page) => page !== "docs/index.md" && !/\/adr\/0/.test(page)).sort());
});

test("the index of decisions lists every decision with its title", () => {
  const titles = BOOK.filter((page) => /\/adr\/0/.test(page)).map((page) => {
    const [title = ""] = read(page).split("\n");
    return `[${title.replace(/^# /, "")}](${page.slice("docs/adr/".length)})`;
  });
  const listed = [...read("docs/adr/index.md").matchAll(/\[[^\]]+\]\(0[^)]+\)/g)].map(([link]) => link);
  expect(listed).toEqual(titles.sort((a, b) => a.slice(a.indexOf("](")).localeCompare(b.slice(b.indexOf("](")))));
});

test("a how-to has at most 200 lines", () => {
  const long = BOOK.filter((page) => page.startsWith("docs/how-to/") && read(page).split("\n").length > 201);
  expect(long).toEqual([]);
});
