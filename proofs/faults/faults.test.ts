import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../__tests__/support/places";
import { FEATURES } from "../cedar/features";

const { faults } = require("./faults.cjs") as {
  faults: (root: string) => readonly { file: string; input: string; kind: string; text: string }[];
};
const FAULTS = faults(ROOT);

test("each fault changes one place of today's sources", () => {
  expect(FAULTS.length).toBeGreaterThan(200);
  expect(new Set(FAULTS.map(({ text }) => text)).size).toBe(FAULTS.length);
  for (const { file, text } of FAULTS) expect(readFileSync(join(ROOT, file), "utf8")).not.toBe(text);
});

/** By input: features of the comparison with Cedar that draw it, or why nothing does. */
const INPUTS = new Map(
  readFileSync(join(__dirname, "inputs.tsv"), "utf8")
    .split("\n")
    .filter((row) => row !== "" && !row.startsWith("#"))
    .map((row) => {
      const [input = "", features = "", why = ""] = row.split("\t");
      return [input, { features: features.split("; "), why }];
    }),
);

test("each fault concerns an input of the table", () => {
  expect(FAULTS.map(({ input }) => input).filter((input) => !INPUTS.has(input))).toEqual([]);
});

test("each input has features that the comparison with Cedar must have, or a reason why it draws nothing of it", () => {
  const wrong = [...INPUTS].filter(
    ([
      ,
      {
        features: [first = "", ...more],
        why,
      },
    ]) =>
      first === "-" ? more.length > 0 || why === "" : [first, ...more].some((feature) => !FEATURES.includes(feature)),
  );
  expect(wrong).toEqual([]);
});
