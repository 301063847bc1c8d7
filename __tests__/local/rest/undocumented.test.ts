import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UNDOCUMENTED } from "../../../local/gateway/undocumented";
import { REST_UNDOCUMENTED, traceRestChoice } from "../../../local/rest/undocumented";
import { LocalTrace } from "../../../local/trace";

test("each choice has a name of its own, and the reason why no probe asks", () => {
  const ids = [...REST_UNDOCUMENTED, ...UNDOCUMENTED].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { noProbe } of REST_UNDOCUMENTED) expect(noProbe).toMatch(/\w+ \w+/);
});

test("each is told where it makes a difference", () => {
  const folder = join(__dirname, "../../../local/rest");
  const files = readdirSync(folder).filter((name) => name !== "undocumented.ts");
  const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  expect(REST_UNDOCUMENTED.filter(({ id }) => !source.includes(`"${id}"`)).map(({ id }) => id)).toEqual([]);
});

test("the trace says what was chosen, and that nobody asks", () => {
  const trace = new LocalTrace();
  traceRestChoice(trace, "rest-header-twin", "aws_api_gateway_integration.x");
  expect(trace.hops).toMatchObject([
    {
      at: "gateway",
      remark: true,
      reason: expect.stringMatching(
        /^not documented \(rest-header-twin\): .*; no probe asks: verify:live asks HTTP APIs/,
      ),
      declaration: "aws_api_gateway_integration.x",
    },
  ]);
});
