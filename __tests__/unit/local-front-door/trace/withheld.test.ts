import { withheld, withheldJson } from "../../../../packages/local-front-door/trace/withheld";
import fc from "../../../support/properties";
import { testAll } from "../../../support/test-all";

const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLCJleHAiOjF9.cC4hiUPoj9Eetdgtv3hF80EG";
const hex = (character: string) => character.charCodeAt(0).toString(16).padStart(2, "0");
const all = (spelled: (character: string) => string) => [...TOKEN].map(spelled).join("");

/** The text without escapes, even if it is escaped several times. */
function undone(text: string): string {
  const next = text.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  return next === text ? text : undone(next);
}

testAll([
  TOKEN,
  TOKEN.split(".").slice(0, 2).join("."),
  "ya29.a0AfB_byC-token.more",
  "ya29%2Ea0AfB_byC",
  "%79a29.a0AfB_byC",
  TOKEN.replaceAll(".", "%2E"),
  TOKEN.replaceAll(".", "%2e"),
  TOKEN.replaceAll(".", "%252E"),
  TOKEN.replaceAll(".", "%25252e"),
  TOKEN.replaceAll(".", "%%32e"),
  TOKEN.replaceAll(".", "%2%65"),
  TOKEN.replaceAll("e", "%65"),
  TOKEN.replace("eyJ", "%65%79%4a"),
  all((character) => `%${hex(character)}`),
  all((character) => `%25${hex(character).toUpperCase()}`),
  `access_token%3D${TOKEN}`,
  `%20${TOKEN}`,
  `_${TOKEN}`,
])("the token %s is withheld in a path, in a key and in a list", (token) => {
  const path = `/orders/${token}/lines`;
  for (const shown of [withheld(path), withheld({ [path]: [path] })].map((each) => JSON.stringify(each))) {
    expect(shown).toContain("(token withheld)");
    expect(undone(shown)).not.toMatch(/eyJhbG|eyJpc3|ya29\./);
  }
});

testAll([
  "/orders/42",
  "/orders/caf%C3%A9",
  "/orders/50%25",
  "/orders/a%2Fb",
  "/files/%2e%2e",
  "keyJob.example",
  "%",
  "%zz%2",
])("%s is shown unchanged", (text) => {
  expect(withheld(text)).toBe(text);
});

test("a token is withheld whatever part of it is escaped, and how often", () => {
  const escapes = fc.array(fc.tuple(fc.nat(TOKEN.length - 1), fc.nat(3)), { maxLength: 20 });
  fc.assert(
    fc.property(escapes, (chosen) => {
      const characters = [...TOKEN];
      for (const [index, depth] of chosen) {
        characters[index] = `%${"25".repeat(depth)}${hex(TOKEN[index] ?? "")}`;
      }
      const shown = String(withheld(`/x/${characters.join("")}?y`));
      expect(shown).toBe("/x/(token withheld)?y");
    }),
  );
});

test("a word that is escaped more often than any server would decode is withheld completely, and fast", () => {
  const nested = (depth: number): string => (depth === 0 ? "%2e" : nested(depth - 1).replace(/e$/, "%65"));
  expect(withheld(`/x/${TOKEN.replaceAll(".", nested(30))}`)).toBe("/x/(token withheld)");
  const before = process.cpuUsage();
  for (const unit of ["%25", "%", "25", "%2", "eyJ", "eyJaaaaaa."]) withheld(unit.repeat(100_000));
  expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
});

test("a shortened text has no token at its end", () => {
  for (let before = 1_900; before < 2_000; before += 1) {
    const shown = String(withheld(`/${"x".repeat(before)}/${TOKEN}`));
    expect(shown).not.toMatch(/eyJ[\w-]+\.[\w-]{6,}/);
    expect(shown).not.toContain(TOKEN.split(".")[2]);
  }
});

test("the JSON of a value is withheld and shortened in the same way, with or without a token", () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      TOKEN,
      `/a%2Fb/${TOKEN}`,
      TOKEN.replace("eyJ", "%65yJ"),
      "ya29%2Ea0AfB_byC",
      "/a%2Fb",
      "x".repeat(2_001),
    ),
  );
  const values = fc.oneof(
    texts,
    fc.dictionary(texts, fc.oneof(texts, fc.nat(), fc.boolean(), fc.array(texts), fc.dictionary(texts, texts))),
    // Short enough as a text, but too long as a list.
    fc.array(fc.constantFrom("a", "b"), { minLength: 99, maxLength: 120 }),
  );
  fc.assert(
    fc.property(values, (value) => {
      expect(withheldJson(value)).toBe(JSON.stringify(withheld(value)));
    }),
  );
});
