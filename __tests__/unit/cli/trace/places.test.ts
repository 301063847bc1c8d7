import { placesOf, runServiceOf } from "../../../../cli/trace/places";
import { existing, existingStack } from "../../../support/existing";
import { testAll } from "../../../support/test-all";
import { variantOf } from "../../../support/variant";

testAll([["http"], ["rest"]] as const)("a route's existing service has the name that its owner gave it: %s", (kind) => {
  const of = existing("dev", variantOf("dev", { aws: { ownsAccount: true }, gateway: { kind } }));
  const places = placesOf("dev", existingStack(of), {});
  expect(places.serviceOf["GET /orders"]).toBe("orders");
  expect(runServiceOf(places, "orders")).toBe("orders");
  expect(runServiceOf(places, "catalog")).toBe("storefront-dev-catalog");
});
