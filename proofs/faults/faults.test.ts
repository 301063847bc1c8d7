import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../__tests__/support/places";

const { faults } = require("./faults.cjs") as {
  faults: (root: string) => readonly { file: string; input: string; kind: string; text: string }[];
};

test("each fault changes one place of today's sources", () => {
  const all = faults(ROOT);
  expect(all.length).toBeGreaterThan(120);
  expect(new Set(all.map(({ text }) => text)).size).toBe(all.length);
  for (const { file, text } of all) expect(readFileSync(join(ROOT, file), "utf8")).not.toBe(text);
});
