import { declaredServices } from "../../../../packages/local-front-door/services/declaration";
import { requireKnownTypes } from "../../../../packages/local-front-door/stand-ins";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";
import { secretsDev } from "../../../support/secret-settings";
import { stackOf } from "../../../support/stack";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
type Json = any;

/** Dev with settings for its secrets, after a change. */
function stack(change: (resource: Json) => void = () => {}): Stack {
  const json = structuredClone(stackOf(secretsDev()).json);
  change(json.resource);
  return Stack.of(json, "");
}

test("secrets with writers, rotation and regions are mounted, and the door starts", () => {
  expect(() => requireKnownTypes(stack())).not.toThrow();
  const [orders] = declaredServices(stack()).filter(({ name }) => name === "storefront-dev-orders");
  expect(orders?.secrets.map(({ variable, secretId }) => [variable, secretId])).toEqual([
    ["DATABASE_URL", "storefront-dev-orders-database-url"],
    ["PAYMENT_KEY", "storefront-dev-orders-payment-key"],
  ]);
});

test("a principal that may only add versions does not read them", () => {
  const changed = stack((resource) => {
    const bindings = resource.google_secret_manager_secret_iam_binding;
    bindings.orders_payment_key_adders.members = bindings.orders_payment_key.members;
    delete bindings.orders_payment_key;
  });
  expect(() => declaredServices(changed)).toThrow(/may not read storefront-dev-orders-payment-key/);
});
