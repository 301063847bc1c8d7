import { linesIn } from "../../../../cli/review/states";
import { placesOf } from "../../../../intent/schema/places";
import { intents, SHOP_CONFIG } from "../../../support/shop";

test("the list of all keys has the same lines as config itself, for each key and each value", () => {
  for (const { environment } of intents()) {
    const places = placesOf(SHOP_CONFIG, environment);
    const nodes = places.all();
    // Through JSON, as the note on a synthesis keeps it.
    const lines = linesIn(JSON.parse(JSON.stringify(nodes)));
    expect(nodes.length).toBeGreaterThan(100);
    const paths = nodes.flatMap(({ path }) => [path, [...path, "unknown"], ["unknown", ...path]]);
    const differences = paths.filter(
      (path) =>
        JSON.stringify([lines.nearest(path), lines.values(path)]) !==
        JSON.stringify([places.nearest(path), places.values(path)]),
    );
    expect(differences).toEqual([]);
  }
});
