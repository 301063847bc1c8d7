import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "../../support/places";

const text = (name: string) => readFileSync(join(ROOT, ".github/workflows", name), "utf8");
const pinned = (name: string) => new Set(text(name).match(/uses: \S+@[0-9a-f]{40} # v\S+/g));

test("the workflow of the quick tests pins the same releases as the generated ones", () => {
  const actions = [...pinned("everywhere.yml")];
  expect(actions).toHaveLength(2);
  expect(actions.filter((action) => !pinned("check.yml").has(action))).toEqual([]);
});

test("the quick tests run with the oldest Node of `engines`, with that of .nvmrc and the one after it, and on three systems", () => {
  const { matrix } = parse(text("everywhere.yml")).jobs["quick-tests"].strategy;
  const { engines } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const nvmrc = readFileSync(join(ROOT, ".nvmrc"), "utf8").trim();
  expect(`>=${matrix.node[0]}`).toBe(engines.node);
  expect(matrix.node.slice(-2)).toEqual([nvmrc, "26"]);
  expect(matrix.os.map((os: string) => os.replace(/-.*/, ""))).toEqual(["ubuntu", "macos", "windows"]);
});
