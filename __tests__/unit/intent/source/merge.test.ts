import { type Located, nodeAt, plain } from "../../../../intent/source/located";
import { mergePatch, nullDeletes, nullsInBase } from "../../../../intent/source/merge";
import { locate } from "../../../support/located-values";
import fc from "../../../support/properties";
import { testAll } from "../../../support/test-all";

const merged = (target: unknown, patch: unknown) => plain(mergePatch(locate(target), locate(patch)));

describe("RFC 7386, appendix A", () => {
  testAll([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j patched with %j", (target, patch, result) => {
    expect(merged(target, patch)).toEqual(result);
  });
});

const leaf = fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean(), fc.constant(null));
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value")),
  ),
}));

/** The RFC's own pseudo-code. */
function mergePatchOfTheRfc(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(target) ? { ...target } : {};
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete result[name];
    else result[name] = mergePatchOfTheRfc(result[name], change);
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

test("merges any two values like the RFC's pseudocode", () => {
  fc.assert(
    fc.property(value, value, (target, patch) => {
      expect(merged(target, patch)).toEqual(mergePatchOfTheRfc(target, patch));
    }),
    { numRuns: 500 },
  );
});

test("each value keeps the file it was written in", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom("a", "b"), value), value, (target, patch) => {
      const root = locate(patch, "overlay");
      for (const { path, node } of leaves(mergePatch(locate(target, "base"), root))) {
        expect(node.origin.file).toBe(nodeAt(root, path) === undefined ? "base" : "overlay");
      }
    }),
    { numRuns: 500 },
  );
});

function leaves(node: Located, path: (string | number)[] = []): { path: (string | number)[]; node: Located }[] {
  if (node.kind !== "map") return [{ path, node }];
  return [...node.entries].flatMap(([key, entry]) => leaves(entry, [...path, key]));
}

test("a map in both files has its place in the overlay, and that in the base too", () => {
  const result = mergePatch(locate({ a: { b: 1 } }, "base"), locate({ a: { c: 2 } }, "overlay"));
  expect(nodeAt(result, ["a"])).toMatchObject({ origin: { file: "overlay" }, inherited: { file: "base" } });
});

test("a map in one file has only that place", () => {
  const result = mergePatch(locate({ a: { b: 1 } }, "base"), locate({ c: { d: 2 } }, "overlay"));
  expect(nodeAt(result, ["a"])).not.toHaveProperty("inherited");
  expect(nodeAt(result, ["c"])).not.toHaveProperty("inherited");
});

const base = locate({ services: { orders: { port: 1 }, catalog: {} } });
const faults = (overlay: unknown) =>
  nullDeletes(base, locate(overlay), "base.yaml").map(({ path, message, remedy }) => [path.join("."), message, remedy]);

test("a null that deletes something is accepted", () => {
  expect(faults({ services: { orders: null, catalog: {} } })).toEqual([]);
});

test("a null for a key that the base lacks is a fault, with the nearest one", () => {
  expect(faults({ services: { ordrs: null } })).toEqual([
    [
      "services.ordrs",
      'got null, expected a key that base.yaml has: there is no "ordrs" to delete',
      'correct the key or remove the line; did you mean "orders"?',
    ],
  ]);
});

test("a null inside a map that the overlay adds also deletes nothing", () => {
  expect(faults({ clients: { web: { grant: null } } }).map(([path]) => path)).toEqual(["clients.web.grant"]);
});

test("a null in a list is left to the schema", () => {
  expect(faults({ services: { orders: { list: [null] } } })).toEqual([]);
});

test("a null in the base file is a fault", () => {
  expect(nullsInBase(locate({ a: { b: null }, c: 1 })).map(({ path }) => path)).toEqual([["a", "b"]]);
});
