import { readFileSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy();
afterAll(() => project.remove());

const files = ["config/schema.json", "README.md"];
const read = () => files.map((file) => readFileSync(project.path(file), "utf8"));
let fresh: readonly string[];

test("the schema for editors and the README's table are what their sources give", () => {
  expect(project.run(["generate"]).code).toBe(0);
  fresh = read();
  const { code, error } = project.run(["generate", "--check"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
});

test("a stale one is named with the command that renews it, and that command renews it", () => {
  writeFileSync(project.path("config/schema.json"), "{}\n");
  writeFileSync(project.path("README.md"), (fresh[1] ?? "").replace("| `name`", "| `nome`"));
  const check = project.run(["generate", "--check"]);
  expect([check.code, check.error]).toEqual([
    1,
    "not what the sources give: config/schema.json, README.md\n    renew with: npm run generate\n",
  ]);
  expect(project.run(["generate"]).out).toBe("wrote config/schema.json, README.md\n");
  expect(read()).toEqual(fresh);
});

test("a README with half of the marks is not guessed at, and one without stays as it is", () => {
  writeFileSync(project.path("README.md"), "# Other\n");
  expect(project.run(["generate"])).toMatchObject({ code: 0, error: "" });
  expect(readFileSync(project.path("README.md"), "utf8")).toBe("# Other\n");
  writeFileSync(project.path("README.md"), "# Other\n\n<!-- end of config table -->\n");
  const { code, error } = project.run(["generate"]);
  expect([code, error]).toEqual([1, expect.stringContaining("README.md has lost the marks of the config table")]);
});
