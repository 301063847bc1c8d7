import type { Change } from "../../support/local/document";
import { documentOf } from "../../support/local/document";
import { previewDocument } from "../../support/local/preview-document";
import { ReadableStack } from "../../support/local/reading";
import { onePerShape, type Place, placesOf, unexpected } from "../../support/local/unread";

/** Prod has all that staging has. */
const NAMES = ["dev", "prod", "preview"] as const;
/** The first place of each kind. The last one: `unit/local-front-door/unread.test.ts`. */
const PLACES: readonly Place[] = NAMES.flatMap((name) =>
  onePerShape(placesOf(name, name === "preview" ? previewDocument() : documentOf(name)).toReversed()),
);

/** component/local-front-door/unread tests that a front door reads its whole stack in this way. */
test("an unknown attribute in each kind of place of each environment is refused, or its block is open for a reason", async () => {
  const stacks = new Map(NAMES.map((name) => [name as string, ReadableStack.of(name)]));
  expect(PLACES.length).toBeGreaterThan(250);
  const read = (environment: string, change: Change) => stacks.get(environment)?.refusal(change);
  expect(await unexpected(PLACES, read)).toEqual([]);
});
