import {
  CREDENTIALS,
  credentialsIn,
  looksRandom,
  WITHHELD_SIGNS,
  withoutCredentials,
} from "../../../contract/credentials";
import { SAMPLES } from "../../support/credentials";
import { testAll } from "../../support/test-all";

test("each kind has samples, and each sample is one credential of its kind, in any text", () => {
  expect(Object.keys(SAMPLES)).toEqual(CREDENTIALS.map(({ id }) => id));
  const found = Object.entries(SAMPLES).flatMap(([kind, samples]) =>
    samples.map((sample) => [kind, [...new Set(credentialsIn(`a: "${sample}" # b`).map((each) => each.kind))]]),
  );
  expect(found.filter(([kind, kinds]) => String(kinds) !== kind)).toEqual([]);
});

test("a text without its credentials has no part of them", () => {
  for (const sample of Object.values(SAMPLES).flat()) {
    const left = withoutCredentials(`got "${sample}", expected`);
    expect([left, credentialsIn(left)]).toEqual([expect.stringMatching(/^got ".*\[[a-z-]+\].*", expected$/), []]);
    // The longest words of a credential are its secret parts.
    const words = sample.split(/[^A-Za-z0-9]/).filter((word) => word.length >= 16);
    expect(words.filter((word) => left.includes(word))).toEqual([]);
  }
});

test("each sample has a sign of a credential", () => {
  const all = Object.values(SAMPLES).flat();
  expect(all.filter((sample) => !WITHHELD_SIGNS.some((sign) => sign.test(sample)))).toEqual([]);
});

testAll([
  "AKIAIOSFODNN7EXAMPLE",
  "AKIAQWERTY",
  "arn:aws:iam::111122223333:role/terraform",
  "europe-docker.pkg.dev/acme/shop/orders@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "https://acme.okta.com/oauth2/default",
  "https://user@example.com/x",
  "https://example.com:8443/a@b",
  "postgres://ann:${PASSWORD}@db/x",
  "postgres://ann:$PASSWORD@db/x",
  "postgres://ann:<password>@db/x",
  "postgres://ann:{password}@db/x",
  "postgres://ann:****@db/x",
  "redis://localhost:6379/0",
  "-----BEGIN CERTIFICATE-----",
  "-----BEGIN PUBLIC KEY-----",
  "eyJhbGciOiJIUzI1NiJ9",
  "ghp_short",
  "sk_live_",
  "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ci/subject/repo:a/b",
])("%s is no credential", (text) => {
  expect([credentialsIn(text), withoutCredentials(text)]).toEqual([[], text]);
});

testAll<[string, boolean]>([
  ["wJalrXUtnFEMI0K7MDENGbPxRfiCYzz9", true],
  ["c2VjcmV0LXNpZ25hdHVyZTEyMzQ1Njc4OTA=", true],
  ["aaaaaaaaaaaaaaaaaaaaaaaaA1", false],
  ["storefront-dev-orders-database-url", false],
  ["0123456789abcdef0123456789abcdef", false],
  ["01890a5d-ac96-774b-bcce-b302099a8057", false],
  ["https://wJalrXUtnFEMI0K7MDENGbPxRfiCYzz9.example.com", false],
  ["short1A", false],
  ["ENABLE_NEW_CHECKOUT_FLOW", false],
  ["NoUTF8EscapingWithSuffixes", false],
  ["projects/816257685787/locations/global/workloadIdentityPools/github", false],
])("%s looks random: %s", (text, random) => {
  expect(looksRandom(text)).toBe(random);
});
