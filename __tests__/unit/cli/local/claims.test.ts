import { claimsOf } from "../../../../cli/local/claims";

test("a claim is a text after =, and whatever JSON says after :=", () => {
  const texts = [
    "sub=7",
    "empty=",
    "n:=7",
    'scp:=["a/b"]',
    "custom:tenant=t=1",
    "https://acme.example/x=y:=z",
    "sub=8",
  ];
  expect(claimsOf(texts)).toEqual({
    sub: "8",
    empty: "",
    n: 7,
    scp: ["a/b"],
    "custom:tenant": "t=1",
    "https://acme.example/x": "y:=z",
  });
});

test.each([
  ["sub", "expected <claim>=<text>"],
  ["=x", "expected <claim>=<text>"],
  ["scp:=[a]", "what follows := is no JSON"],
])("%s is refused with an example", (text, message) => {
  expect(() => claimsOf([text])).toThrow(`--claim ${text}: ${message}`);
  expect(() => claimsOf([text])).toThrow("as in --claim sub=ann");
});
