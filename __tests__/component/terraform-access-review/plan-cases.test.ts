import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentFiles } from "../../../cli/synthesis/synthesis";
import { loadIntents } from "../../../intent/load";
import { formatProblem } from "../../../intent/model/problem";
import type { StackJson } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { CASES } from "../../fixtures/plans/cases";
import { type Edit, edited } from "../../fixtures/plans/edits";
import { fixture, PLANS_CONFIG } from "../../fixtures/plans/fixture";
import { stackOf } from "../../support/stack";
import { testAll } from "../../support/test-all";

const read = (file: string) => readFileSync(join(PLANS_CONFIG, file), "utf8");
const CONFIG = { "base.yaml": read("base.yaml"), "dev.yaml": read("dev.yaml") };
const folder = mkdtempSync(join(tmpdir(), "plan-cases-"));
afterAll(() => rmSync(folder, { recursive: true }));

const stacks = new Map<string, StackJson>();

/** What the synthesis of the edited config gives today; throws if the config has a problem. */
function synthesized(edits: readonly Edit[]): StackJson {
  const key = JSON.stringify(edits);
  const known = stacks.get(key);
  if (known !== undefined) return structuredClone(known);
  const config = join(folder, String(stacks.size), "config");
  mkdirSync(config, { recursive: true });
  for (const [file, text] of Object.entries(edited(CONFIG, edits))) writeFileSync(join(config, file), text);
  const loaded = loadIntents(config);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  const [intent] = loaded.intents;
  if (intent === undefined) throw new Error("no environment");
  const made: StackJson = JSON.parse(environmentFiles(intent, stackOf(intent).json)["main.tf.json"] ?? "");
  stacks.set(key, made);
  return structuredClone(made);
}

/** Values that follow from the code of the functions, and not from the case. */
const OF_CODE = /hash|filename|^(policy|triggers|variables|stage_variables)$/;

function withoutCode(stack: StackJson): unknown {
  return JSON.parse(JSON.stringify(stack.resource, (key, value) => (OF_CODE.test(key) ? undefined : value)));
}

testAll(Object.keys(CASES))(
  "the committed plan of %s was made from what its edit gives today; if not, npm run fixtures",
  (name) => {
    const { edits = [], deployed = [], stack: edit } = CASES[name] ?? {};
    expect(() => synthesized(deployed)).not.toThrow();
    const stack = synthesized(edits);
    edit?.(stack as never);
    expect(withoutCode(fixture(name).head.stack)).toEqual(withoutCode(stack));
  },
);
