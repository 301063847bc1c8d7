import { pastGateway } from "../../../../packages/local-front-door/clouds";
import type { TerraformDocument } from "../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";
import { type Change, changed, set } from "../../../support/local/document";
import { ReadableStack } from "../../../support/local/reading";
import { verifying } from "../../../support/local/verifying";
import { intentOf } from "../../../support/shop";

/** Services that callers can reach without the gateway, each with the number of its routes. */
function past(of: ReadableStack, ...changes: readonly Change[]) {
  const stack = Stack.of(changed(of.document, ...changes) as TerraformDocument, "/nowhere");
  return Object.fromEntries(
    pastGateway(stack, of.read(changes).services).map(({ service, routes }) => [service, routes.length]),
  );
}

test("callers can bypass the gateway to services that only Envoy guards, and not to those that IAM guards", () => {
  const dev = ReadableStack.ofIntent(verifying(intentOf("dev")));
  expect(past(dev)).toEqual({});
  const open = set("google_cloud_run_v2_service.orders", { invoker_iam_disabled: true });
  expect(Object.keys(past(dev, open))).toEqual(["storefront-dev-orders"]);
  const preview = past(ReadableStack.of("preview"));
  expect(Object.keys(preview).sort()).toEqual(["storefront-preview-accounts", "storefront-preview-orders"]);
  expect(Object.values(preview).every((routes) => routes > 1)).toBe(true);
});
