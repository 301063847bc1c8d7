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
  ["a number in place of scaling", "base.yaml", "scaling: { max: 20 }", "scaling: 20", ["base.yaml:60"]],
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
  ["a retention that CloudWatch does not offer", "dev.yaml", "retentionDays: 7", "retentionDays: 31", ["dev.yaml:65"]],
  [
    "a port by its name",
    "base.yaml",
    "    healthPath: /healthz #",
    "    port: http\n    healthPath: /healthz #",
    ["base.yaml:40"],
  ],
  ["a port below zero", "staging.yaml", "    scaling: {", "    port: -1\n    scaling: {", ["staging.yaml:47"]],
  ["yes for true", "dev.yaml", "ownsProject: true", "ownsProject: yes", ["dev.yaml:10"]],
  ["an account with a leading zero", "dev.yaml", 'account: "111122223333"', "account: 011122223333", ["dev.yaml:6"]],
  [
    "a service under the name of another",
    "base.yaml",
    "  reviews:\n    image",
    "  catalog:\n    image",
    ["base.yaml:86"],
  ],
  ["an anchor on a service", "base.yaml", "  orders:\n    image", "  orders: &orders\n    image", ["base.yaml:38"]],
  [
    "a merge key in a service",
    "dev.yaml",
    "  orders:\n    scaling",
    "  orders:\n    <<: { port: 1 }\n    scaling",
    ["dev.yaml:38"],
  ],
  ["a tag on the name", "base.yaml", "name: storefront", "name: !!str storefront", ["base.yaml:6"]],
  ["a second document", "dev.yaml", "\nlogs:\n", "\n---\nlogs:\n", ["dev.yaml:64"]],
  ["a file in capitals", "Qa.yaml", "", "{}\n", ["Qa.yaml:1"]],
  [
    "null in a list",
    "dev.yaml",
    "scopes: [orders/support, accounts/support]",
    "scopes: [orders/support, null]",
    ["dev.yaml:57"],
  ],
  ["a project without a value", "dev.yaml", "  project: storefront-dev", "  project:", ["dev.yaml:9"]],
  [
    "a version in quotes",
    "prod.yaml",
    "DATABASE_URL: { version: 7 }",
    'DATABASE_URL: { version: "7" }',
    ["prod.yaml:55"],
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
    "a number where a throttle is meant",
    "base.yaml",
    "throttle: { ratePerSecond: 5, burst: 10 }",
    "throttle: 5",
    ["base.yaml:49"],
  ],
  [
    "a rate with its unit",
    "base.yaml",
    "{ ratePerSecond: 50, burst: 100 }",
    "{ ratePerSecond: 50/s, burst: 100 }",
    ["base.yaml:32"],
  ],
  ["memory in GB", "prod.yaml", "memory: 1Gi", "memory: 1GB", ["prod.yaml:51"]],
  ["memory without a unit", "prod.yaml", "memory: 1Gi", "memory: 1024", ["prod.yaml:51"]],
  ["cores in quotes", "dev.yaml", "cpu: 0.5", 'cpu: "0.5"', ["dev.yaml:41"]],
  [
    "an issuer without TLS",
    "base.yaml",
    "issuer: https://acme.okta.com",
    "issuer: http://acme.okta.com",
    ["base.yaml:23"],
  ],
  [
    "a grant with dashes",
    "base.yaml",
    "    grant: client_credentials",
    "    grant: client-credentials",
    ["base.yaml:107"],
  ],
  ["a scope without its service", "base.yaml", "scopes: [orders/export]", "scopes: [export]", ["base.yaml:52"]],
  ["a method in small letters", "base.yaml", "DELETE /orders/{id}", "delete /orders/{id}", ["base.yaml:53"]],
  ["a path without its slash", "base.yaml", "POST /searches", "POST searches", ["base.yaml:70"]],
  [
    "a comma in a text between braces",
    "base.yaml",
    "environment:\n      LOG_LEVEL: info\n      CURRENCIES: EUR,GBP",
    "environment: { LOG_LEVEL: info, CURRENCIES: EUR,GBP }",
    ["base.yaml:61"],
  ],
  ["an identity by its number", "bootstrap.yaml", "  deploy: terraform", "  deploy: 4711", ["bootstrap.yaml:13"]],
  [
    "an allowance without its reason",
    "bootstrap.yaml",
    "    pullRequests: false\n",
    "    pullRequests: false\nallowances:\n  - { rule: tags-everywhere, address: aws_x.y, owner: platform@example.com }\n",
    ["bootstrap.yaml:28"],
  ],
  ["a misspelt form of subjects", "bootstrap.yaml", "subjects: immutable", "subjects: immutabel", ["bootstrap.yaml:9"]],
  ["imports as a list", "imports.yaml", "", "dev: [aws_x.y]\n", ["imports.yaml:1"]],
  ["quotes of a word processor", "dev.yaml", 'account: "111122223333"', "account: “111122223333”", ["dev.yaml:6"]],
  ["a NUL", "dev.yaml", "aws:", "\u0000aws:", ["dev.yaml:5"]],
  ["an equals sign", "dev.yaml", "protect: false", "protect = false", ["dev.yaml:17"]],
  ["a comma after a value", "dev.yaml", "protect: false", "protect: false,", ["dev.yaml:17"]],
  ["a comment with slashes", "dev.yaml", "protect: false", "protect: false // off", ["dev.yaml:17"]],
  ["a name by language", "base.yaml", "name: storefront", "name: { en: storefront }", ["base.yaml:6"]],
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
