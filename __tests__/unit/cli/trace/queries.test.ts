import fc from "fast-check";
import { insightsText, loggingFilter } from "../../../../cli/trace/queries";
import { requestRef } from "../../../../cli/trace/request-ref";
import { testAll } from "../../../support/test-all";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

testAll([
  ["JKJaXmPLvHcESHA=", { kind: "request", id: "JKJaXmPLvHcESHA=" }],
  [TRACE, { kind: "trace", id: TRACE }],
  [`00-${TRACE}-00f067aa0ba902b7-01`, { kind: "trace", id: TRACE }],
  ["Root=1-67891233-abcdef012345678912345678", { kind: "xray", id: "1-67891233-abcdef012345678912345678" }],
  ["1-67891233-abcdef012345678912345678", { kind: "xray", id: "1-67891233-abcdef012345678912345678" }],
])("%s names a request", (text, expected) => {
  expect(requestRef(text)).toEqual(expected);
});

testAll([
  ['x" or 1=1'],
  [""],
  ["short"],
  ["a b c d e f g h"],
  [`00-${TRACE}-0000000000000000-01`],
  ["x".repeat(65)],
  ["12345678\n"],
])("%j does not name a request", (text) => {
  expect(() => requestRef(text)).toThrow(/expected a request id/);
});

test("both languages get the same conditions", () => {
  const where = [
    { field: "requestId", values: ["a="] },
    { field: "status", how: "startsWith" as const, values: ["4", "5"] },
    { field: "x.y", how: "contains" as const, values: ["b/c"] },
  ];
  expect(insightsText({ where, limit: 3 })).toBe(
    'fields @timestamp, @message, @log | filter requestId = "a=" and (status like /^4/ or status like /^5/) and strcontains(x.y, "b/c") | sort @timestamp desc | limit 3',
  );
  expect(loggingFilter({ logs: ["run.googleapis.com/requests"], where, from: 0, to: 1000 })).toBe(
    'log_id("run.googleapis.com/requests") AND requestId="a=" AND (status=~"^4" OR status=~"^5") AND x.y:"b/c" AND timestamp>="1970-01-01T00:00:00.000Z" AND timestamp<="1970-01-01T00:00:01.000Z"',
  );
});

test("a status is a number in Cloud Logging", () => {
  const where = [{ field: "httpRequest.status", values: ["503"] }];
  expect(loggingFilter({ where, from: 0, to: 1000 })).toContain("httpRequest.status=503 AND");
});

test("no value can end its quotes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const query = { where: [{ field: "f", values: [value] }], limit: 1 };
      try {
        return insightsText(query).includes(`f = "${value}" |`) && !/["\\\n]/.test(value);
      } catch {
        return true;
      }
    }),
  );
  expect(() => insightsText({ where: [{ field: "f", values: ['a" or f = "b'] }], limit: 1 })).toThrow();
  expect(() => loggingFilter({ where: [{ field: "f", values: ["a\\"] }], from: 0, to: 1 })).toThrow();
});
