import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { REST_PROBES } from "../../../cli/verify/probes";
import { REST_UNDOCUMENTED, traceRestChoice } from "../../../local/rest/undocumented";
import { LocalTrace } from "../../../local/trace";

const ASKED = REST_UNDOCUMENTED.flatMap((each) => ("probe" in each ? [each.probe] : []));

test("what a probe settles is asked of REST APIs too", () => {
  const asked = new Set(REST_PROBES.map(({ id }) => id));
  expect(ASKED.filter((probe) => !asked.has(probe))).toEqual([]);
  expect(ASKED.length).toBeGreaterThan(3);
});

test("each is told where it makes a difference", () => {
  const folder = join(__dirname, "../../../local/rest");
  const files = readdirSync(folder).filter((name) => name !== "undocumented.ts");
  const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  expect(REST_UNDOCUMENTED.filter(({ id }) => !source.includes(`"${id}"`)).map(({ id }) => id)).toEqual([]);
});

test("the trace says what was chosen, and who asks", () => {
  const trace = new LocalTrace();
  traceRestChoice(trace, "rest-header-twin", "aws_api_gateway_integration.x");
  expect(trace.hops).toMatchObject([
    {
      at: "gateway",
      remark: true,
      reason: expect.stringMatching(/^not documented \(rest-header-twin\): .*; verify:live asks: header-twins$/),
      declaration: "aws_api_gateway_integration.x",
    },
  ]);
});
