import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { locateIn } from "../../../../cli/review/locate";
import { environmentFiles } from "../../../../cli/synthesis/synthesis";
import { loadIntents } from "../../../../intent/load";
import { formatProblem } from "../../../../intent/model/problem";
import { placesOf } from "../../../../intent/schema/places";
import { changeOfStacks } from "../../../../packages/terraform-access-review/judge/from-stacks";
import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { reportOf } from "../../../../packages/terraform-access-review/render/report";
import type { Sources } from "../../../../stacks/shared/sources";
import { intentOf, SHOP_CONFIG } from "../../../support/shop";
import { sourcesOf, stackOf } from "../../../support/stack";
import { synthesizedState } from "../../../support/synthesized";

/** An edit of one line of the shop's config: environment, file, the text, and what replaces it. */
type Edit = readonly [environment: string, file: string, from: string, to: string];

const EDITS: readonly Edit[] = [
  // `each-setting.test.ts` changes each key alone. These change an item, an entry, or what several rows come from.
  ["dev", "dev.yaml", '"http://localhost:3000"]', '"http://localhost:3000", "http://localhost:4000"]'],
  // A client's rights.
  ["dev", "dev.yaml", "accounts/read, accounts/write]", "accounts/read, accounts/write, accounts/support]"],
  ["dev", "dev.yaml", "[orders/read, orders/export]", "[orders/read]"],
  ["dev", "dev.yaml", "[orders/support, accounts/support]", "[orders/support]"],
  ["prod", "prod.yaml", "disabled: true", "disabled: false"],
  ["dev", "dev.yaml", "  support-desk:\n", "  support-desk:\n    disabled: true\n"],
  ["dev", "base.yaml", "scopes: [orders/read, orders/support, accounts", "scopes: [orders/read, accounts"],
  ["dev", "base.yaml", "clients: [0oa1example]", "clients: [0oa1example, 0oa2example]"],
  // A route's needs.
  ["dev", "base.yaml", "{ scopes: [orders/export] }", "{ scopes: [orders/export, orders/read] }"],
  ["dev", "base.yaml", "GET /products: public", "GET /products: { scopes: [catalog/write] }"],
  [
    "dev",
    "base.yaml",
    "      GET /accounts/{id}:",
    "      PUT /accounts/me: { scopes: [accounts/write] }\n      GET /accounts/{id}:",
  ],
  // Who reads what, and how long.
  ["dev", "dev.yaml", "role/reporting", "role/reports"],
  ["prod", "prod.yaml", "role/audit", "role/auditing"],
  ["prod", "prod.yaml", "auditors@example.com", "audit@example.com"],
  ["dev", "dev.yaml", '["http://localhost:3000/cb", ', "["],
  [
    "dev",
    "dev.yaml",
    'logoutUrls: ["http://localhost:3000", ',
    'logoutUrls: ["http://localhost:5000", "http://localhost:3000", ',
  ],
  ["dev", "dev.yaml", "audiences: [api://storefront-dev]", "audiences: [api://storefront-dev, api://other-dev]"],
  ["dev", "dev.yaml", '[https://dev.shop.example.com, "http://localhost:3000"]\n\n', '["http://localhost:3000"]\n\n'],
  [
    "dev",
    "dev.yaml",
    "  nightly-export:\n",
    "  second-export: { issuer: aws, subject: x, scopes: [orders/read] }\n  nightly-export:\n",
  ],
  ["dev", "base.yaml", "      GET /orders: { scopes: [orders/read] }\n", "      GET /orders: public\n"],
  ["dev", "base.yaml", "{ scopes: [orders/read, orders/support] }", "{ scopes: [orders/support] }"],
  ["prod", "prod.yaml", "group:payments@example.com", "group:pay@example.com"],
  [
    "prod",
    "prod.yaml",
    '    readers: ["arn:aws:iam::333344445555:role/support-desk"]\n',
    '    readers: ["arn:aws:iam::333344445555:role/desk"]\n',
  ],
  ["prod", "prod.yaml", "    rotateEveryDays: 90\n", "    rotateEveryDays: 90\n    quota: { requests: 5, per: day }\n"],
  ["preview", "base.yaml", "{ scopes: [orders/export] }", "{ scopes: [orders/export, orders/read] }"],
  [
    "preview",
    "base.yaml",
    "scopes: [orders/read, orders/export]",
    "scopes: [orders/read, orders/export, orders/support]",
  ],
];

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** The shop's config with one edit, and the line of the edit. */
function edited([environment, file, from, to]: Edit): { readonly config: string; readonly line: string } {
  const config = mkdtempSync(join(tmpdir(), "locate-"));
  folders.push(config);
  for (const each of ["base.yaml", `${environment}.yaml`]) cpSync(join(SHOP_CONFIG, each), join(config, each));
  const text = readFileSync(join(config, file), "utf8");
  const at = text.indexOf(from);
  if (at < 0 || text.indexOf(from, at + 1) >= 0) throw new Error(`${file} has not exactly one ${from}`);
  const changed = text.replace(from, to);
  writeFileSync(join(config, file), changed);
  const [before, after] = [text.split("\n"), changed.split("\n")];
  return { config, line: `config/${file}:${1 + after.findIndex((line, index) => line !== before[index])}` };
}

