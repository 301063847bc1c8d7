import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { traceChoice, UNDOCUMENTED } from "../../../../packages/local-front-door/gateway/http/http-choices";
import { REST_UNDOCUMENTED, traceRestChoice } from "../../../../packages/local-front-door/gateway/rest/rest-choices";
import { LocalTrace } from "../../../../packages/local-front-door/trace/trace";
import { ROOT } from "../../../support/places";

test("no two choices have the same id", () => {
  const ids = [...UNDOCUMENTED, ...REST_UNDOCUMENTED].map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test("the code reports each choice of REST APIs", () => {
  const folder = join(ROOT, "packages/local-front-door/gateway/rest");
  const files = readdirSync(folder).filter((name) => name !== "rest-choices.ts");
  const source = files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  expect(REST_UNDOCUMENTED.filter(({ id }) => !source.includes(`"${id}"`)).map(({ id }) => id)).toEqual([]);
});

test("the trace states the choice", () => {
  const trace = new LocalTrace();
  traceChoice(trace, "mapping-missing-key", "aws_apigatewayv2_integration.x");
  traceRestChoice(trace, "rest-header-twin");
  expect(trace.hops.map(({ at, remark, declaration }) => [at, remark, declaration])).toEqual([
    ["gateway", true, "aws_apigatewayv2_integration.x"],
    ["gateway", true, undefined],
  ]);
  expect(trace.hops.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^not documented \(mapping-missing-key\): a mapping /),
    expect.stringMatching(/^not documented \(rest-header-twin\): /),
  ]);
});
