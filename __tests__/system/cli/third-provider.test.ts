import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { STATE } from "../../support/command";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";
import { MAIN_WITH_RANDOM, mirrorWithRandom, PROGRAM, RANDOM, takingFrom, tamper } from "./support/third-provider";

const FOLDERS = ["cdktf.out/stacks/dev", "config", "synthesized/dev"];
const WITHOUT_ACCOUNTS = ["plan", "dev", "--without-accounts"];
const READ_ONLY = { TF_CLI_ARGS_plan: "-lock=false" };

/** The base branch's checkout. `main.ts` has a resource of a provider that is neither AWS's nor Google's. */
const project = new DeployedProject();
afterAll(() => project.remove());

const artefact = project.path("artefact");
const cdktf = JSON.parse(project.read("cdktf.json"));
let mirrored = "";
let lock = "";

/** Runs a command with providers of a mirror, and lists its Terraform commands. Terraform starts the third provider. */
function run(args: readonly string[], variables: NodeJS.ProcessEnv = {}, before = "") {
  project.forget("steps");
  const done = project.run(args, {
    TF_CLI_CONFIG_FILE: takingFrom(project.folder, mirrored),
    TERRAFORM_BINARY_NAME: project.terraform(
      `[ "$1" = version ] || echo "$*" >> ${project.path("steps")}\n[ "$1" != apply ] || { ${before || "true"}; }`,
    ),
    ...variables,
  });
  const steps = project.lines("steps");
  return { ...done, steps: steps.map((step) => step.split(" ")[0]), inits: steps.filter((step) => /^init/.test(step)) };
}

const name = (providers: readonly string[]) =>
  writeFileSync(project.path("cdktf.json"), JSON.stringify({ ...cdktf, providers }));
const locked = (text: string) => writeFileSync(project.path("providers.lock.hcl"), text);

applying("a provider that cdktf.json does not name is refused before Terraform runs", () => {
  mirrored = mirrorWithRandom(project.folder);
  writeFileSync(project.path("main.ts"), MAIN_WITH_RANDOM);
  for (const args of [["plan", "dev"], ["deploy", "dev"], ["drift", "dev"], WITHOUT_ACCOUNTS]) {
    const { code, error, steps } = run(args);
    expect([code, steps]).toEqual([1, []]);
    expect(error).toContain(`terraform.required_providers.random: got hashicorp/random 3.7.2`);
    expect(error).toContain(`add "${RANDOM}" to providers of cdktf.json`);
  }
});

applying("a provider without checksums is refused before Terraform runs", () => {
  name([RANDOM]);
  const { code, error, steps } = run(["plan", "dev"]);
  expect([code, steps]).toEqual([1, []]);
  expect(error).toContain("got no checksums of hashicorp/random 3.7.2, expected them in providers.lock.hcl");
});

applying("a named and locked provider is planned, and its resource is not read in the review", () => {
  expect(run(["lock", "--mirror", mirrored, "--platform", "linux_amd64"]).code).toBe(0);
  lock = project.read("providers.lock.hcl");
  const { code, out, error, inits } = run(["plan", "dev", "--format", "json"]);
  expect({ code, error }).toEqual({ code: 0, error });
  expect(inits).toEqual([expect.stringContaining("-lockfile=readonly")]);
  const [{ resources }] = JSON.parse(out);
  expect(resources).toContainEqual(expect.objectContaining({ address: "random_pet.pet", action: "added" }));
  expect(run(WITHOUT_ACCOUNTS)).toMatchObject({
    code: 0,
    out: expect.stringContaining("random_pet.pet will be created"),
  });
  rmSync(project.path("cdktf.out"), { recursive: true });
  expect(run(["synth", "dev"]).code).toBe(0);
  expect(project.read("synthesized", "dev", "access.md")).toMatch(
    /^\| NOT READ \| unknown grants \| random_pet.pet \|/m,
  );
});

applying("the pipeline plans and applies a branch with that provider by the base branch's checksums", () => {
  for (const folder of FOLDERS) cpSync(project.path(folder), `${artefact}/${folder}`, { recursive: true });
  expect(run(["pipeline", "adopt", "dev", "artefact"])).toMatchObject({ code: 0, error: "" });
  const planned = run(["plan", "dev", "--as-synthesized", "--format", "json", "--out", "approved.json"], READ_ONLY);
  const deployed = run(["deploy", "dev", "--approved", "approved.json", "--no-smoke"]);
  expect([planned.code, deployed.code, deployed.error]).toEqual([0, 0, deployed.error]);
  expect(deployed.steps).toContain("apply");
  for (const { inits } of [planned, deployed]) expect(inits).toEqual([expect.stringContaining("-lockfile=readonly")]);
});

applying("a branch that adds the provider to its own cdktf.json is refused by the base branch's", () => {
  for (const file of ["cdktf.json", "providers.lock.hcl"]) cpSync(project.path(file), `${artefact}/${file}`);
  name([]);
  rmSync(project.path("providers.lock.hcl"));
  const { code, error, steps } = run(["pipeline", "adopt", "dev", "artefact"]);
  expect([code, steps]).toEqual([1, []]);
  expect(error).toContain("terraform.required_providers.random: got hashicorp/random 3.7.2");
  name([RANDOM]);
  locked(lock);
});

applying("another program under the provider's name is refused at an apply and at a plan", () => {
  const config = project.path("config", "dev.yaml");
  writeFileSync(config, readFileSync(config, "utf8").replace("retentionDays: 7", "retentionDays: 14"));
  const installed = `${project.path("cdktf.out/stacks/dev/.terraform/providers")}`;
  const atApply = run(["deploy", "dev", "--yes", "--no-smoke"], {}, `echo '# changed' >> ${installed}/${PROGRAM}`);
  expect([atApply.error, atApply.code, atApply.steps.at(-1)]).toEqual([atApply.error, 1, "apply"]);
  expect(atApply.error).toContain("a provider does not match its locked checksums");
  tamper(mirrored);
  rmSync(project.path(".build/terraform-plugins"), { recursive: true, force: true });
  rmSync(installed, { recursive: true, force: true });
  const atPlan = run(["plan", "dev"]);
  expect([atPlan.code, atPlan.steps]).toEqual([1, ["init"]]);
  expect(atPlan.error).toContain("a provider does not match its locked checksums");
  expect(run(WITHOUT_ACCOUNTS)).toMatchObject({ code: 1, steps: ["init"] });
});

applying("a stack without the provider accepts the same lock file, unless its state still has a resource of it", () => {
  writeFileSync(
    project.path("main.ts"),
    'import { frontDoor } from "cloud-front-door";\nexport default frontDoor();\n',
  );
  const { code, error } = run(["plan", "dev"]);
  expect([code, error]).toEqual([1, expect.stringContaining("its state still has resources of it")]);
  rmSync(project.path(STATE));
  expect(run(["plan", "dev"])).toMatchObject({ code: 0 });
});
