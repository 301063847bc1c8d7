import { parse, Scalar } from "yaml";
import { readScalar } from "../../../../intent/source/yaml";
import fc from "../../../support/properties";
import { testAll } from "../../../support/test-all";

function plainScalar(source: string) {
  const scalar = new Scalar(source);
  scalar.type = Scalar.PLAIN;
  return readScalar(scalar, source);
}

testAll([
  ["0", 0],
  ["-7", -7],
  ["8080", 8080],
  ["0.5", 0.5],
  ["-12.25", -12.25],
  ["true", true],
  ["false", false],
  ["null", null],
  ["info", "info"],
  ["10.0.0.1", "10.0.0.1"],
  ["2024-01-01", "2024-01-01"],
  ["12:30", "12:30"],
  ["1.2.3", "1.2.3"],
  ["https://shop.example.com", "https://shop.example.com"],
])("%s has the same meaning for every reader", (source, value) => {
  expect(plainScalar(source)).toEqual({ value });
});

testAll([
  ..."y Y n N yes Yes YES no No NO on On ON off Off OFF True TRUE False FALSE".split(" "),
  ..."0123 00 -07 +7 1_000 0_0 0x1F 0X1f 0o17 0b11 1e3 1E3 1.5e3 12e03 1.0 1.10 1. .5 .5e1 +1 -0 .inf -.INF .NaN".split(
    " ",
  ),
  ..."12345678901234567890 0.1234567890123456789 00.5".split(" "),
  ..."~ Null NULL".split(" "),
  "",
])("%j is refused, with a correction", (source) => {
  expect(plainScalar(source)).toEqual({
    fault: { message: expect.stringMatching(/^got .+, expected .+/), remedy: expect.stringMatching(/./) },
  });
});

test("quoted text is text, whatever it looks like", () => {
  const scalar = new Scalar("0123");
  scalar.type = Scalar.QUOTE_DOUBLE;
  expect(readScalar(scalar, '"0123"')).toEqual({ value: "0123" });
});

test("unquoted text over several lines is refused", () => {
  const scalar = new Scalar("a b");
  scalar.type = Scalar.PLAIN;
  expect(readScalar(scalar, "a\n  b")).toMatchObject({ fault: { remedy: "quote the text" } });
});

test("an entry without a value is refused", () => {
  expect(readScalar(null, "")).toMatchObject({ fault: { message: "got no value, expected a value or the word null" } });
});

test("accepted values mean the same in YAML 1.1 and 1.2, or are text as written", () => {
  const characters = [..."0123456789", ..."0123456789", ..."+-._:exobXOE~", ..."yesnoftruaNULI"];
  const source = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(source, (text) => {
      const reading = plainScalar(text);
      if (!("value" in reading) || reading.value === text) return;
      for (const version of ["1.1", "1.2"] as const) expect(parse(text, { version })).toEqual(reading.value);
    }),
    { numRuns: 5000 },
  );
});

test("accepted text is also text to a YAML 1.2 reader", () => {
  const source = fc.string({ unit: fc.constantFrom(..."0123456789+-._exob~nul"), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(source, (text) => {
      const reading = plainScalar(text);
      fc.pre("value" in reading && typeof reading.value === "string" && !/^[-:?]$|^---|^\.\.\.|^- /.test(text));
      expect(parse(text, { version: "1.2" })).toBe(text);
    }),
    { numRuns: 5000 },
  );
});
