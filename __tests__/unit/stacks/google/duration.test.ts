import { duration } from "../../../../stacks/google/duration";
import { everythingOfRest } from "../../../support/everything";
import { secretsDev } from "../../../support/secret-settings";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";
import { watchedDev } from "../../../support/watched";

testAll([
  [300, "0.300s"],
  [1, "0.001s"],
  [1500, "1.500s"],
  [2000, "2s"],
  [31_536_000_000, "31536000s"],
])("%d milliseconds are %s, as Google's APIs answer", (milliseconds, text) => {
  expect(duration(milliseconds)).toBe(text);
});

test("every duration that a stack sends to Google has 0, 3, 6 or 9 decimals", () => {
  const found = [everythingOfRest(), secretsDev(), watchedDev()].flatMap((intent) =>
    Object.entries(stackOf(intent).json.resource as object).flatMap(([type, named]) =>
      type.startsWith("google_") ? durationsIn(named) : [],
    ),
  );
  expect(found).toEqual(expect.arrayContaining(["0.300s", "30s", "2592000s"]));
  expect(found.filter((text) => !/^(0|[1-9]\d*)(\.(\d{3}){1,3})?s$/.test(text))).toEqual([]);
});

function durationsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return /^\d[\d.]*s$/.test(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(durationsIn) : [];
}
