import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { loadIntents } from "../../../intent/load";
import { formatProblem } from "../../../intent/model/problem";
import { jsonSchemaText, optionalSchemaText } from "../../../intent/schema/json-schema";
import { ROOT } from "../../support/places";

/** Any config/ must be valid, and synthesized/ must be made from it. No other test reads the two folders. */
const CONFIG = join(ROOT, "config");
const OPTIONAL = ["bootstrap", "allowances", "expectations", "imports"];
const OTHERS = OPTIONAL.map((name) => `${name}.yaml`);
const environmentFiles = readdirSync(CONFIG).filter((name) => name.endsWith(".yaml") && !OTHERS.includes(name));

test("the config of this repository has no problem", () => {
  const result = loadIntents(CONFIG);
  expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([]);
});

const accepted = (name: string, schema: string) => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(schema));
  validate(parse(readFileSync(join(CONFIG, name), "utf8")));
  return validate.errors ?? [];
};

test.each(environmentFiles)("editors accept config/%s", (name) => {
  expect(accepted(name, jsonSchemaText())).toEqual([]);
});

test("editors accept the optional files of config/", () => {
  const present = OPTIONAL.filter((name) => existsSync(join(CONFIG, `${name}.yaml`)));
  const faults = present.map((name) => [name, accepted(`${name}.yaml`, optionalSchemaText(name))]);
  expect(faults).toEqual(present.map((name) => [name, []]));
});

test.each([
  ["synthesized/ is what config/ gives, and no policy rule is broken", "synth"],
  ["the schema and the reference are what the sources give", "generate"],
])("%s", (_, command) => {
  const options = { cwd: ROOT, encoding: "utf8" } as const;
  const { status, stderr } = spawnSync(process.execPath, ["cli/run.cjs", command, "--check"], options);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
