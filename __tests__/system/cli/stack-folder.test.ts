import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assertOnlySynthesized } from "../../../cli/terraform/stack-contents";
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

/** Checks the folder as each command does before `init`. */
const check = () =>
  assertOnlySynthesized("dev", project.stack, JSON.parse(project.read("synthesized", "dev", "main.tf.json")));

applying("an unexpected file that Terraform would read stops a command before init", () => {
  expect(check).not.toThrow();
  for (const name of ["zz_override.tf.json", "zz.tf.json", "zz.tf", "terraform.tfvars", "zz.auto.tfvars.json"]) {
    const path = join(project.stack, name);
    writeFileSync(path, JSON.stringify(OPENING));
    expect(check).toThrow(`cdktf.out/stacks/dev/${name} is not what this synthesis wrote`);
    // Every command makes its plan in the same way, so one of them is enough.
    if (name === "zz.tf") {
      expect(refusal("plan", "dev")).toEqual([1, `cdktf.out/stacks/dev/${name} is not what this synthesis wrote`]);
    }
    rmSync(path);
  }
  const link = join(project.stack, ".terraform");
  symlinkSync("/tmp", link);
  expect(check).toThrow("cdktf.out/stacks/dev/.terraform is not what this synthesis wrote");
  rmSync(link);
  expect(check).not.toThrow();
});

applying("an archive other than the synthesized one is refused", () => {
  const unexpected = join(project.stack, "assets", "evil.zip");
  writeFileSync(unexpected, "x");
  expect(check).toThrow("cdktf.out/stacks/dev/assets/evil.zip is not what this synthesis wrote");
  rmSync(unexpected);
});

applying("code of an own function is planned as it was synthesized, and refused if it is changed afterwards", () => {
  const main = project.read("main.ts");
  const own = `import { AssetType, TerraformAsset, TerraformStack } from "cdktf";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
const extend = (stack: TerraformStack) => {
  for (const [type, file] of [[AssetType.ARCHIVE, ""], [AssetType.DIRECTORY, "/index.mjs"]] as const) {
    const { path } = new TerraformAsset(stack, \`code-\${type}\`, { path: "code", type });
    new S3Object(stack, \`object-\${type}\`, { bucket: "b", key: "k", source: \`\${path}\${file}\` });
  }
};\n`;
  mkdirSync(project.path("code"));
  writeFileSync(project.path("code", "index.mjs"), "export const handler = 1;");
  writeFileSync(project.path("main.ts"), `${own}${main.replace("frontDoor()", "frontDoor({ extend })")}`);
  expect(project.run(["synth", "dev"])).toMatchObject({ code: 0, error: "" });
  expect(check).not.toThrow();
  const planned = project.run(["plan", "dev"]);
  expect([planned.code, planned.out]).toEqual([0, expect.stringContaining("aws_s3_object.object_1 ")]);
  const { resource } = JSON.parse(project.read("synthesized", "dev", "main.tf.json"));
  for (const { source } of Object.values<{ source: string }>(resource.aws_s3_object)) {
    writeFileSync(join(project.stack, source), "other");
    expect(check).toThrow(`cdktf.out/stacks/dev/${source} is not what this synthesis wrote`);
  }
  writeFileSync(project.path("main.ts"), main);
  expect(project.run(["synth", "dev"]).code).toBe(0);
  expect(check).not.toThrow();
});

applying("a committed file in an ignored folder is refused, also by synth --check", () => {
  const git = (...args: readonly string[]) =>
    spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], { cwd: project.folder });
  git("init", "--quiet");
  const [bundle = ""] = readdirSync(project.path(".build")).filter((name) => name.endsWith(".js"));
  git("add", "--force", `.build/${bundle}`);
  expect(refusal("plan", "dev")).toEqual([1, `.build/${bundle} is committed although git ignores its folder`]);
  git("rm", "--quiet", "--cached", `.build/${bundle}`);
  writeFileSync(project.path(".gitignore"), "ignored\n");
  writeFileSync(project.path("ignored"), "");
  git("add", "--force", "ignored");
  const ignored = project.run(["synth", "--check"]);
  expect([ignored.code, ignored.error]).toEqual([1, expect.stringMatching(/: ignored\n/)]);
  rmSync(project.path(".git"), { recursive: true });
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
