import { placesOf } from "../../../../intent/schema/places";
import { FOLDER, loadFiles } from "../../../support/config-folder";
import { SHOP_CONFIG } from "../../../support/shop";
import { twinFiles } from "../../../support/twins";

const config = SHOP_CONFIG;

test("a key's place is in the overlay if the overlay has it, otherwise in the base", () => {
  const places = placesOf(config, "dev");
  expect(places.at(["google", "project"])).toMatch(/^config\/dev\.yaml:\d+$/);
  expect(places.at(["services", "orders", "routes", "POST /orders"])).toMatch(/^config\/base\.yaml:\d+$/);
  expect(places.at(["services", "nothing"])).toBeUndefined();
  expect(places.keys(["issuers"])).toContain("customers");
  expect(places.keys(["name"])).toEqual([]);
});

test("a twin's keys are in the file of its primary, if that file has them", () => {
  loadFiles(twinFiles("prod", "prod-us"));
  const { at, keys } = placesOf(FOLDER, "prod-us");
  expect([at(["gateway", "kind"]), at(["aws", "region"]), at(["services", "orders", "image"])]).toEqual([
    expect.stringMatching(/^config\/prod\.yaml:1$/),
    expect.stringMatching(/^config\/prod-us\.yaml:1$/),
    expect.stringMatching(/^config\/base\.yaml:\d+$/),
  ]);
  expect(keys(["gateway"])).toContain("kind");
});

test("an unknown environment has no places", () => {
  const places = placesOf(config, "nowhere");
  expect([places.at(["name"]), places.keys([])]).toEqual([undefined, []]);
});
