import { placesOf } from "../../../../intent/schema/places";
import { SHOP_CONFIG } from "../../../support/shop";

const config = SHOP_CONFIG;

test("a key's place is in the overlay if the overlay has it, otherwise in the base", () => {
  const places = placesOf(config, "dev");
  expect(places.at(["google", "project"])).toMatch(/^config\/dev\.yaml:\d+$/);
  expect(places.at(["services", "orders", "routes", "POST /orders"])).toMatch(/^config\/base\.yaml:\d+$/);
  expect(places.at(["services", "nothing"])).toBeUndefined();
  expect(places.keys(["issuers"])).toContain("customers");
  expect(places.keys(["name"])).toEqual([]);
});

test("an unknown environment has no places", () => {
  const places = placesOf(config, "nowhere");
  expect([places.at(["name"]), places.keys([])]).toEqual([undefined, []]);
});
