import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

test("an example of previousName never names its own key", () => {
  const page = readFileSync(join(ROOT, "docs/reference/config-advanced.md"), "utf8");
  const examples = [
    ...page.matchAll(/^ +(\S.*):\n +previousName: "?([^"\n]+)"?$|^ {2}(\S+):\n {4}previousName: "?([^"\n]+)"?$/gm),
  ];
  expect(examples.length).toBe(3);
  expect(examples.filter(([, key, name]) => key === name).map(([text]) => text)).toEqual([]);
});
