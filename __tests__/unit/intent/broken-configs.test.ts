import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Files, loadFiles, problemsOf } from "../../support/config-folder";
import { ROOT } from "../../support/places";
import { testAll } from "../../support/test-all";

const FOLDER = join(ROOT, "__tests__/fixtures/shop/config");
const SHOP: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), "utf8")]),
);

/** A mistake in one file of the test config, as an edit of its text, and each line that is reported for it. */
type Mistake = readonly [what: string, file: string, from: string, to: string, lines: readonly string[]];

const MISTAKES: readonly Mistake[] = [
  [
    "a dash before the first of the issuers",
    "base.yaml",
    "issuers:\n  customers: #",
    "issuers:\n  - customers: #",
    ["base.yaml:17"],
  ],
  ["text in place of a client", "base.yaml", "  web: # people", "  batch: none\n  web: # people", ["base.yaml:99"]],
  [
    "a dash before a route",
    "base.yaml",
    "    routes:\n      GET /accounts/me: {",
    "    routes:\n      - GET /accounts/me: {",
    ["base.yaml:81"],
  ],
  [
    "two misspelt keys of a service",
    "base.yaml",
    "    scaling: { max: 20 }\n    environment:",
    "    scalling: { max: 20 }\n    enviroment:",
    ["base.yaml:60", "base.yaml:61"],
  ],
  [
    "a list where tags are meant",
    "base.yaml",
    "  team: shop\n  cost-centre: cc-4711",
    "  - shop\n  - cc-4711",
    ["base.yaml:117"],
  ],
  [
    "a service under the name of another",
    "base.yaml",
    "  reviews:\n    image",
    "  catalog:\n    image",
    ["base.yaml:86"],
  ],
  ["a key that is not indented", "prod.yaml", "  kind: rest #", "kind: rest #", ["prod.yaml:35"]],
  [
    "a domain inside cors",
    "base.yaml",
    "    origins: [https://shop",
    "    domain: { name: api.example.com }\n    origins: [https://shop",
    ["base.yaml:34"],
  ],
  [
    "a comma in a text between braces",
    "base.yaml",
    "environment:\n      LOG_LEVEL: info\n      CURRENCIES: EUR,GBP",
    "environment: { LOG_LEVEL: info, CURRENCIES: EUR,GBP }",
    ["base.yaml:61"],
  ],
  ["quotes of a word processor", "dev.yaml", 'account: "111122223333"', "account: “111122223333”", ["dev.yaml:6"]],
  ["an equals sign", "dev.yaml", "protect: false", "protect = false", ["dev.yaml:17"]],
  ["a comma after a value", "dev.yaml", "protect: false", "protect: false,", ["dev.yaml:17"]],
  ["a comment with slashes", "dev.yaml", "protect: false", "protect: false // off", ["dev.yaml:17"]],
  ["services under a misspelt key", "base.yaml", "\nservices:\n", "\nservice:\n", ["base.yaml:37"]],
  ["an entry of an overlay that misspells an issuer", "dev.yaml", "  customers: {", "  custmers: {", ["dev.yaml:23"]],
  [
    "a scope list without commas",
    "base.yaml",
    "scopes: [orders/read, orders/support]",
    "scopes: [orders/read orders/support]",
    ["base.yaml:50"],
  ],
  ["clients under a misspelt key", "base.yaml", "\nclients:\n", "\nlcients:\n", ["base.yaml:98"]],
  ["an issuer without its kind", "base.yaml", "    kind: oidc\n", "", ["base.yaml:20"]],
  ["a key among its own keys", "base.yaml", "\ngateway:\n", "\n  gateway:\n", ["base.yaml:30"]],
  [
    "an issuer's list among the issuers",
    "base.yaml",
    "    clients: [0oa1example]",
    "  clients: [0oa1example]",
    ["base.yaml:28"],
  ],
  ["a variable without its colon", "base.yaml", "PAYMENT_KEY: {", "PAYMENT_KEY {", ["base.yaml:46"]],
];

test("the test config has no problem", () => {
  expect(loadFiles(SHOP).ok).toBe(true);
});

testAll(MISTAKES)("%s is reported at its line and nowhere else", (_, file, from, to, lines) => {
  const text = SHOP[file] ?? "";
  expect(text).toContain(from);
  const broken: Files = { ...SHOP, [file]: text.replace(from, () => to) };
  expect(problemsOf(broken).map((problem) => `${problem.file.replace("config/", "")}:${problem.line}`)).toEqual(lines);
});
