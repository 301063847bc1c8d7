import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

const PAGE = "docs/reference/config-advanced.md";
const files = ["config/schema.json", PAGE];
const read = () => files.map((file) => readFileSync(project.path(file), "utf8"));
const marks = (part: string) => `<!-- ${part}: npm run generate -->\n<!-- end of ${part} -->\n`;
let fresh: readonly string[];

test("a user's project has the schemas of its files for editors, and no page of the reference", () => {
  expect(project.run(["generate"]).out).toBe("wrote config/schema.json, config/bootstrap.schema.json\n");
});

test("the text between a page's marks is generated from the sources", () => {
  mkdirSync(project.path("docs/reference"), { recursive: true });
  writeFileSync(project.path(PAGE), `# Config\n\n${marks("advanced keys")}\nAfter.\n`);
  expect(project.run(["generate"]).out).toBe(`wrote ${PAGE}\n`);
  fresh = read();
  expect(fresh[1]).toMatch(/^# Config\n[\s\S]*\n#### `state\.path`\n[\s\S]*\nAfter\.\n$/);
  const { code, error } = project.run(["generate", "--check"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
});

test("names a stale file and the command that renews it, and the command does", () => {
  writeFileSync(project.path("config/schema.json"), "{}\n");
  writeFileSync(project.path(PAGE), (fresh[1] ?? "").replace("### `limits`", "### `limit`"));
  const check = project.run(["generate", "--check"]);
  expect([check.code, check.error]).toEqual([
    1,
    `not what the sources give: config/schema.json, ${PAGE}\n    renew with: npx front-door generate\n`,
  ]);
  expect(project.run(["generate"]).out).toBe(`wrote config/schema.json, ${PAGE}\n`);
  expect(read()).toEqual(fresh);
});

test("refuses a page without one of its marks", () => {
  const text = "# Other\n\n<!-- end of advanced keys -->\n";
  writeFileSync(project.path(PAGE), text);
  const { code, error } = project.run(["generate"]);
  expect([code, error]).toEqual([1, expect.stringContaining(PAGE)]);
  expect(readFileSync(project.path(PAGE), "utf8")).toBe(text);
});
