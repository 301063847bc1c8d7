import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { testWhere } from "../../support/describe-where";
import { terraformObstacle } from "../../support/terraform-obstacle";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const project = new DeployedProject();
afterAll(() => project.remove());

/** Returns the actions of a plan's JSON by resource address, without unchanged resources. */
const actions = (json: string) =>
  Object.fromEntries(
    (JSON.parse(json) as readonly { readonly resources: readonly { address: string; action: string }[] }[])
      .flatMap(({ resources }) => resources)
      .map(({ address, action }) => [address, action]),
  );

applying("plans in OpenTofu's format are read and applied, and then nothing is left to apply", () => {
  const environment = { TERRAFORM_BINARY_NAME: project.asOpenTofu() };
  const planned = project.run(["plan", "dev", "--format", "json"], environment);
  expect([planned.code, new Set(Object.values(actions(planned.out)))]).toEqual([0, new Set(["added"])]);
  const manifest = JSON.parse(readFileSync(project.path(".plans", "dev", "manifest.json"), "utf8"));
  expect(manifest.terraform).toMatch(/^OpenTofu 1\./);
  // Neither product reads the other's plan files.
  const other = project.run(["deploy", "dev", "--plan", "--yes", "--no-smoke"]);
  expect([other.code, other.error.includes("is out of date")]).toEqual([1, true]);
  expect(project.run(["deploy", "dev", "--yes", "--no-smoke"], environment)).toMatchObject({ code: 0 });
  expect(project.run(["drift", "dev"], environment)).toMatchObject({ code: 0, out: "dev: no change\n" });
});

/** Returns why OpenTofu itself cannot plan here. */
function obstacle(): string | undefined {
  if (spawnSync("tofu", ["version"]).status !== 0) return "there is no tofu on the path";
  const before = process.env.TERRAFORM_BINARY_NAME;
  process.env.TERRAFORM_BINARY_NAME = "tofu";
  try {
    return terraformObstacle();
  } finally {
    if (before === undefined) delete process.env.TERRAFORM_BINARY_NAME;
    else process.env.TERRAFORM_BINARY_NAME = before;
  }
}

testWhere(obstacle())("OpenTofu itself plans what Terraform plans", () => {
  const [terraform, tofu] = [{}, { TERRAFORM_BINARY_NAME: "tofu" }].map((environment) =>
    project.run(["plan", "prod", "--without-accounts"], environment),
  );
  expect([terraform?.code, tofu?.code]).toEqual([0, 0]);
  const resources = (text = "") => text.match(/^ {2}# \S+ will be \w+$/gm);
  expect(resources(tofu?.out)).toEqual(resources(terraform?.out));
  expect(resources(tofu?.out)?.length).toBeGreaterThan(0);
});
