import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

test("reports in one sentence that Terraform is missing, and what to do", () => {
  const { code, error } = project.run(["plan", "dev", "--without-accounts"], {
    TERRAFORM_BINARY_NAME: "no-such-terraform",
  });
  expect(code).toBe(64);
  expect(error).toContain('Terraform was not found: "no-such-terraform version"');
  expect(error).toContain("install Terraform 1.11 or newer, or name its binary in TERRAFORM_BINARY_NAME");
});
