import { literal } from "../../../stacks/shared/literal";
import { intentOf } from "../../support/shop";
import { devStack } from "../../support/stack";

test("each provider is locked to the configured account and project", () => {
  const { aws, google } = devStack().json.provider;
  expect(aws).toHaveLength(1);
  expect(aws[0].allowed_account_ids).toEqual(["111122223333"]);
  expect(google).toHaveLength(1);
  expect(google[0].project).toBe("storefront-dev");
});

test("both clouds have exactly the same tags", () => {
  const tags = { application: "shop", "cost-centre": "cc-1", environment: "dev" };
  const { aws, google } = devStack({ tags }).json.provider;
  expect(aws[0].default_tags).toEqual([{ tags }]);
  expect(google[0].default_labels).toEqual(tags);
});

test("state in S3 is encrypted and locked by S3 itself", () => {
  const stack = devStack({ state: { kind: "s3", bucket: "b", region: "eu-west-1", key: "shop/dev.tfstate" } });
  expect(stack.json.terraform.backend).toEqual({
    s3: { bucket: "b", region: "eu-west-1", key: "shop/dev.tfstate", encrypt: true, use_lockfile: true },
  });
});

test("a local state has the configured path, relative to the project", () => {
  const stack = devStack({ state: { kind: "local", path: "state/dev.tfstate" } });
  expect(stack.json.terraform.backend).toEqual({ local: { path: "../../../state/dev.tfstate" } });
});

test("template markers of Terraform are escaped everywhere in a value", () => {
  expect(literal({ text: "${a} %{b} $c", list: ["${"], number: 1, flag: true, none: undefined })).toEqual({
    text: "$${a} %%{b} $c",
    list: ["$${"],
    number: 1,
    flag: true,
    none: undefined,
  });
});

test("a text that cdktf would read as its own reference is refused", () => {
  expect(() => literal({ deep: ["${TfToken[TOKEN.3]}"] })).toThrow(
    "would read TfToken[…] as one of its own references",
  );
});

test("a service's variable reaches Cloud Run as written in config", () => {
  const services = intentOf("dev").services.map((service) => ({
    ...service,
    environment: [{ name: "GREETING", value: "${user} %{if}" }],
  }));
  const run = devStack({ services }).resource("google_cloud_run_v2_service", "catalog");
  expect(run.template.containers[0].env).toEqual([{ name: "GREETING", value: "$${user} %%{if}" }]);
});
