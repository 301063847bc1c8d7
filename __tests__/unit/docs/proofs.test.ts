import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../support/places";

test("the page of proofs, from which the command takes their names, has a row for each folder", () => {
  const page = readFileSync(join(ROOT, "proofs/README.md"), "utf8");
  const named = [...page.matchAll(/^\| `([\w-]+)` \|.+\| \d+ \|$/gm)].map(([, name]) => name);
  const folders = readdirSync(join(ROOT, "proofs"), { withFileTypes: true }).filter((each) => each.isDirectory());
  expect(named.sort()).toEqual(folders.map(({ name }) => name).sort());
});
