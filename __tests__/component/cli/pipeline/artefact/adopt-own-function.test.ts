import { appendFileSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../../support/places";
import { BaseBranch, uploaded } from "./support/base-branch";

/** The base branch has a function of its own, and the branch has other code for it. */
const base = new BaseBranch();
const { artefact, original, project } = base;
const EXAMPLES = join(ROOT, "examples", "own-resources");
const STACK = "cdktf.out/stacks/dev/cdk.tf.json";
const REVIEW = "synthesized/dev/main.tf.json";

let archive: string;

beforeAll(() => {
  for (const name of readdirSync(EXAMPLES)) cpSync(join(EXAMPLES, name), project.path(name), { recursive: true });
  const code = project.path("order-changes", "index.mjs");
  const synthesize = () => expect(project.run(["synth", "dev"])).toMatchObject({ code: 0 });
  const before = readFileSync(code, "utf8");
  writeFileSync(code, `${before}\n// changed`);
  synthesize();
  for (const folder of uploaded("dev")) cpSync(project.path(folder), join(original, folder), { recursive: true });
  writeFileSync(code, before);
  synthesize();
  const { resource } = JSON.parse(readFileSync(join(original, REVIEW), "utf8"));
  archive = `cdktf.out/stacks/dev/${resource.aws_lambda_function.order_changes.filename}`;
}, 60_000);

/** Changes both forms of the stack in the upload, as a synthesis would. */
function edit(change: (resource: Record<string, Record<string, Record<string, unknown>>>) => void): void {
  const { reviewText } =
    require("../../../../../cli/synthesis/review-text") as typeof import("../../../../../cli/synthesis/review-text");
  const stack = JSON.parse(base.read(STACK));
  change(stack.resource);
  writeFileSync(join(artefact, STACK), JSON.stringify(stack));
  writeFileSync(join(artefact, REVIEW), reviewText(stack));
}

test("other code of a function that the base branch declares is planned", () => {
  expect(base.adopt()).toEqual({ code: 0, error: "" });
  expect(readFileSync(project.path(archive))).toEqual(readFileSync(join(original, archive)));
});

test("a function that the base branch does not declare is refused", () => {
  edit(({ aws_lambda_function: functions = {} }) => {
    functions.more = { ...functions.order_changes, function_name: "storefront-dev-more" };
  });
  const { code, error } = base.adopt();
  expect([code, base.has(STACK)]).toEqual([1, false]);
  expect(error).toContain("aws_lambda_function.more.filename: expected assets/authorizer/zip/authorizer.zip");
  expect(error).toContain("got callers and more and public, expected callers and public");
});

test("a deciding function with code of main.ts is refused", () => {
  edit(({ aws_lambda_function: functions = {} }) => {
    functions.callers = { ...functions.callers, filename: functions.order_changes?.filename };
  });
  const { code, error } = base.adopt();
  expect([code, base.has(STACK)]).toEqual([1, false]);
  expect(error).toContain("aws_lambda_function.callers.filename: expected assets/authorizer/zip/authorizer.zip");
});

test("an archive whose content has another digest than its path is refused", () => {
  appendFileSync(join(artefact, archive), "x");
  const { code, error } = base.adopt();
  expect([code, base.has(STACK)]).toEqual([1, false]);
  expect(error).toContain(`${archive}: a file that no synthesis writes`);
  expect(error).toContain("aws_lambda_function.order_changes.filename: expected");
});

test("an archive in a folder of another name is refused", () => {
  renameSync(join(artefact, archive, ".."), join(artefact, archive, "..", "..", "0".repeat(64)));
  const { code, error } = base.adopt();
  expect([code, base.has(STACK)]).toEqual([1, false]);
  expect(error).toContain(`${"0".repeat(64)}/archive.zip: a file that no synthesis writes`);
  rmSync(artefact, { recursive: true });
});
