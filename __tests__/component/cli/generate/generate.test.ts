import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

const PAGE = "docs/reference/config.md";
const files = ["config/schema.json", PAGE];
const read = () => files.map((file) => readFileSync(project.path(file), "utf8"));
let fresh: readonly string[];

test("a project of its own has the schema for editors, and no page of the reference", () => {
  expect(project.run(["generate"]).out).toBe("wrote config/schema.json\n");
});

test("what stands between the marks of a page is what the sources give", () => {
  mkdirSync(project.path("docs/reference"), { recursive: true });
  writeFileSync(
    project.path(PAGE),
    "# Config\n\n<!-- config table: npm run generate -->\n<!-- end of config table -->\n\nAfter.\n",
  );
  expect(project.run(["generate"]).out).toBe(`wrote ${PAGE}\n`);
  fresh = read();
  expect(fresh[1]).toMatch(/^# Config\n[\s\S]*\| `aws\.account` \|[\s\S]*\nAfter\.\n$/);
  const { code, error } = project.run(["generate", "--check"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
});

test("a stale one is named with the command that renews it, and that command renews it", () => {
  writeFileSync(project.path("config/schema.json"), "{}\n");
  writeFileSync(project.path(PAGE), (fresh[1] ?? "").replace("| `name`", "| `nome`"));
  const check = project.run(["generate", "--check"]);
  expect([check.code, check.error]).toEqual([
    1,
    `not what the sources give: config/schema.json, ${PAGE}\n    renew with: npm run generate\n`,
  ]);
  expect(project.run(["generate"]).out).toBe(`wrote config/schema.json, ${PAGE}\n`);
  expect(read()).toEqual(fresh);
});

test("a page that has lost one of its marks is not guessed at", () => {
  const text = "# Other\n\n<!-- end of config table -->\n";
  writeFileSync(project.path(PAGE), text);
  const { code, error } = project.run(["generate"]);
  expect([code, error]).toEqual([1, expect.stringContaining(PAGE)]);
  expect(readFileSync(project.path(PAGE), "utf8")).toBe(text);
});
