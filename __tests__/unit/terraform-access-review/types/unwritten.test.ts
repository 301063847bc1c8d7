import { argumentsOf, unwrittenArguments } from "../../../../packages/terraform-access-review/types";

test("arguments that do not affect access count as written, wherever they are", () => {
  const harmless = { description: "x", tags: { team: "x" }, timeouts: { create: "5m" }, depends_on: ["x"], "//": {} };
  expect(unwrittenArguments("aws_s3_bucket", { bucket: "x", ...harmless })).toEqual([]);
  expect(unwrittenArguments("google_pubsub_topic", { name: "x", tags: { "123/env": "x" } })).toEqual(["tags"]);
  expect(unwrittenArguments("aws_s3_bucket", { bucket: "x", website: [{ index_document: "x" }] })).toEqual([
    "website.index_document",
  ]);
});

test("an unset argument does not count", () => {
  expect(argumentsOf({ a: null, b: [], c: "", d: [{ e: false }], f: { g: [{}] } })).toEqual(["d.e"]);
});
