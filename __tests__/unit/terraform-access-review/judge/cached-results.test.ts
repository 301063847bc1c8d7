import { cachedResultChanges } from "../../../../packages/terraform-access-review/judge/judge";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { synthesizedState } from "../../../support/synthesized";
import { edited, effect } from "../../../support/synthesized-states";

const OTHER_CODE = { base64: Buffer.alloc(32, 1).toString("base64"), start: "01".repeat(8) };

describe.each([
  ["dev", "aws_apigatewayv2_stage", "stage_variables"],
  ["prod", "aws_api_gateway_stage", "variables"],
])("in %s, the stage's variable", (environment, type, variable) => {
  const base = synthesizedState(environment);
  const state = (policy: unknown, code?: string): SynthesizedState =>
    edited(base, (resource) => {
      resource[type].gateway[variable] = { ...resource[type].gateway[variable], policy };
      if (code === undefined) return;
      for (const name of ["callers", "public"]) resource.aws_lambda_function[name].source_code_hash = code;
    });
  const own = base.stack.resource[type]?.gateway?.[variable].policy;

  test.each<[string, unknown, string | undefined]>([
    ["is made constant", "constant", undefined],
    ["is made constant in the form of a hash", "0123456789abcdef", undefined],
    ["stays while the code changes", own, OTHER_CODE.base64],
    ["is removed", undefined, undefined],
  ])("%s: cached results outlive the policy, which counts as broader", (_, policy, code) => {
    expect(cachedResultChanges(base.stack, state(policy, code).stack)).toEqual([
      expect.objectContaining({ effect: "broadened", address: `${type}.gateway`, guard: `${variable}.policy` }),
    ]);
  });

  test("follows the code: neither a guard nor anything else reports it", () => {
    expect(effect(base, state(OTHER_CODE.start, OTHER_CODE.base64))).toBe("unchanged");
    expect([effect(base, state("constant")), effect(state("constant"), base)]).toEqual(["broadened", "narrowed"]);
  });
});
