import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROBES, REST_PROBES } from "../../../../cli/verify/probes/probes";
import { traceChoice, UNDOCUMENTED } from "../../../../packages/local-front-door/gateway/http/http-choices";
import { REST_UNDOCUMENTED, traceRestChoice } from "../../../../packages/local-front-door/gateway/rest/rest-choices";
import type { UndocumentedChoice } from "../../../../packages/local-front-door/gateway/shared/undocumented";
import { LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { ROOT } from "../../../support/places";

/** The choices for each kind of API, with the probes that test a deployed one. */
const KINDS = {
  http: { choices: UNDOCUMENTED as readonly UndocumentedChoice[], probes: PROBES },
  rest: { choices: REST_UNDOCUMENTED as readonly UndocumentedChoice[], probes: REST_PROBES },
};

test("no two choices have the same id", () => {
  const ids = [...UNDOCUMENTED, ...REST_UNDOCUMENTED].map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

describe.each(["http", "rest"] as const)("undocumented behaviour of %s APIs", (kind) => {
  const { choices, probes } = KINDS[kind];

  test("is tested by an existing probe, or has a reason why no probe can test it", () => {
    const ids = probes.map(({ id }) => id);
    const wrong = choices.filter(({ probe, noProbe }) =>
      probe === undefined ? !/\w+ \w+/.test(noProbe ?? "") : !ids.includes(probe) || noProbe !== undefined,
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
    expect(choices.filter(({ probe }) => probe !== undefined).length).toBeGreaterThan(3);
  });
});

test("the code reports each choice of REST APIs", () => {
  const folder = join(ROOT, "packages/local-front-door/gateway/rest");
  const files = readdirSync(folder).filter((name) => name !== "rest-choices.ts");
  const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  expect(REST_UNDOCUMENTED.filter(({ id }) => !source.includes(`"${id}"`)).map(({ id }) => id)).toEqual([]);
});

test("the trace states the choice and its probe, or why no probe can test it", () => {
  const trace = new LocalTrace();
  traceChoice(trace, "mapping-missing-key", "aws_apigatewayv2_integration.x");
  traceChoice(trace, "throttle-shared");
  traceRestChoice(trace, "rest-header-twin", "aws_api_gateway_integration.x");
  expect(trace.hops.map(({ at, remark, declaration }) => [at, remark, declaration])).toEqual([
    ["gateway", true, "aws_apigatewayv2_integration.x"],
    ["gateway", true, undefined],
    ["gateway", true, "aws_api_gateway_integration.x"],
  ]);
  const [asked, unasked, ofRest] = trace.hops.map(({ reason }) => reason);
  expect(asked).toMatch(/^not documented \(mapping-missing-key\): .*; front-door verify tests it: mapping-keys$/);
  expect(unasked).toMatch(/^not documented \(throttle-shared\): .*; no probe tests it: /);
  expect(ofRest).toMatch(/^not documented \(rest-header-twin\): .*; front-door verify tests it: header-twins$/);
});
