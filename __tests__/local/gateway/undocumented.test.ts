import { PROBES, REST_PROBES } from "../../../cli/verify/probes";
import { traceChoice, UNDOCUMENTED, type UndocumentedChoice } from "../../../local/gateway/undocumented";
import { REST_UNDOCUMENTED } from "../../../local/rest/undocumented";
import { LocalTrace } from "../../../local/trace";

const CHOICES: readonly UndocumentedChoice[] = [...UNDOCUMENTED, ...REST_UNDOCUMENTED];

test("each choice has a name of its own, and a probe that exists or the reason why there is none", () => {
  expect(new Set(CHOICES.map(({ id }) => id)).size).toBe(CHOICES.length);
  const probes = [...PROBES, ...REST_PROBES].map(({ id }) => id);
  for (const { probe, noProbe } of CHOICES) {
    if (probe === undefined) expect(noProbe).toMatch(/\w+ \w+/);
    else expect([probes.includes(probe), noProbe]).toEqual([true, undefined]);
  }
});

test("where no probe can ask, the trace says why", () => {
  const trace = new LocalTrace();
  traceChoice(trace, "throttle-shared");
  expect(trace.hops[0]?.reason).toMatch(/; no probe asks: verify:live makes no load/);
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
