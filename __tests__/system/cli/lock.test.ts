import { readFileSync, writeFileSync } from "node:fs";
import { mirror } from "../../support/running-providers";
import { applying } from "../../support/terraform-stack";
import { DeployedProject } from "./support/deployed-project";

const project = new DeployedProject();
afterAll(() => project.remove());

applying("once the providers are locked, a plan accepts only them", () => {
  const locked = project.run(["lock", "--mirror", mirror(), "--platform", "linux_amd64"]);
  expect(locked).toMatchObject({ code: 0, out: "wrote providers.lock.hcl: commit it\n" });
  expect(project.run(["plan", "dev"]).code).toBe(0);
  const path = project.path("providers.lock.hcl");
  const text = readFileSync(path, "utf8");
  expect(text).toContain('provider "registry.terraform.io/hashicorp/aws"');
  writeFileSync(path, text.replace(/"(h1|zh):[^"]+"/g, '"$1:0000000000000000000000000000000000000000000="'));
  const { code, error } = project.run(["plan", "dev"]);
  expect({ code, error }).toEqual({
    code: 1,
    error: expect.stringContaining("a provider does not match its locked checksums"),
  });
});
