import { matches } from "../../../support/alarms/filter-pattern";
import { evaluated } from "../../../support/alarms/metric-math";
import { testAll } from "../../../support/test-all";

/** The log event of AWS's page on JSON patterns. */
const EVENT = JSON.stringify({
  eventType: "UpdateTrail",
  sourceIPAddress: "111.111.111.111",
  arrayKey: ["value", "another value"],
  objectList: [
    { name: "a", id: 1 },
    { name: "b", id: 2 },
  ],
  SomeObject: null,
  user: { id: 1, email: "John.Stiles@example.com" },
  users: [
    { id: 2, email: "John.Doe@example.com" },
    { id: 3, email: "Jane.Doe@example.com" },
  ],
  actions: ["GET", "PUT", "DELETE"],
  coordinates: [
    [0, 1, 2],
    [4, 5, 6],
    [7, 8, 9],
  ],
  bandwidth: 80,
  errorCode: 400,
});

testAll([
  ['{ $.eventType = "UpdateTrail" }', true],
  ["{ $.eventType = UpdateTrail }", true],
  ['{ $.eventType = "*" }', true],
  ['{ $.eventType = "Update*" }', true],
  ['{ $.eventType = "Trail" }', false],
  ["{ $.sourceIPAddress != 123.123.* }", true],
  ["{ $.sourceIPAddress != 111.111.* }", false],
  ['{ $.arrayKey[0] = "value" }', true],
  ["{ $.objectList[1].id = 2 }", true],
  ["{ $.bandwidth > 75 }", true],
  ["{ $.bandwidth <= 75 }", false],
  ["{ $.errorCode = 400 }", true],
  ["{ $.errorCode = 4* }", true],
  ['{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }', true],
  ['{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }', false],
  ['{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nonmatch }', true],
  [
    '{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nonmatch }',
    false,
  ],
])("AWS's own examples: %s: %s", (pattern, expected) => {
  expect(matches(pattern, EVENT)).toBe(expected);
});

/** AWS Security Hub, controls CloudWatch.2 and CloudWatch.4: wildcards inside quotes. */
testAll([
  ['{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}', "Client.UnauthorizedOperation", true],
  ['{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}', "AccessDeniedException", true],
  ['{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}', "Client.Unauthorized", false],
])("AWS's own controls: %s of %s: %s", (pattern, errorCode, expected) => {
  expect(matches(pattern, JSON.stringify({ errorCode }))).toBe(expected);
});

test("undocumented cases do not match, and unsupported syntax is an error", () => {
  const line = JSON.stringify({ latencyMs: "400", status: "500" });
  expect(matches("{ $.latencyMs > 300 }", line)).toBe(false);
  expect(matches('{ $.missing != "x" }', line)).toBe(false);
  expect(matches('{ $.status = "5*" }', "no JSON")).toBe(false);
  for (const pattern of ["ERROR", "{ $.status IS NULL }", "{ $.status = 5 && }", '{ ($.status = "5" }']) {
    expect(() => matches(pattern, line)).toThrow();
  }
});

test("metric math: a missing value and a division by zero give no value", () => {
  expect(evaluated("IF(a >= 5, 100 * a / b, 0)", { a: 6, b: 200 })).toBe(3);
  expect(evaluated("IF(a >= 5, 100 * a / b, 0)", { a: 4, b: 200 })).toBe(0);
  expect(evaluated("IF(a >= 5, 100 * a / b, 0)", { a: undefined, b: 200 })).toBeUndefined();
  expect(evaluated("(a - b) / c", { a: 1, b: 2, c: 0 })).toBeUndefined();
  expect(() => evaluated("a + d", { a: 1 })).toThrow("unknown d");
});
