import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { namesIn, TYPES, unplainParts } from "../../../packages/terraform-access-review/types";
import { argumentIn, isKey } from "../../../packages/terraform-access-review/types/meaning";
import SCHEMAS from "../../../packages/terraform-access-review/types/schemas.json";
import { ROOT } from "../../support/places";
import { stacksOfEveryShape, writtenByStacks } from "../../support/types/written";

const FOLDER = "packages/terraform-access-review/types";

test("each argument that the stacks write has exactly one meaning, and the types describe no other", () => {
  const written = writtenByStacks(stacksOfEveryShape());
  const types = [...new Set([...Object.keys(TYPES), ...Object.keys(written)])];
  expect(types.flatMap((type) => faultsOf(type, written[type]?.arguments ?? []))).toEqual([]);
});

test("the review has the schema of each type that the stacks write", () => {
  const unread = Object.keys(writtenByStacks(stacksOfEveryShape())).filter((type) => !(type in SCHEMAS.fields));
  const faults = unread.map((type) => `${FOLDER}/schemas.json: no ${type}; npm run generate -- --schemas adds it`);
  expect(faults).toEqual([]);
});

/** What is wrong with the description of a type, and in which file. */
function faultsOf(type: string, written: readonly string[]): readonly string[] {
  const { asWritten = [], unwritten = {}, ...meanings } = TYPES[type] ?? {};
  const names = [...namesIn(meanings), ...asWritten];
  const declared = names.map(argumentIn);
  const isWrittenIn = (name: string) => written.some((each) => each === name || each.startsWith(`${name}.`));
  const plain = names.map((name) => name.replace(/\.\*$/, ""));
  const twice = plain.filter((name, index) => plain.indexOf(name) < index);
  const file = `${FOLDER}/${type.startsWith("aws_") ? "aws" : "google"}.ts`;
  return [
    ...written.filter((path) => !declared.includes(path)).map((path) => `${path} has no meaning`),
    ...declared.filter((name) => !isWrittenIn(name)).map((name) => `no stack writes ${name}`),
    ...twice.map((name) => `${name} has two meanings`),
    ...namesIn(unwritten)
      .filter((name) => !isKey(name) && written.includes(argumentIn(name)))
      .map((name) => `${name} is unwritten, but a stack writes it`),
  ].map((fault) => `${file}: ${type}: ${fault}`);
}

test("the types list the known targets of references, as the stacks write them", () => {
  const written = Object.entries(writtenByStacks(stacksOfEveryShape()));
  const targets = Object.fromEntries(
    written.flatMap(([type, { refersTo }]) => (Object.keys(refersTo).length === 0 ? [] : [[type, refersTo]])),
  );
  const file = join(ROOT, FOLDER, "refers-to.json");
  if (process.env.FRONT_DOOR_RENEW_WRITTEN === "1") {
    const lines = Object.entries(targets).map(([type, each]) => `  ${JSON.stringify(type)}: ${JSON.stringify(each)}`);
    writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
  }
  const known: typeof targets = JSON.parse(readFileSync(file, "utf8"));
  const types = [...new Set([...Object.keys(known), ...Object.keys(targets)])];
  const stale = types.filter((type) => !isDeepStrictEqual(known[type], targets[type]));
  expect(stale.map((type) => `${FOLDER}/refers-to.json: ${type}; npm run written renews it`)).toEqual([]);
});

test("each of these has a plain form: no function, no unknown reference, no true or false as a text", () => {
  const odd = stacksOfEveryShape().flatMap(({ resource }) =>
    Object.entries(resource).flatMap(([type, named]) =>
      Object.values(named).flatMap((body) => [...unplainParts(type, body).keys()].map((path) => `${type}.${path}`)),
    ),
  );
  expect([...new Set(odd)]).toEqual([]);
});
