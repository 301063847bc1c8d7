import { readFileSync } from "node:fs";
import { join } from "node:path";
import { breaches } from "../../../../cli/expectations/ledger";
import type { Intent } from "../../../../intent/model/intent";
import { accessLedger } from "../../../../packages/terraform-access-review/access/ledger";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { loadFiles } from "../../../support/config-folder";
import { ROOT } from "../../../support/places";
import { SHOP_CONFIG } from "../../../support/shop";
import { stackOf } from "../../../support/stack";

/** Environments that the expectations name. */
const NAMES = ["base.yaml", "prod.yaml", "preview.yaml"];
const FILES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(NAMES.map((name) => [name, readFileSync(join(SHOP_CONFIG, name), "utf8")])),
  "expectations.yaml": readFileSync(join(ROOT, "__tests__/fixtures/expectations/shop.yaml"), "utf8"),
};

/** A text of a config file and its replacement, or a grant that a `main.ts` could add. */
type Mutation =
  | { readonly file: "base" | "prod"; readonly from: string; readonly to: string }
  | { readonly role: string; readonly on: Readonly<Record<string, string>>; readonly member: string };

const base = (from: string, to: string): Mutation => ({ file: "base", from, to });
const prod = (from: string, to: string): Mutation => ({ file: "prod", from, to });
const READ = "roles/secretmanager.secretAccessor";
const WEB = "[orders/read, orders/write, accounts/read, accounts/write, reviews/write]";
const web = (scopes: string) => base(WEB, scopes);
const AGENT = "    kind: agent # runs without a person: read-only, with a quota";
const catalog = "serviceAccount:${google_service_account.catalog_rt.email}";

/** Mutations by the place of the only expectation that each of them breaks. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "all[0]": { role: READ, on: { secret_id: "storefront-prod-accounts-session-key" }, member: catalog },
  "prod[0]": base("GET /products: public", "GET /products: { scopes: [catalog/write] }"),
  "prod[1]": base("GET /products/{sku}: public", "GET /products/{sku}: { scopes: [catalog/write] }"),
  "prod[2]": base("{ access: public, throttle: { ratePerSecond: 200, burst: 400 } }", "{ scopes: [catalog/write] }"),
  "prod[3]": base("{ access: public, throttle: { ratePerSecond: 20, burst: 40 } }", "{ scopes: [catalog/write] }"),
  "prod[4]": base("GET /accounts/{id}: { scopes: [accounts/support] }", "GET /accounts/{id}: public"),
  "prod[5]": prod(
    AGENT,
    `${AGENT}\n    allowWrites: true\n    allowWritesReason: it removes spam\n    scopes: [orders/read, orders/export, reviews/moderate]`,
  ),
  "prod[6]": base(
    "[orders/support, accounts/support, reviews/moderate]",
    "[orders/support, accounts/support, orders/write]",
  ),
  "prod[7]": web(WEB.replace("]", ", accounts/support]")),
  "prod[8]": {
    role: "roles/run.invoker",
    on: { name: "${google_cloud_run_v2_service.accounts.name}" },
    member: catalog,
  },
  "prod[9]": { role: READ, on: { secret_id: "storefront-prod-orders-payment-key" }, member: catalog },
  "prod[10]": base("{ secret: orders-database-url }", "{ secret: orders-database-address }"),
  "prod[11]": prod("    disabled: true\n", ""),
  "prod[12]": web(WEB.replace("orders/write, ", "")),
  "prod[13]": web(WEB.replace("]", ", orders/support]")),
  "prod[14]": web(WEB.replace("accounts/write, ", "")),
  "prod[15]": base(
    "[orders/read, orders/support, accounts/read, catalog/write]",
    "[orders/read, orders/support, accounts/read]",
  ),
  "prod[16]": base(
    "[orders/read, orders/support, accounts/read, catalog/write]",
    "[orders/read, orders/support, orders/write, catalog/write]",
  ),
  "prod[17]": prod("scopes: [orders/read, orders/export]", "scopes: [orders/read, orders/export, accounts/read]"),
  "prod[18]": web(WEB.replace("]", ", orders/export]")),
  "prod[19]": prod(
    "claims: { repository: acme/storefront, environment: prod }\n    scopes: [orders/read]",
    "claims: { repository: acme/storefront, environment: prod }\n    scopes: [accounts/read]",
  ),
  "prod[20]": prod(
    "claims: { repository: acme/storefront, environment: prod }\n    scopes: [orders/read]",
    "claims: { repository: acme/storefront, environment: prod }\n    scopes: [orders/read, reviews/moderate]",
  ),
  "prod[21]": base("GET /products/{sku}/reviews: public", "GET /products/{sku}/reviews: { scopes: [reviews/write] }"),
  "prod[22]": web(WEB.replace(", reviews/write", "")),
  "prod[23]": base(
    "GET /accounts/{id}: { scopes: [accounts/support] }",
    "GET /accounts/{id}: { scopes: [accounts/read] }",
  ),
  "prod[24]": base("[orders/read, orders/export]", "[orders/export]"),
  "prod[25]": base(
    "ANY /carts/{id}: { scopes: [orders/write] }",
    "ANY /carts/{id}: { scopes: [orders/write] }\n      GET /carts/{id}: { scopes: [orders/read] }\n      HEAD /carts/{id}: { scopes: [orders/read] }",
  ),
  "prod[26]": prod(`["arn:aws:iam::333344445555:role/reporting"]`, `["arn:aws:iam::333344445555:role/other"]`),
  "prod[27]": prod(
    `["arn:aws:iam::333344445555:role/reporting"]`,
    `["arn:aws:iam::333344445555:role/reporting", "arn:aws:iam::333344445555:role/support-desk"]`,
  ),
  "prod[28]": {
    role: READ,
    on: { secret_id: "storefront-prod-accounts-database-url" },
    member: "group:payments@example.com",
  },
};

/** Paths of the expectations that a load or a synthesis of prod finds broken. */
function brokenBy(mutation?: Mutation, given = FILES): readonly string[] {
  const files = { ...given };
  if (mutation && "file" in mutation) {
    const name = `${mutation.file}.yaml`;
    if (!files[name]?.includes(mutation.from)) throw new Error(`${name} has no ${mutation.from}`);
    files[name] = files[name]?.replace(mutation.from, mutation.to) ?? "";
  }
  const loaded = loadFiles(files);
  if (!loaded.ok)
    return loaded.problems.map(({ file, path, message }) => expectedPath(path) ?? `${file} ${path} ${message}`);
  const intent = loaded.intents.find(({ environment }) => environment === "prod") as Intent;
  const stack = structuredClone(stackOf(intent).json);
  if (mutation && "role" in mutation) {
    const { role, on, member } = mutation;
    const type = "name" in on ? "google_cloud_run_v2_service_iam_member" : "google_secret_manager_secret_iam_member";
    const secret = "secret_id" in on && secretOf(stack, on.secret_id);
    stack.resource[type] = {
      ...stack.resource[type],
      own: { role, member, ...on, ...(secret && { secret_id: secret }) },
    };
  }
  const found = breaches(intent.expectations, intent, stack, accessLedger(stack, authorizerPolicy(intent)));
  return [...new Set(found.map(({ expectation }) => expectation.place.path))];
}

