import { faults } from "../config-folder";

test("two services do not share a secret", () => {
  expect(faults("services: { catalog: { secrets: { URL: { secret: orders-database-url } } } }")).toEqual([
    "services.orders.secrets.DATABASE_URL.secret  got the secret orders-database-url, which services.catalog.secrets.URL reads too, expected one reader a secret",
    "services.catalog.secrets.URL.secret  got the secret orders-database-url, which services.orders.secrets.DATABASE_URL reads too, expected one reader a secret",
  ]);
});

test("nor do two variables of one service", () => {
  expect(faults("services: { orders: { secrets: { OLD_URL: { secret: orders-database-url, version: 2 } } } }")).toEqual(
    [
      "services.orders.secrets.DATABASE_URL.secret  got the secret orders-database-url, which services.orders.secrets.OLD_URL reads too, expected one reader a secret",
      "services.orders.secrets.OLD_URL.secret  got the secret orders-database-url, which services.orders.secrets.DATABASE_URL reads too, expected one reader a secret",
    ],
  );
});

test("a secret's id fits Secret Manager, its prefix included", () => {
  const secret = (length: number) =>
    faults(`services: { orders: { secrets: { KEY: { secret: ${"s".repeat(length)} } } } }`);
  expect(secret(255 - "shop-dev-".length)).toEqual([]);
  expect(secret(256 - "shop-dev-".length)).toEqual([
    "services.orders.secrets.KEY.secret  got 256 characters with its prefix, expected at most 255 (Secret Manager's limit)",
  ]);
});

test.each(["Orders", "orders url", "orders_url", "-x", "é"])("%s is no secret's id", (id) => {
  expect(faults(`services: { orders: { secrets: { KEY: { secret: "${id}" } } } }`)).toEqual([
    `services.orders.secrets.KEY.secret  got "${id}", expected lower-case words joined by dashes (a secret id)`,
  ]);
});

test.each(["latest", "0", "-1", "1.5"])("%s is no version to pin", (version) => {
  expect(faults(`services: { orders: { secrets: { KEY: { secret: key, version: ${version} } } } }`)).toEqual([
    expect.stringContaining("services.orders.secrets.KEY.version  got"),
  ]);
});
