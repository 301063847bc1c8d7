import { cpSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { schemaFiles } from "../../../cli/generate/schemas";
import { namedProviders } from "../../../cli/terraform/own-providers";
import { PROVIDERS } from "../../../cli/terraform/providers";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";
import { MAIN_WITH_NEWER, mirrorWithNewerAws, NEWER, NEWER_AWS } from "./support/newer-provider";
import { takingFrom } from "./support/third-provider";

const FUNCTION = "aws_lambda_function.callers";
const UNREAD = [`${FUNCTION}.memory_mb`, `${FUNCTION}.trigger_url`];
const FOLDERS = ["cdktf.out/stacks/dev", "config", "synthesized/dev"];

const project = new DeployedProject();
afterAll(() => project.remove());

const cdktf = JSON.parse(project.read("cdktf.json"));
const artefact = project.path("artefact");
const cloud = project.path("cloud.json");
let newer: ReturnType<typeof mirrorWithNewerAws>;

function run(args: readonly string[]) {
  project.forget("steps");
  const done = project.run(args, {
    TF_CLI_CONFIG_FILE: takingFrom(project.folder, newer.mirrored),
    TERRAFORM_BINARY_NAME: project.terraform(`[ "$1" = version ] || echo "$*" >> ${project.path("steps")}`),
    // Terraform starts the providers of the mirror.
    SLOW_CLOUD: "yes",
    ...(existsSync(cloud) && { STAND_IN_CLOUD: cloud }),
  });
  return { ...done, steps: project.lines("steps").map((step) => step.split(" ")[0]) };
}

const choose = (...providers: readonly string[]) =>
  writeFileSync(project.path("cdktf.json"), JSON.stringify({ ...cdktf, providers }));

applying("a newer version without checksums is refused before Terraform runs", () => {
  newer = mirrorWithNewerAws(project.folder);
  expect(run(["deploy", "dev", "--yes", "--no-smoke"]).code).toBe(0);
  choose(NEWER_AWS);
  const { code, error, steps } = run(["plan", "dev"]);
  expect([code, steps]).toEqual([1, []]);
  expect(error).toContain(`terraform.required_providers.aws: got no checksums of hashicorp/aws ${NEWER}`);
  expect(run(["lock", "--mirror", newer.mirrored, "--platform", "linux_amd64"]).code).toBe(0);
  expect(JSON.parse(project.read("cdktf.out/stacks/dev/cdk.tf.json")).terraform.required_providers.aws).toEqual({
    source: "aws",
    version: NEWER,
  });
});

applying("an argument that the newer version renames stops the plan, and the error names both places", () => {
  const { code, error, steps } = run(["plan", "dev"]);
  expect([code, steps]).toEqual([1, ["init", "plan"]]);
  expect(error).toContain("memory_size may have another name in it");
});

applying("new arguments are in doubt in the plan and NOT READ in the ledger, and deprecated ones are named", () => {
  writeFileSync(project.path("main.ts"), MAIN_WITH_NEWER);
  const { code, out, error } = run(["plan", "dev", "--format", "json"]);
  expect(code).toBe(0);
  expect(error).toContain(`dev: hashicorp/aws ${NEWER} is newer than the schema that reviews read`);
  expect(error).toMatch(/^Warning: Argument is deprecated\n[\s\S]*^timeout is deprecated\.$/m);
  const [{ access }] = JSON.parse(out);
  const doubts = access.guards.filter(({ doubt }: { doubt?: true }) => doubt === true);
  expect(doubts.map((each: Record<string, string>) => `${each.address}.${each.guard}`)).toEqual(
    expect.arrayContaining(UNREAD),
  );
  expect(run(["synth", "dev"]).code).toBe(0);
  const unread = project.read("synthesized", "dev", "access.md").match(/^\| NOT READ .*$/gm) ?? [];
  for (const argument of UNREAD)
    expect(
      unread.filter((row) => row.includes(FUNCTION) && row.includes(argument.slice(FUNCTION.length + 1))),
    ).toHaveLength(1);
});

applying("a deploy sets them, and the plan after it is empty", () => {
  expect(run(["deploy", "dev", "--yes", "--no-smoke"]).code).toBe(0);
  expect(run(["plan", "dev"])).toMatchObject({ code: 0, out: "dev: no change\n" });
  expect(run(["drift", "dev"]).code).toBe(0);
});

applying("drift of a new argument that main.ts sets is found; what only the cloud sets is none", () => {
  const events = (set: object) => [
    { type: "aws_lambda_function", where: { function_name: "storefront-dev-callers" }, set },
  ];
  writeFileSync(cloud, JSON.stringify([{ type: "aws_iam_role", set: { mode: "standard" } }]));
  expect(run(["drift", "dev"]).code).toBe(0);
  writeFileSync(cloud, JSON.stringify(events({ trigger_url: "https://mallory.example/run" })));
  const { code, out } = run(["drift", "dev", "--format", "json"]);
  expect(code).toBe(2);
  const [{ drift }] = JSON.parse(out);
  expect(
    drift.map(({ address, attributes }: never) => [
      address,
      (attributes as { path: string }[]).map(({ path }) => path),
    ]),
  ).toEqual([[FUNCTION, ["trigger_url"]]]);
  writeFileSync(cloud, "[]");
});

applying("a branch that chooses another version than the base branch is not planned by the pipeline", () => {
  rmSync(project.path("cdktf.out"), { recursive: true });
  expect(run(["synth", "dev"]).code).toBe(0);
  for (const folder of FOLDERS) cpSync(project.path(folder), `${artefact}/${folder}`, { recursive: true });
  expect(run(["pipeline", "adopt", "dev", "artefact"])).toMatchObject({ code: 0, error: "" });
  choose();
  const { code, error, steps } = run(["pipeline", "adopt", "dev", "artefact"]);
  expect([code, steps]).toEqual([1, []]);
  expect(error).toContain(`terraform.required_providers.aws: got aws ${NEWER}`);
  choose(NEWER_AWS);
});

applying("the tables are renewed from what the newer provider prints", () => {
  const chosen = { ...PROVIDERS, ...namedProviders([NEWER_AWS]) };
  const { files, obsolete } = schemaFiles(chosen, newer.schemas);
  const name = (path: string) => path.split("/").at(-1);
  expect(obsolete.map(name)).toContain("aws-6.25.0.provider-schema.json.gz");
  expect(files.map(({ path }) => name(path))).toContain(`aws-${NEWER}.provider-schema.json.gz`);
  const table = JSON.parse(files[0]?.text ?? "");
  const fields = table.fields.aws_lambda_function;
  expect([table.versions.aws, "memory_size" in fields, fields.memory_mb, fields.trigger_url]).toEqual([
    NEWER,
    false,
    1,
    1,
  ]);
});
