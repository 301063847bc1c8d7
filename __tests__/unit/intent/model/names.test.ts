import * as names from "../../../../intent/model/names";
import { testAll } from "../../../support/test-all";

test("the names of an environment and a service match in both clouds", () => {
  const prefix = names.prefix("storefront", "dev");
  const service = names.serviceName(prefix, "orders");
  expect(service).toBe("storefront-dev-orders");
  expect(names.runtimeAccount(service)).toBe("storefront-dev-orders-rt");
  expect(names.audience(service, "storefront-dev")).toBe("https://storefront-dev-orders.storefront-dev.internal");
  expect(names.roleArn("111122223333", service)).toBe("arn:aws:iam::111122223333:role/storefront-dev-orders");
  expect(names.assumedRoleArn("111122223333", service)).toBe(
    "arn:aws:sts::111122223333:assumed-role/storefront-dev-orders",
  );
  expect(names.serviceAccountEmail(service, "shop")).toBe("storefront-dev-orders@shop.iam.gserviceaccount.com");
});

test("the attribute condition lists exact roles, sorted", () => {
  const arns = ["arn:aws:sts::1:assumed-role/b", "arn:aws:sts::1:assumed-role/a"];
  expect(names.attributeCondition(arns)).toBe(
    "attribute.aws_role in ['arn:aws:sts::1:assumed-role/a', 'arn:aws:sts::1:assumed-role/b']",
  );
  expect(arns[0]).toBe("arn:aws:sts::1:assumed-role/b");
});

testAll([
  ["orders", "GET", "/orders", "orders_get_orders"],
  ["orders", "GET", "/orders/{id}", "orders_get_orders_by_id"],
  ["orders", "GET", "/orders/id", "orders_get_orders_id"],
  ["orders", "GET", "/orders/{orderId}", "orders_get_orders_by_order_id"],
  ["catalog", "GET", "/images/{path+}", "catalog_get_images_all_path"],
  ["catalog", "GET", "/images/{path}", "catalog_get_images_by_path"],
  ["order-lines", "POST", "/order-lines/v1.2", "order_lines_post_order_lines_v1_2"],
  ["home", "GET", "/", "home_get_root"],
])("service %s: %s %s has the address %s", (service, method, path, address) => {
  expect(names.routeAddress(service, method, path)).toBe(address);
});