function stateOf(config: string, environment: string): SynthesizedState & { readonly sources: Sources } {
  const loaded = loadIntents(config);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
  const intent = loaded.intents.find((each) => each.environment === environment);
  if (intent === undefined) throw new Error(environment);
  const {
    "main.tf.json": stack = "",
    "authorizer-policy.json": policy,
    "envoy-policy.json": envoy,
  } = environmentFiles(intent, stackOf(intent).json);
  return {
    stack: JSON.parse(stack),
    ...(policy !== undefined && { policy: JSON.parse(policy) }),
    ...(envoy !== undefined && { envoy: JSON.parse(envoy) }),
    sources: sourcesOf(intent),
  };
}

function accessLines([environment]: Edit, config: string) {
  const { sources, ...state } = stateOf(config, environment);
  const model = changeOfStacks(environment, synthesizedState(environment), state);
  const origins = { sources, former: sourcesOf(intentOf(environment)), lines: () => placesOf(config, environment) };
  return reportOf(
    model,
    locateIn(() => origins),
  ).access;
}

/** Edits that remove something, and the lines of config that its report names: each by the file and the line's text. */
const REMOVALS: readonly (readonly [edit: Edit, lines: readonly (readonly [file: string, text: string])[]])[] = [
  [
    [
      "dev",
      "dev.yaml",
      '  nightly-export:\n    issuer: aws\n    subject: "arn:aws:iam::111122223333:role/nightly-export"\n    scopes: [orders/read, orders/export]\n',
      "",
    ],
    [["dev.yaml", "clients:"]],
  ],
  [
    ["prod", "prod.yaml", "    rotateEveryDays: 90\n", ""],
    [
      ["prod.yaml", "  support-desk:"],
      ["prod.yaml", '    readers: ["arn:aws:iam::333344445555:role/support-desk"]'],
      ["prod.yaml", '  awsRoles: ["arn:aws:iam::444455556666:role/audit"]'],
    ],
  ],
  [
    ["prod", "prod.yaml", ', versionAdders: ["group:payments@example.com"]', ""],
    [["prod.yaml", "      PAYMENT_KEY: { version: 2, rotateEveryDays: 90 }"]],
  ],
  [
    ["prod", "prod.yaml", "    routes:\n      POST /orders: { throttle: { ratePerSecond: 50, burst: 100 } }\n", ""],
    [["base.yaml", "      POST /orders: { scopes: [orders/write], throttle: { ratePerSecond: 5, burst: 10 } }"]],
  ],
  [
    ["dev", "base.yaml", "[orders/write], throttle: { ratePerSecond: 5, burst: 10 }", "[orders/write]"],
    [["base.yaml", "      POST /orders: { scopes: [orders/write] }"]],
  ],
  [
    ["prod", "prod.yaml", "  domain: { name: api.shop.example.com, zoneId: Z0123456789SHOP }\n", ""],
    [["prod.yaml", "gateway:"]],
  ],
];

test("what was removed is named by its list, or by what it belonged to", () => {
  for (const [edit, lines] of REMOVALS) {
    const { config } = edited(edit);
    const named = new Set(accessLines(edit, config).map(({ source }) => source?.text));
    const lineOf = (file: string, text: string) => {
      const all = readFileSync(join(config, file), "utf8").split("\n");
      return `config/${file}:${1 + all.indexOf(text)}`;
    };
    expect([...named].sort()).toEqual(lines.map((line) => lineOf(...line)).sort());
  }
});

test("an item of a list over several lines is named by its own line", () => {
  const edit: Edit = [
    "dev",
    "dev.yaml",
    "scopes: [orders/read, orders/write, accounts/read, accounts/write]",
    "scopes:\n      - orders/read\n      - orders/write\n      - accounts/read\n      - accounts/write\n      - accounts/support\n",
  ];
  const { config } = edited(edit);
  const lines = readFileSync(join(config, "dev.yaml"), "utf8").split("\n");
  const named = new Set(accessLines(edit, config).map(({ source }) => source?.text));
  expect([...named]).toEqual([`config/dev.yaml:${1 + lines.indexOf("      - accounts/support")}`]);
});

test("each line of a report points at the line of the config that was edited", () => {
  const differences = EDITS.flatMap((edit) => {
    const [, , from, to] = edit;
    const { config, line } = edited(edit);
    const access = accessLines(edit, config);
    const wrong = access
      .filter(({ source }) => source?.text !== line)
      .map(({ sentence, parts, source }) => `  ${sentence} [${parts.join("; ")}]: ${source?.text}, not ${line}`);
    if (access.length === 0) return [`${from} → ${to}: no line`];
    return wrong.length === 0 ? [] : [`${from} → ${to}`, ...wrong];
  });
  expect(differences).toEqual([]);
});
