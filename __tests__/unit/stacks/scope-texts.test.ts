import type { Intent } from "../../../intent/model/intent";
import { intentOf } from "../../support/shop";
import { stackOf } from "../../support/stack";

/** RFC 6749 allows the characters of a Terraform template. */
const SCOPE = "${path.module}%{x}";
const ESCAPED = "$${path.module}%%{x}";

test.each(["preview", "dev"])("a scope never becomes a Terraform template, in %s", (name) => {
  const intent: Intent = JSON.parse(JSON.stringify(intentOf(name)).replaceAll("orders/export", SCOPE));
  const { resource } = stackOf(intent).json;
  const texts = JSON.stringify(resource);
  expect(texts).toContain(ESCAPED);
  expect(texts.replaceAll(ESCAPED, "")).not.toContain("path.module");
});
