import { judgedPlaces, NARROWER, NO_NEWS, PLACE_CHANGES, untold } from "../../../support/sidecar-places";

const judged = judgedPlaces(PLACE_CHANGES);

test("every single removal or change in Envoy's configuration is reported", () => {
  expect(untold(judged)).toEqual([]);
  expect(judged.length).toBeGreaterThan(1000);
});

test("each exception is needed", () => {
  const quiet = judged.filter(({ verdict }) => verdict !== "broadened");
  const unneeded = [...NO_NEWS, ...NARROWER].filter(([pattern]) => !quiet.some(({ place }) => pattern.test(place)));
  expect(unneeded).toEqual([]);
});
