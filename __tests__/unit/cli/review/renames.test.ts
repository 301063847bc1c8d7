import { withRenames } from "../../../../cli/review/renames";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import { noteWords } from "../../../../packages/terraform-access-review/render/note";
import { stateOf } from "../../../support/rest-state";
import { dev } from "../../../support/synthesized-states";
import { variantOf } from "../../../support/variant";

const image = (tag: string) => `europe-docker.pkg.dev/acme/shop/products-api${tag}`;
const products = (id: string, tag: string, more: object = {}) =>
  stateOf(
    variantOf("dev", {
      services: { [id]: { image: image(tag), routes: { [`GET /${id}`]: { scopes: ["orders/read"] } } }, ...more },
    }),
  );
const notesOf = (before: typeof dev, after: typeof dev) => {
  const change = changeOfStacks("dev", before, after);
  return withRenames(change).notes.slice(change.notes.length);
};

test("a new service with the image of a removed one may be a rename: the note names the key", () => {
  const notes = notesOf(products("goods", ":1.0.0"), products("all-goods", `:1.1.0@sha256:${"a".repeat(64)}`));
  expect(notes).toEqual([{ kind: "maybe-renamed", added: "all-goods", gone: "goods" }]);
  expect(notes.map(noteWords).join()).toContain("write previousName: goods into services.all-goods");
});

test.each([
  ["another image", dev, products("goods", "-v2:1.0.0"), products("all-goods", ":1.0.0")],
  ["no removed service", dev, dev, products("goods", ":1.0.0")],
  ["no new service", dev, products("goods", ":1.0.0"), dev],
  [
    "two removed services with that image",
    dev,
    products("goods", ":1.0.0", { wares: { image: image(":1.0.0"), routes: { "GET /wares": "public" } } }),
    products("all-goods", ":1.0.0"),
  ],
])("there is no note with %s", (_, __, before, after) => {
  expect(notesOf(before, after)).toEqual([]);
});
