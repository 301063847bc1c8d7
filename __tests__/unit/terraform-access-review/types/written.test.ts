import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TYPES } from "../../../../packages/terraform-access-review/types";
import {
  argumentsOf,
  unplainParts,
  unwrittenArguments,
} from "../../../../packages/terraform-access-review/types/written";
import { ROOT } from "../../../support/places";
import { stacksOfEveryShape, writtenByStacks } from "../../../support/types/written";

const FILE = join(ROOT, "packages/terraform-access-review/types/written.json");

// If it fails: npm run written renews the file. A new line in it is an argument that rows or guards must read.
test("a new resource is not in doubt if it has exactly the arguments that the stacks write", () => {
  const written = writtenByStacks(stacksOfEveryShape());
  if (process.env.FRONT_DOOR_RENEW_WRITTEN === "1") writeFileSync(FILE, `${JSON.stringify(written, null, 2)}\n`);
  expect(JSON.parse(readFileSync(FILE, "utf8"))).toEqual(written);
  expect(Object.keys(TYPES).sort()).toEqual(Object.keys(written));
});

test("each of these has a plain form: no function, no unknown reference, no true or false as a text", () => {
  const odd = stacksOfEveryShape().flatMap(({ resource }) =>
    Object.entries(resource).flatMap(([type, named]) =>
      Object.values(named).flatMap((body) => [...unplainParts(type, body).keys()].map((path) => `${type}.${path}`)),
    ),
  );
  expect([...new Set(odd)]).toEqual([]);
});

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
