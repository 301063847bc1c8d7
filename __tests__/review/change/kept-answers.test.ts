import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changeOfStacks } from "../../../review/change/from-stacks";
import type { SynthesizedState } from "../../../review/change/state";
import { reportOf } from "../../../review/report/report";

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
type Json = any;

const OTHER_CODE = { base64: Buffer.alloc(32, 1).toString("base64"), start: "01".repeat(8) };

describe.each([
  ["dev", "aws_apigatewayv2_stage", "stage_variables"],
  ["prod", "aws_api_gateway_stage", "variables"],
])("in %s, the stage's variable", (environment, type, variable) => {
  const file = (name: string) =>
    JSON.parse(readFileSync(join(__dirname, "../../../synthesized", environment, name), "utf8"));
  const base: SynthesizedState = { stack: file("main.tf.json"), policy: file("authorizer-policy.json") };
  const state = (policy: unknown, code?: string) => {
    const copy = structuredClone(base) as Json;
    const { resource } = copy.stack;
    resource[type].gateway[variable] = { policy };
    if (code !== undefined) {
      for (const name of ["callers", "public"]) resource.aws_lambda_function[name].source_code_hash = code;
    }
    return copy as SynthesizedState;
  };
  const own = (base.stack.resource[type] as Json).gateway[variable].policy;
  const report = (before: SynthesizedState, after: SynthesizedState) => {
    const { verdict, access } = reportOf(changeOfStacks(environment, before, after));
    return { verdict: verdict.access, said: access.map(({ sentence }) => sentence).join("\n") };
  };

  test.each<[string, unknown, string | undefined]>([
    ["is made constant", "constant", undefined],
    ["is made constant in the form of a hash", "0123456789abcdef", undefined],
    ["stays while the code changes", own, OTHER_CODE.base64],
    ["goes", undefined, undefined],
  ])("%s: kept answers outlive the policy, which counts as broader", (_, policy, code) => {
    const { verdict, said } = report(base, state(policy, code));
    expect(verdict).toBe("broadened");
    expect(said).toContain(`${variable}.policy of ${type}.gateway is weaker: "${own}" → `);
  });

  test("follows the code", () => {
    expect(report(base, state(OTHER_CODE.start, OTHER_CODE.base64))).toEqual({ verdict: "unchanged", said: "" });
    expect(report(state("constant"), base).verdict).toBe("narrowed");
  });
});
