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
type Mistake = readonly [file: string, from: string, to: string, lines: readonly string[]];

const MISTAKES: readonly Mistake[] = [
  ["base.yaml", "issuers:\n  customers: #", "issuers:\n  - customers: #", ["base.yaml:17"]],
  ["base.yaml", "  web: # people", "  batch: none\n  web: # people", ["base.yaml:99"]],
  ["base.yaml", "    routes:\n      GET /accounts/me: {", "    routes:\n      - GET /accounts/me: {", ["base.yaml:81"]],
  [
    "base.yaml",
    "    scaling: { max: 20 }\n    environment:",
    "    scalling: { max: 20 }\n    enviroment:",
    ["base.yaml:60", "base.yaml:61"],
  ],
  ["base.yaml", "  team: shop\n  cost-centre: cc-4711", "  - shop\n  - cc-4711", ["base.yaml:117"]],
  ["base.yaml", "  reviews:\n    image", "  catalog:\n    image", ["base.yaml:86"]],
  ["prod.yaml", "  kind: rest #", "kind: rest #", ["prod.yaml:35"]],
  [
    "base.yaml",
    "  cors: { origins: [https://shop",
    "  cors: { domain: { name: api.example.com }, origins: [https://shop",
    ["base.yaml:34"],
  ],
  [
    "base.yaml",
    "environment:\n      LOG_LEVEL: info\n      CURRENCIES: EUR,GBP",
    "environment: { LOG_LEVEL: info, CURRENCIES: EUR,GBP }",
    ["base.yaml:61"],
  ],
  ["dev.yaml", 'account: "111122223333"', "account: “111122223333”", ["dev.yaml:6"]],
  ["dev.yaml", "protect: false", "protect = false", ["dev.yaml:17"]],
  ["dev.yaml", "protect: false", "protect: false,", ["dev.yaml:17"]],
  ["dev.yaml", "protect: false", "protect: false // off", ["dev.yaml:17"]],
  ["base.yaml", "\nservices:\n", "\nservice:\n", ["base.yaml:37"]],
  ["dev.yaml", "  customers: {", "  custmers: {", ["dev.yaml:23"]],
  ["base.yaml", "scopes: [orders/read, orders/support]", "scopes: [orders/read orders/support]", ["base.yaml:50"]],
  ["base.yaml", "\nclients:\n", "\nlcients:\n", ["base.yaml:98"]],
  ["base.yaml", "    kind: oidc\n", "", ["base.yaml:20"]],
  ["base.yaml", "\ngateway:\n", "\n  gateway:\n", ["base.yaml:30"]],
  ["base.yaml", "    clients: [0oa1example]", "  clients: [0oa1example]", ["base.yaml:28"]],
  ["base.yaml", "PAYMENT_KEY: {", "PAYMENT_KEY {", ["base.yaml:46"]],
];

test("the test config has no problem", () => {
  expect(loadFiles(SHOP).ok).toBe(true);
});

testAll(MISTAKES)("in %s, %j as %j is reported at its line and nowhere else", (file, from, to, lines) => {
  const text = SHOP[file] ?? "";
  expect(text).toContain(from);
  const broken: Files = { ...SHOP, [file]: text.replace(from, () => to) };
  expect(problemsOf(broken).map((problem) => `${problem.file.replace("config/", "")}:${problem.line}`)).toEqual(lines);
});
