import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { parse, stringify } from "yaml";
import { BaseBranch, uploaded } from "./support/base-branch";

/** A branch rotates a client's secret for the first time, so the base branch has no rotation archive. */
const base = new BaseBranch();
const { artefact, original, project } = base;
const adopt = () => base.adopt();

const ARCHIVE = "cdktf.out/stacks/dev/assets/rotate_client_secret/zip/rotate-client-secret.zip";
const STACK = "cdktf.out/stacks/dev/cdk.tf.json";

beforeAll(() => {
  const config = project.path("config/dev.yaml");
  const before = readFileSync(config, "utf8");
  const { clients, ...rest } = parse(before);
  const rotated = { ...clients, "reporting-agent": { ...clients?.["reporting-agent"], rotateEveryDays: 30 } };
  writeFileSync(config, stringify({ ...rest, clients: rotated }, { defaultStringType: "QUOTE_DOUBLE" }));
  const reviewed = project.path("synthesized/dev");
  cpSync(reviewed, project.path("base-branch"), { recursive: true });
  expect(project.run(["synth", "dev"])).toMatchObject({ code: 0 });
  for (const folder of uploaded("dev")) cpSync(project.path(folder), join(original, folder), { recursive: true });
  // Back to the base branch.
  writeFileSync(config, before);
  rmSync(reviewed, { recursive: true });
  renameSync(project.path("base-branch"), reviewed);
}, 60_000);

test("writes the rotation archive next to the authorizer's", () => {
  expect(adopt()).toMatchObject({ code: 0, error: "" });
  expect(readFileSync(project.path(ARCHIVE)).equals(readFileSync(join(original, ARCHIVE)))).toBe(true);
});

test.each<[string, () => void, string]>([
  [
    "another archive",
    () => appendFileSync(join(artefact, ARCHIVE), "x"),
    "source_code_hash: is not that of assets/rotate",
  ],
  ["no archive", () => rmSync(join(artefact, ARCHIVE)), "source_code_hash: is not that of assets/rotate"],
  [
    "more in it than the function",
    () => writeFileSync(join(artefact, ARCHIVE), zipSync({ "index.mjs": new Uint8Array(), evil: new Uint8Array() })),
    "rotate-client-secret.zip: other files than the function",
  ],
  ["no zip", () => writeFileSync(join(artefact, ARCHIVE), "x"), "rotate-client-secret.zip: cannot be read"],
  [
    "an archive that no function runs",
    () => {
      const stack = JSON.parse(readFileSync(join(artefact, STACK), "utf8"));
      delete stack.resource.aws_lambda_function.rotate_secret_reporting_agent;
      writeFileSync(join(artefact, STACK), JSON.stringify(stack));
    },
    "rotate-client-secret.zip: a file that no function of the stack uses",
  ],
])("%s is refused, and nothing is written", (_, spoil, message) => {
  spoil();
  const { code, error } = adopt();
  expect(code).toBe(1);
  expect(error).toContain(message);
  expect(base.has(STACK)).toBe(false);
});

test("a third function that decides counts as another handshake, whatever its name", () => {
  const stack = JSON.parse(readFileSync(join(artefact, STACK), "utf8"));
  const functions = stack.resource.aws_lambda_function;
  functions.rotate_secret_more = functions.callers;
  writeFileSync(join(artefact, STACK), JSON.stringify(stack));
  expect(adopt().error).toContain("got callers and public and rotate_secret_more, expected callers and public");
});
