import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { moveAccountsToDocument } from "../../../../support/documents";
import { BaseBranch } from "./support/base-branch";

const base = new BaseBranch("dev");
const { artefact, original, project } = base;
const adopt = () => base.adopt();
const STACK = "cdktf.out/stacks/dev/cdk.tf.json";

test("writes the checked stack, which people review, where a plan finds it", () => {
  const { code, out, error } = project.run(["pipeline", "adopt", "dev", "artefact"]);
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toContain("dev: checked, and written to cdktf.out/stacks/dev");
  expect(JSON.parse(readFileSync(project.path(STACK), "utf8"))).toEqual(
    JSON.parse(readFileSync(join(original, STACK), "utf8")),
  );
  expect(base.has("cdktf.out/stacks/dev/assets/authorizer/zip/authorizer.zip")).toBe(true);
});

test("checks a branch whose routes come from an OpenAPI document against that document", () => {
  moveAccountsToDocument(join(artefact, "config"));
  expect(adopt()).toMatchObject({ code: 0, error: "" });
  const document = join(artefact, "config/openapi/accounts.yaml");
  writeFileSync(document, readFileSync(document, "utf8").replace("oauth:", "other:"));
  const { code, error } = adopt();
  expect(code).not.toBe(0);
  expect(error).toContain("config/openapi/accounts.yaml:");
});

test("if a key has two values, Terraform gets the checked one", () => {
  const text = readFileSync(join(artefact, STACK), "utf8");
  writeFileSync(join(artefact, STACK), text.replace("{", '{ "data": { "http": {} }, "data": { "http": {} },'));
  expect(adopt().error).toContain("data: a block with other data sources than on the base branch");
  writeFileSync(join(artefact, STACK), text.replace('"terraform": {', '"terraform": { "backend": { "http": {} },'));
  expect(adopt().code).toBe(0);
  expect(readFileSync(project.path(STACK), "utf8")).not.toContain('"http"');
});

test.each<[string, () => void, string]>([
  [
    "a file next to the stack",
    () => writeFileSync(join(artefact, "cdktf.out/stacks/dev/x.tf"), ""),
    "cdktf.out/stacks/dev/x.tf: a file that no synthesis writes",
  ],
  [
    "a value that is nested 50,000 times",
    () => {
      const text = readFileSync(join(artefact, STACK), "utf8");
      const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
      writeFileSync(join(artefact, STACK), text.replace('"retention_in_days": 7', `"retention_in_days": ${deep}`));
    },
    "nested too deeply to be checked",
  ],
  [
    "a file in a folder next to it",
    () => {
      mkdirSync(join(artefact, "cdktf.out/stacks/dev/.terraform/providers"), { recursive: true });
      writeFileSync(join(artefact, "cdktf.out/stacks/dev/.terraform/providers/evil"), "");
    },
    ".terraform/providers/evil: a file that no synthesis writes",
  ],
  [
    "a link",
    () => {
      rmSync(join(artefact, STACK));
      symlinkSync("/etc/passwd", join(artefact, STACK));
    },
    "is not a regular file of the artefact",
  ],
  [
    "a folder that is a link",
    () => {
      rmSync(join(artefact, "synthesized/dev"), { recursive: true });
      symlinkSync(join(original, "synthesized/dev"), join(artefact, "synthesized/dev"));
    },
    "is not a regular file of the artefact",
  ],
  ["a missing file", () => rmSync(join(artefact, STACK)), "is not in the artefact"],
  [
    "another zip",
    () => appendFileSync(join(artefact, "cdktf.out/stacks/dev/assets/authorizer/zip/authorizer.zip"), "x"),
    "source_code_hash: is not that of assets",
  ],
  [
    "another stack than people review",
    () => {
      const text = readFileSync(join(artefact, STACK), "utf8");
      writeFileSync(join(artefact, STACK), text.replace('"retention_in_days": 7', '"retention_in_days": 9'));
    },
    "synthesized/dev/main.tf.json: differs from cdktf.out/stacks/dev/cdk.tf.json",
  ],
  [
    "another policy than the zip's",
    () => appendFileSync(join(artefact, "synthesized/dev/authorizer-policy.json"), "\n"),
    "differs from the policy in assets",
  ],
  ["no JSON", () => writeFileSync(join(artefact, STACK), "{"), "is not JSON"],
])("%s is refused, and nothing is written", (_, spoil, message) => {
  spoil();
  const { code, error } = adopt();
  expect(code).toBe(1);
  expect(error).toContain(message);
  expect(base.has(STACK)).toBe(false);
});

test("refuses an environment that the base branch does not have", () => {
  cpSync(join(artefact, "cdktf.out/stacks/dev"), join(artefact, "cdktf.out/stacks/new"), { recursive: true });
  cpSync(join(artefact, "synthesized/dev"), join(artefact, "synthesized/new"), { recursive: true });
  const { code, error } = project.run(["pipeline", "adopt", "new", "artefact"]);
  expect([code, error]).toEqual([1, expect.stringContaining("the base branch has no environment new")]);
});
