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

test("the names of the stack's other parts start with its prefix", () => {
  expect(names.callersRole("s-dev")).toBe("s-dev-callers");
  expect(names.publicRole("s-dev")).toBe("s-dev-public");
  expect(names.secretId("s-dev", "orders-url")).toBe("s-dev-orders-url");
  expect(names.clientSecretName("s-dev", "batch")).toBe("s-dev/clients/batch");
  expect(names.clientName("s-dev", "web")).toBe("s-dev-web");
  expect(names.userPoolName("s-dev", "customers")).toBe("s-dev-customers");
});

test("a pool's first generation has no number", () => {
  expect(names.poolId("s-dev", 1)).toBe("s-dev");
  expect(names.poolId("s-dev", 2)).toBe("s-dev-2");
});

test("each environment's state has its own key", () => {
  expect(names.stateKey("storefront", "dev")).toBe("storefront/dev.tfstate");
});

test("Cognito's token endpoint is known before apply", () => {
  expect(names.cognitoTokenEndpoint("shop-dev", "eu-west-1")).toBe(
    "https://shop-dev.auth.eu-west-1.amazoncognito.com/oauth2/token",
  );
});

test("the attribute condition lists exact roles, sorted", () => {
  const arns = ["arn:aws:sts::1:assumed-role/b", "arn:aws:sts::1:assumed-role/a"];
  expect(names.attributeCondition(arns)).toBe(
    "attribute.aws_role in ['arn:aws:sts::1:assumed-role/a', 'arn:aws:sts::1:assumed-role/b']",
  );
  expect(arns[0]).toBe("arn:aws:sts::1:assumed-role/b");
});

test("the functions' variables are named after the config's ids", () => {
  expect(names.issuerVariable("our-customers")).toBe("ISSUER_OUR_CUSTOMERS");
  expect(names.clientVariable("reporting-agent")).toBe("CLIENT_REPORTING_AGENT");
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
