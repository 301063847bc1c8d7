import { literal } from "../../../stacks/literal";
import { intentOf } from "../../support/shop";
import { devStack } from "../../support/stack";

test("what would open a Terraform template is written twice, everywhere in a value", () => {
  expect(literal({ text: "${a} %{b} $c", list: ["${"], number: 1, flag: true, none: undefined })).toEqual({
    text: "$${a} %%{b} $c",
    list: ["$${"],
    number: 1,
    flag: true,
    none: undefined,
  });
});

test("a text that cdktf would take for a reference of its own is refused", () => {
  expect(() => literal({ deep: ["${TfToken[TOKEN.3]}"] })).toThrow("would take TfToken[…] for a reference");
});

test("a variable of a service reaches Cloud Run as the config wrote it", () => {
  const services = intentOf("dev").services.map((service) => ({
    ...service,
    environment: [{ name: "GREETING", value: "${user} %{if}" }],
  }));
  const run = devStack({ services }).resource("google_cloud_run_v2_service", "catalog");
  expect(run.template.containers[0].env).toEqual([{ name: "GREETING", value: "$${user} %%{if}" }]);
});
