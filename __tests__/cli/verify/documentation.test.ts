import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROBES } from "../../../cli/verify/probes";

test("docs/verify-live.md lists every probe, in order, as the command prints it", () => {
  const text = readFileSync(join(__dirname, "..", "..", "..", "docs", "verify-live.md"), "utf8");
  const rows = text.split("\n").filter((line) => /^\| `[a-z-]+` \| .+\? \| /.test(line));
  expect(rows).toEqual(PROBES.map(({ id, question, settles }) => `| \`${id}\` | ${question} | ${settles} |`));
});
