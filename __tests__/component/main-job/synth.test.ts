import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../support/command";
import { synthesizedFiles, synthesizedNames } from "../../support/synthesized";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

/** Without the values that depend on the bundled functions, which are stand-ins in unit tests. */
function withoutHashes(text: string): string {
  return text
    .replace(/"source_code_hash": "[^"]*"/g, '"source_code_hash": ""')
    .replace(/"policy": "[0-9a-f]{16}"/g, '"policy": ""');
}

test("synth writes the files of every stack, and then finds them fresh", () => {
  rmSync(project.path("synthesized"), { recursive: true });
  expect(project.run(["synth"])).toMatchObject({ code: 0, error: "" });
  for (const stack of synthesizedNames()) {
    for (const [name, text] of Object.entries(synthesizedFiles(stack))) {
      const written = readFileSync(project.path("synthesized", stack, name), "utf8");
      expect([stack, name, withoutHashes(written)]).toEqual([stack, name, withoutHashes(text)]);
    }
  }
  expect(project.run(["synth", "--check"])).toMatchObject({ code: 0, error: "" });
});

test("an edit of the config makes synthesized/ stale, and a wrong edit is refused at its line", () => {
  const file = project.path("config/dev.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace("retentionDays: 7", "retentionDays: 14"));
  const stale = project.run(["synth", "--check", "dev"]);
  expect([stale.code, stale.error]).toEqual([1, expect.stringContaining("synthesized/dev/main.tf.json")]);
  writeFileSync(file, text.replace("retentionDays: 7", "retentionDays: 6"));
  const refused = project.run(["synth", "dev"]);
  const line = text.split("\n").findIndex((each) => each.includes("retentionDays: 7")) + 1;
  expect([refused.code, refused.error]).toEqual([1, expect.stringContaining(`config/dev.yaml:${line}:`)]);
  writeFileSync(file, text);
});
