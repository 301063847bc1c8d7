import { devStack } from "../../support/stack";

test("state in S3 is encrypted and locked by S3 itself", () => {
  const stack = devStack({ state: { kind: "s3", bucket: "b", region: "eu-west-1", key: "shop/dev.tfstate" } });
  expect(stack.json.terraform.backend).toEqual({
    s3: { bucket: "b", region: "eu-west-1", key: "shop/dev.tfstate", encrypt: true, use_lockfile: true },
  });
});

test("a local state lies where the config says, relative to the project", () => {
  const stack = devStack({ state: { kind: "local", path: "state/dev.tfstate" } });
  expect(stack.json.terraform.backend).toEqual({ local: { path: "../../../state/dev.tfstate" } });
});
