import { PROBES } from "../../../cli/verify/probes";
import { traceChoice, UNDOCUMENTED, type UndocumentedChoice } from "../../../local/gateway/undocumented";
import { LocalTrace } from "../../../local/trace";

const CHOICES: readonly UndocumentedChoice[] = UNDOCUMENTED;

test("each choice has a name of its own, and the probe that settles it exists", () => {
  expect(new Set(CHOICES.map(({ id }) => id)).size).toBe(CHOICES.length);
  const probes = PROBES.map(({ id }) => id);
  for (const { probe } of CHOICES) if (probe !== undefined) expect(probes).toContain(probe);
});

test("the trace says what was chosen, and who asks", () => {
  const trace = new LocalTrace();
  traceChoice(trace, "mapping-missing-key", "aws_apigatewayv2_integration.x");
  expect(trace.hops).toMatchObject([
    {
      at: "gateway",
      allowed: true,
      reason: expect.stringMatching(/^not documented \(mapping-missing-key\): .*; verify:live asks: mapping-keys$/),
      declaration: "aws_apigatewayv2_integration.x",
    },
  ]);
});
