import { readFileSync } from "node:fs";
import { join } from "node:path";
import { INVENTORY } from "../../../cli/verify/inventory";
import { PROBES } from "../../../cli/verify/probes";
import { ROOT } from "../../support/places";

test("docs/how-to/verify-live.md lists every probe, in order, as the command prints it", () => {
  const text = readFileSync(join(ROOT, "docs/how-to/verify-live.md"), "utf8");
  const rows = text.split("\n").filter((line) => /^\| `[a-z-]+` \| .+\? \|$/.test(line));
  expect(rows).toEqual([...PROBES, ...INVENTORY].map(({ id, question }) => `| \`${id}\` | ${question} |`));
});
