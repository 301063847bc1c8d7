import { spawnSync } from "node:child_process";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const project = new DeployedProject();
afterAll(() => project.remove());

const OPENING = {
  resource: {
    google_cloud_run_v2_service_iam_member: {
      evil: { name: "storefront-dev-orders", role: "roles/run.invoker", member: "allUsers" },
    },
  },
};

/** Returns a command's exit code and message. */
function refusal(...args: readonly string[]): readonly unknown[] {
  const { code, error } = project.run(args);
  return [code, error.split("\n")[0]];
}

applying("an unexpected file that Terraform would read stops every command before init", () => {
  for (const name of ["zz_override.tf.json", "zz.tf.json", "zz.tf", "terraform.tfvars", "zz.auto.tfvars.json"]) {
    const path = join(project.stack, name);
    writeFileSync(path, JSON.stringify(OPENING));
    const refused = [1, `cdktf.out/stacks/dev/${name} is not what this synthesis wrote`];
    expect(refusal("plan", "dev")).toEqual(refused);
    // Every command runs the same check, so one kind of file is enough for the others.
    if (name === "zz.tf")
      expect([refusal("deploy", "dev", "--yes"), refusal("drift", "dev")]).toEqual([refused, refused]);
    spawnSync("rm", [path]);
  }
  symlinkSync("/tmp", join(project.stack, ".terraform"));
  expect(refusal("plan", "dev")).toEqual([1, "cdktf.out/stacks/dev/.terraform is not what this synthesis wrote"]);
  spawnSync("rm", [join(project.stack, ".terraform")]);
  expect(project.run(["plan", "dev"]).code).toBe(0);
});

applying("an archive other than the synthesized one is refused", () => {
  const unexpected = join(project.stack, "assets", "evil.zip");
  writeFileSync(unexpected, "x");
  expect(refusal("plan", "dev")).toEqual([1, "cdktf.out/stacks/dev/assets/evil.zip is not what this synthesis wrote"]);
  spawnSync("rm", [unexpected]);
});

applying("a committed file in an ignored folder is refused, also by synth --check", () => {
  const git = (...args: readonly string[]) =>
    spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: project.folder });
  git("init", "--quiet");
  const [bundle = ""] = readdirSync(project.path(".build")).filter((name) => name.endsWith(".js"));
  git("add", "--force", `.build/${bundle}`);
  expect(refusal("plan", "dev")).toEqual([1, `.build/${bundle} is committed although git ignores its folder`]);
  const { code, error } = project.run(["synth", "--check"]);
  expect([code, error]).toEqual([1, expect.stringContaining(`.build/${bundle}`)]);
  git("rm", "--quiet", "--cached", `.build/${bundle}`);
  writeFileSync(project.path(".gitignore"), "ignored\n");
  writeFileSync(project.path("ignored"), "");
  git("add", "--force", "ignored");
  const ignored = project.run(["synth", "--check"]);
  expect([ignored.code, ignored.error]).toEqual([1, expect.stringMatching(/: ignored\n/)]);
  spawnSync("rm", ["-r", project.path(".git")]);
});

applying("a stack that would run a program stops every command before init", () => {
  const main = project.read("main.ts");
  const override = `stack.addOverride("resource.terraform_data.x.provisioner", [{ "local-exec": { command: "id" } }])`;
  writeFileSync(project.path("main.ts"), main.replace("frontDoor()", `frontDoor({ extend: (stack) => ${override} })`));
  const refused = [1, "terraform_data: a type of another provider, which can run or read anything"];
  for (const args of [["plan"], ["deploy", "--yes"], ["drift"]]) {
    expect(refusal(...args, "dev")).toEqual(refused);
  }
  writeFileSync(project.path("main.ts"), main);
});
