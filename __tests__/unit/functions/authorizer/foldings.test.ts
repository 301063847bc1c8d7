import {
  looseSegments,
  type PathRule,
  pathRules,
  requireOwnPath,
} from "../../../../functions/authorizer/request/path-rule";
import { foldings } from "../../../support/authorizer/foldings";
import { POLICY } from "../../../support/authorizer/policy";

const FOLDINGS = foldings();

function reader(name: string): (character: string) => string {
  const found = FOLDINGS.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not in foldings.txt`);
  return (character) => found.readings.get(character) ?? character;
}

function ruleOf(routeKey: string, ...others: readonly string[]): PathRule {
  const routes = [routeKey, ...others].map((key) => [key, { service: "orders", access: "public" as const }]);
  return pathRules({ ...POLICY, routes: Object.fromEntries(routes) }).get(routeKey) as PathRule;
}

function passes(rule: PathRule, path: string): boolean {
  try {
    requireOwnPath(rule, path);
    return true;
  } catch {
    return false;
  }
}

const NAME = ruleOf("GET /x/{name}");

/** All characters that some language maps to another one, or another one to them. The rest of Unicode has no case. */
const cased = new Set(FOLDINGS.flatMap(({ readings }) => [...readings].flatMap(([from, to]) => [from, ...to])));
const accepted = [...cased].filter((character) => passes(NAME, `/x/a${character}a`));

const named = (character: string) => `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;

test("the data covers Python, Go and Java, including mappings that caused earlier bugs", () => {
  expect(FOLDINGS.map(({ name }) => name.split(".")[0])).toEqual(
    expect.arrayContaining(["js", "python", "go", "java"]),
  );
  expect(reader("python.lower")("\u0130")).toBe("i\u0307");
  expect(reader("go.ToLower")("\u0130")).toBe("i");
  expect(reader("python.casefold")("\u1e9e")).toBe("ss");
  expect(reader("java.toUpperCase")("\u00df")).toBe("SS");
  expect(reader("go.EqualFold")("\u212a")).toBe(reader("go.EqualFold")("k"));
  expect(reader("java.toLowerCaseTurkish")("I")).toBe("\u0131");
});

test.each([
  ["js.toLowerCase", "js.toUpperCase"],
  ["python.lower", "python.upper"],
  ["go.ToLower", "go.ToUpper"],
  ["java.toLowerCase", "java.toUpperCase"],
])(
  "refuses characters whose case mapping changes length or cannot be reversed, by %s and %s",
  (lowerName, upperName) => {
    const [lower, upper] = [reader(lowerName), reader(upperName)];
    const found = accepted.filter((character) => {
      const [small, capital] = [lower(character), upper(character)];
      if (small.length !== character.length || capital.length !== character.length) return true;
      return lower(capital) !== small || upper(small) !== capital;
    });
    expect(found.map(named)).toEqual([]);
  },
);

test("characters that any language treats as equal are equal to the authorizer", () => {
  const differences = FOLDINGS.flatMap(({ name }) => {
    const alike = new Map<string, string[]>();
    for (const character of accepted) {
      const reading = reader(name)(character);
      alike.set(reading, [...(alike.get(reading) ?? []), character]);
    }
    return [...alike.values()]
      .filter((group) => new Set(group.map((character) => looseSegments(`/a${character}a`).join())).size > 1)
      .map((group) => `${group.map(named)} by ${name}`);
  });
  expect(differences).toEqual([]);
});

test("refuses a character that any language folds into a letter of a narrower route", () => {
  const disguises = FOLDINGS.flatMap(({ readings }) =>
    [...readings].filter(([character, reading]) => character > "\x7f" && /^[a-z]+$/i.test(reading)),
  );
  const passed = disguises.filter(([character, reading]) => {
    const rule = ruleOf("GET /x/{name}", `POST /x/a${reading.toLowerCase()}a`);
    return passes(rule, `/x/a${character}a`);
  });
  expect(passed.map(([character]) => named(character))).toEqual([]);
  expect(disguises.length).toBeGreaterThan(50);
});

test("accepts letters with one upper-case and one lower-case form, and scripts without case", () => {
  const texts = [
    "M\u00fcller",
    "\u0141\u00f3d\u017a",
    "caf\u00e9",
    "\u041c\u043e\u0441\u043a\u0432\u0430",
    "\u0391\u03b8\u03ae\u03bd\u03b1",
    "\u6771\u4eac",
    "\u05d9\u05e8\u05d5\u05e9\u05dc\u05d9\u05dd",
    "\ud83d\ude00",
  ];
  expect(texts.filter((text) => !passes(NAME, `/x/${text}`))).toEqual([]);
  expect(accepted.length).toBeGreaterThan(2_000);
});
