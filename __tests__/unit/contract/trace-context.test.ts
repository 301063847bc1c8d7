import { traceIdOf } from "../../../contract/trace-context";
import { testAll } from "../../support/test-all";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

test("a well-formed traceparent has a trace id", () => {
  expect(traceIdOf(`00-${TRACE}-00f067aa0ba902b7-01`)).toBe(TRACE);
});

testAll([
  [undefined],
  [""],
  [TRACE],
  [`01-${TRACE}-00f067aa0ba902b7-01`],
  [`00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
  [`00-${TRACE}-${"0".repeat(16)}-01`],
  [`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`],
  [`00-${TRACE}-00f067aa0ba902b7-01-more`],
  [`00-${TRACE}-00f067aa0ba902b7-01\n`],
  [`00-${TRACE}-00f067aa0ba902b7-01,00-${TRACE}-00f067aa0ba902b7-01`],
])("%j has no trace id", (text) => {
  expect(traceIdOf(text)).toBeUndefined();
});
