import { mkdirSync, writeFileSync } from "node:fs";
import { ProjectCopy } from "../../../support/command";

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

/** `npm run verify -- dev` with a Terraform that prints its version, and runs this script for outputs. */
function verify(output: string) {
  const path = project.path("terraform");
  const version = `echo '{"terraform_version":"1.15.5"}'`;
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = version ]; then ${version}; else ${output}; fi\n`, { mode: 0o700 });
  const { code, out, error } = project.run(["verify", "dev"], { TERRAFORM_BINARY_NAME: path });
  return { code, out, error };
}

test("sends no request without a stack, and does not end with 1", () => {
  const { code, out, error } = verify("echo '{}'");
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(error).toContain("dev: cdktf.out/ has no stack to read outputs from\n");
});

test.each([
  ["a stack that was never initialised", 'echo "Error: Backend initialization required" >&2; exit 1', "output failed"],
  ["a stack that was never deployed", "echo '{}'", "Terraform has no outputs of a deployed front door"],
])("sends no request for %s", (_, output, said) => {
  mkdirSync(project.path("cdktf.out/stacks/dev"), { recursive: true });
  const { code, out, error } = verify(output);
  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(error).toContain(said);
});

test("sends no request with a config that has problems", () => {
  writeFileSync(project.path("config/dev.yaml"), "services: [");
  const { code, error } = verify("echo '{}'");
  expect([code, error]).toEqual([64, expect.stringContaining("in config/: nothing was written")]);
});