/** `prod[3]` of `prod[3].may.call`. */
function expectedPath(path: string): string | undefined {
  return /^\w+\[\d+\]/.exec(path)?.[0];
}

/** A reference to the secret with this id, as another resource of the stack would hold it. */
function secretOf(stack: { resource: Record<string, Record<string, Record<string, unknown>>> }, id: string): string {
  const found = Object.entries(stack.resource.google_secret_manager_secret ?? {}).find(
    ([, each]) => each.secret_id === id,
  );
  if (found === undefined) throw new Error(`no secret ${id}`);
  return `\${google_secret_manager_secret.${found[0]}.secret_id}`;
}

test("the shop meets all its expectations", () => {
  expect(brokenBy()).toEqual([]);
});

test("each of the 30 expectations has a mutation that breaks only it, and is reported at its place", () => {
  const places = Object.keys(MUTATIONS);
  expect(places).toHaveLength(30);
  const found = Object.fromEntries(Object.entries(MUTATIONS).map(([place, mutation]) => [place, brokenBy(mutation)]));
  // A group may include any account.
  const also: Readonly<Record<string, readonly string[]>> = { "prod[28]": ["all[0]"] };
  expect(found).toEqual(Object.fromEntries(places.map((place) => [place, [...(also[place] ?? []), place]])));
});

test("the example of the how-to page holds in the shop", () => {
  const page = readFileSync(join(ROOT, "docs/how-to/expectations.md"), "utf8");
  const [, example = ""] = /<!-- config: expectations -->\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  expect(example).toContain("only: gateway");
  expect(brokenBy(undefined, { ...FILES, "expectations.yaml": example })).toEqual([]);
});
