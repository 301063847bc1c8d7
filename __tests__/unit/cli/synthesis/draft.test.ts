import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { moveStacks } from "../../../../cli/synthesis/draft";

const folder = mkdtempSync(join(tmpdir(), "front-door-draft-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(...path: readonly string[]): void {
  const file = join(folder, ...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "{}");
}

test("an archive of a function that a stack no longer has is removed, and those of other stacks stay", () => {
  for (const stack of ["dev", "prod"]) {
    write("out", "stacks", stack, "cdk.tf.json");
    write("out", "stacks", stack, "assets", "authorizer", "zip", "authorizer.zip");
  }
  write("out", "stacks", "dev", ".terraform", "kept");
  write("draft", "stacks", "dev", "cdk.tf.json");
  write("draft", "stacks", "dev", "assets", "rotate", "zip", "rotate.zip");
  write("draft", "manifest.json");
  moveStacks({ out: join(folder, "draft"), functions: "" }, join(folder, "out"), "others stay");
  const left = [
    "dev/assets/authorizer/zip/authorizer.zip",
    "dev/assets/rotate/zip/rotate.zip",
    "dev/.terraform/kept",
    "prod/assets/authorizer/zip/authorizer.zip",
  ].filter((path) => existsSync(join(folder, "out", "stacks", path)));
  expect(left).toEqual([
    "dev/assets/rotate/zip/rotate.zip",
    "dev/.terraform/kept",
    "prod/assets/authorizer/zip/authorizer.zip",
  ]);
});
