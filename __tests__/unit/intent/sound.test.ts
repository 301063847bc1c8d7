import * as z from "zod";
import { readParts, soundEntries, soundItems } from "../../../intent/sound";

const route = z.strictObject({ scopes: z.array(z.string()).optional(), burst: z.number().default(5) });
const schema = z.strictObject({
  name: z.string(),
  routes: z.record(z.string().regex(/^[A-Z]+$/), z.union([z.literal("public"), route])).default({}),
});
const reading = (value: unknown) => {
  const { value: parts, whole, issues } = readParts(schema, value);
  return { parts, whole, issues: issues.map(({ code, path }) => `${code} ${path.join(".")}`) };
};

test("a sound value is whole, with its defaults", () => {
  const whole = { name: "shop", routes: { GET: { burst: 5 } } };
  expect(reading({ name: "shop", routes: { GET: {} } })).toEqual({ parts: whole, whole, issues: [] });
});

test("each part is read by itself, and every issue has its path from the root", () => {
  expect(reading({ name: 7, routes: { GET: "publc", POST: { scopes: ["a", 7] }, put: { burst: "x" } } })).toEqual({
    parts: { name: undefined, routes: { GET: undefined, POST: { scopes: ["a", undefined], burst: 5 }, put: {} } },
    whole: undefined,
    issues: [
      "invalid_type name",
      "invalid_key routes.put",
      "invalid_union routes.GET",
      "invalid_type routes.POST.scopes.1",
      "invalid_type routes.put.burst",
    ],
  });
});

test("what is missed is said once: where it is missed, or at the key that was meant for it", () => {
  expect(reading({}).issues).toEqual(["invalid_type name"]);
  expect(reading({ nam: "shop" }).issues).toEqual(["unrecognized_keys "]);
  expect(reading(undefined).issues).toEqual(["invalid_type "]);
});

test("a fault of a whole whose parts are sound is not lost", () => {
  const pair = z.strictObject({ a: z.number(), b: z.number() }).refine(({ a, b }) => a < b);
  const { value, issues, isUnread } = readParts(z.strictObject({ pair }), { pair: { a: 2, b: 1 } });
  expect([value, issues.map(({ path }) => path), isUnread(["pair", "a"])]).toEqual([{}, [["pair"]], true]);
});

test("no key of a value reaches a prototype", () => {
  const value = JSON.parse('{ "name": 7, "__proto__": { "routes": {} }, "constructor": 1 }');
  expect(reading(value).parts).toEqual({ name: undefined, routes: {} });
});

test("of lists and maps the valid parts can be had, at their index or key", () => {
  expect(soundItems(["a", undefined, "b"])).toEqual([
    [0, "a"],
    [2, "b"],
  ]);
  expect(soundEntries({ a: 1, b: undefined })).toEqual([["a", 1]]);
  expect([soundItems(undefined), soundEntries(undefined)]).toEqual([[], []]);
});
