import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { loadIntents } from "../../../intent/load";
import { formatProblem } from "../../../intent/model/problem";
import { jsonSchemaText } from "../../../intent/schema/json-schema";
import { ROOT } from "../../support/places";

/** Whatever config/ holds, it has to be valid and synthesized/ has to be made of it. No other test reads the two. */
const CONFIG = join(ROOT, "config");
const OTHERS = ["bootstrap.yaml", "allowances.yaml", "imports.yaml"];
const environmentFiles = readdirSync(CONFIG).filter((name) => name.endsWith(".yaml") && !OTHERS.includes(name));

test("the config of this repository has no problem", () => {
  const result = loadIntents(CONFIG);
  expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
});

test.each(environmentFiles)("editors accept config/%s", (name) => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(jsonSchemaText()));
  validate(parse(readFileSync(join(CONFIG, name), "utf8")));
  expect(validate.errors ?? []).toEqual([]);
});

test.each([
  ["synthesized/ is what config/ gives, and no policy rule is broken", "synth"],
  ["the schema and the reference are what the sources give", "generate"],
])("%s", (_, command) => {
  const options = { cwd: ROOT, encoding: "utf8" } as const;
  const { status, stderr } = spawnSync(process.execPath, ["cli/run.cjs", command, "--check"], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
