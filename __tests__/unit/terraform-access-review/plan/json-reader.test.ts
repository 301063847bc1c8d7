import { JsonError, JsonReader, type Kept } from "../../../../packages/terraform-access-review/plan/json-reader";
import fc from "../../../support/properties";
import { testAll } from "../../../support/test-all";

/** Values under each kind of `Kept`, and under names that are not listed. */
const KEPT: Kept = {
  fields: {
    list: { items: "all" },
    inner: { fields: { list: { items: { fields: { a: "all", __proto__: "all" } } }, a: "all" } },
    a: "all",
  },
};

/** Everything is kept, but read item by item and field by field. */
const ALL: Kept = { fields: { list: { items: "all" }, a: "all", inner: "all" } };

const outcome = (read: () => unknown) => {
  try {
    return { value: read() };
  } catch (error) {
    return { position: positionOf(error as Error) };
  }
};

function positionOf(error: Error): number | undefined {
  if (error instanceof JsonError) return error.position;
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? undefined : Number(position);
}

function read(text: string, kept: Kept, size = text.length): unknown {
  const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
  return new JsonReader(chunks[Symbol.iterator]()).read(kept);
}

const STRINGS = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", '"', "\\", "{", "}", "[", "]", ",", ":", "\n", "é", "\u2028", "😀") }),
  fc.constantFrom("", "__proto__", "constructor", "\\".repeat(120), '"'.repeat(250), "{[".repeat(60)),
);

const VALUES = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    STRINGS,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false, 0, -1, 1e21),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(STRINGS, tie("value"), { maxKeys: 4 }),
  ),
})).value;

const FEW = { maxLength: 3 };

/** Resources as Terraform writes them, also nested. */
const RESOURCES = fc.array(
  fc.record({ address: STRINGS, a: fc.oneof(VALUES, fc.array(fc.record({ address: STRINGS, a: VALUES }), FEW)) }),
  FEW,
);

const DOCUMENTS = fc
  .tuple(
    fc.record({ list: VALUES, a: VALUES, inner: VALUES }, { requiredKeys: [] }),
    fc.record(
      { list: fc.oneof(RESOURCES, fc.array(VALUES, FEW)), inner: fc.record({ list: RESOURCES, a: VALUES }) },
      { requiredKeys: [] },
    ),
    fc.constantFrom(0, 0, 1, "\t"),
  )
  .map(([one, other, space]) => JSON.stringify({ ...one, ...other }, null, space));

const SIZES = fc.constantFrom(1, 2, 3, 7, 64, 10_000);

test("any document is read as by JSON.parse, in chunks of any size", () => {
  fc.assert(
    fc.property(DOCUMENTS, SIZES, (text, size) => {
      const { list, a, inner } = JSON.parse(text);
      expect(read(text, ALL, size)).toEqual({ list, a, inner });
    }),
    { numRuns: 150 },
  );
});

test("text that JSON.parse refuses is refused at the same character, in chunks of any size", () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(2),
    insert: fc.constantFrom(
      "",
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "\n",
      "x",
      "0",
      " ",
      "tru",
      "-",
      "\u00a0",
      '},{"address":',
    ),
    cut: fc.boolean(),
  });
  let refused = 0;
  fc.assert(
    fc.property(DOCUMENTS, SIZES, edit, (whole, size, { at, remove, insert, cut }) => {
      const from = Math.floor(at * whole.length);
      const text = `${whole.slice(0, from)}${insert}${cut ? "" : whole.slice(from + remove)}`;
      const expected = outcome(() => JSON.parse(text));
      const found = outcome(() => read(text, KEPT, size));
      if ("position" in expected) refused += 1;
      expect("position" in found).toBe("position" in expected);
      // JSON.parse does not always report the position.
      if (expected.position !== undefined) expect(found.position).toBe(expected.position);
    }),
    { numRuns: 500 },
  );
  expect(refused).toBeGreaterThan(200);
});

test("of a field that is not listed only the name is kept, and of a list without kept items only the list", () => {
  const kept: Kept = { fields: { list: { items: "nothing" }, a: "all" } };
  const found = read('{"b":{"c":1},"constructor":1,"list":[1,{"d":2}],"a":[3]}', kept);
  expect(Object.entries(found as object)).toStrictEqual([
    ["b", undefined],
    ["constructor", undefined],
    ["list", []],
    ["a", [3]],
  ]);
});

testAll([
  ["a list in place of fields", "[1]", [1]],
  ["fields in place of a list", '{"list":{"b":1}}', { list: { b: 1 } }],
  ["a text in place of fields", '{"inner":"b"}', { inner: "b" }],
  ["the last of equal keys", '{"a":1,"list":[1],"a":2,"list":[]}', { a: 2, list: [] }],
])("%s is read as by JSON.parse", (_, text, expected) => {
  expect(read(text, KEPT)).toEqual(expected);
});

test("a key __proto__ is a key like any other", () => {
  const found = read('{"inner":{"list":[{"a":1,"__proto__":{"b":2}}]},"__proto__":{"list":[]}}', KEPT) as never;
  expect(Object.keys(found)).toEqual(["inner", "__proto__"]);
  expect(Object.getPrototypeOf(found)).toBeNull();
  expect(({} as { b?: number }).b).toBeUndefined();
});

test("resources are parsed many at a time; other items, and resources that contain some, one by one", () => {
  const parse = jest.spyOn(JSON, "parse");
  const calls = (list: readonly unknown[], size?: number) => {
    const text = JSON.stringify({ list });
    parse.mockClear();
    expect(read(text, ALL, size)).toEqual({ list });
    return parse.mock.calls.length;
  };
  try {
    const resource = { address: "aws_x.y", a: "b".repeat(100) };
    expect(calls(Array(1000).fill(resource))).toBeLessThan(100);
    expect(calls(Array(1000).fill(resource), 4096)).toBeLessThan(100);
    expect(calls(Array(1000).fill({ a: [resource, resource] }))).toBeLessThan(1010);
    expect(calls(Array(1000).fill({ a: 1 }))).toBeLessThan(1010);
  } finally {
    parse.mockRestore();
  }
});

test("the time for unclosed brackets, escapes and strings is proportional to their length", () => {
  const million = 1_000_000;
  const long = { a: ['\\"'.repeat(million), "a".repeat(million)], list: Array(million / 10).fill("") };
  expect(read(JSON.stringify(long), KEPT, 65_536)).toEqual(long);
  const nested = { list: [{ a: 1 }, { address: "b", a: Array(million / 100).fill({ address: "c" }) }] };
  expect(read(JSON.stringify(nested), KEPT)).toEqual(nested);
  const open = `{"a":${"[".repeat(million)}`;
  expect(outcome(() => read(open, KEPT, 65_536))).toEqual({ position: open.length });
  const endless = `{"b":"${"\\\\".repeat(million)}`;
  expect(outcome(() => read(endless, KEPT, 65_536))).toEqual({ position: endless.length });
});
