import { breaches } from "../../../../cli/expectations/ledger";
import type { Action, Expectation } from "../../../../intent/model/expectation";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { dev } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const intent = dev('clients: { batch: { readers: ["arn:aws:iam::111122223333:role/batch"] } }');
const [READ, INVOKE] = ["roles/secretmanager.secretAccessor", "roles/run.invoker"];
const SECRET = "Google secret shop-dev-orders-database-url";
const SERVICE = "service shop-dev-orders";
const RUNTIME = "service account shop-dev-orders-rt";
const GATEWAY = "service account shop-dev-orders";

const row = (principal: string, permission: string, resource: string): AccessRow => ({
  principal,
  permission,
  resource,
  condition: "-",
});
const expected = (action: Action, parts: Partial<Expectation>): Expectation => ({
  principals: ["service orders"],
  only: false,
  may: true,
  action,
  targets: [action === "invoke" ? "orders" : "orders-database-url"],
  place: { file: "config/expectations.yaml", line: 1, column: 1, path: "dev[0]" },
  ...parts,
});
const found = (action: Action, parts: Partial<Expectation>, rows: readonly AccessRow[]) =>
  breaches([expected(action, parts)], intent, rows).map(
    ({ principal, got, target }) => `${principal} ${got} ${target}`,
  );

const OWN = [
  row(RUNTIME, READ, SECRET),
  row(GATEWAY, INVOKE, SERVICE),
  row("principals with roles/run.invoker", "invoke it", SERVICE),
];

test("the stack's own grants meet the expectations", () => {
  expect(found("readSecrets", { only: true }, OWN)).toEqual([]);
  expect(found("invoke", { only: true, principals: ["gateway"] }, OWN)).toEqual([]);
  expect(found("invoke", { may: false }, OWN)).toEqual([]);
});

test("a missing grant and a missing resource break a may", () => {
  expect(found("readSecrets", {}, [])).toEqual(["service orders refused orders-database-url"]);
  expect(found("readSecrets", { targets: ["gone"] }, OWN)).toEqual(["service orders missing gone"]);
  expect(found("readSecrets", { may: false, targets: ["gone"] }, OWN)).toEqual([]);
});

testAll([
  ["of the same role", row("group:ops@example.com", READ, SECRET)],
  ["of a role that is not known to be harmless", row("group:ops@example.com", "roles/secretmanager.admin", SECRET)],
  ["of a role of its own", row("group:ops@example.com", "secretmanager.versions.access", SECRET)],
  ["on the whole project", row("group:ops@example.com", "roles/editor", "shop-project")],
  ["on a folder", row("group:ops@example.com", "roles/secretmanager.secretAccessor", "folders/7")],
])("only: another principal's grant %s breaks it", (_, other) => {
  expect(found("readSecrets", { only: true }, [...OWN, other])).toEqual([
    "group:ops@example.com allowed orders-database-url",
  ]);
});

testAll([
  ["a permission to add versions", row("group:ops@example.com", "roles/secretmanager.secretVersionAdder", SECRET)],
  ["another secret", row("group:ops@example.com", READ, "Google secret shop-dev-other")],
  ["a call of a route", row("customers/web", "GET /orders", SERVICE)],
  ["a denial", row("any principal", "DENY secretsmanager:GetSecretValue", SECRET)],
])("only: %s breaks nothing", (_, other) => {
  expect(found("readSecrets", { only: true }, [...OWN, other])).toEqual([]);
  expect(found("invoke", { only: true, principals: ["gateway"] }, [...OWN, other])).toEqual([]);
});

testAll(["ANYONE (allUsers)", "anyone WITH NETWORK ACCESS AND A VALID TOKEN", "NOT READ"])(
  "a grant to %s is a grant to each principal",
  (principal) => {
    const open = [row(principal, "call it past the gateway", SERVICE)];
    expect(found("invoke", { may: false }, open)).toEqual(["service orders allowed orders"]);
    expect(found("invoke", { only: true, principals: ["gateway"] }, [...OWN, ...open])).toEqual([
      `${principal} allowed orders`,
    ]);
  },
);

test("a client's secret is read by the roles that config names", () => {
  const secret = "AWS secret shop-dev/clients/batch";
  const rows = [row("arn:aws:iam::111122223333:role/batch", "secretsmanager:GetSecretValue", secret)];
  const of = { principals: ["arn:aws:iam::111122223333:role/batch"], targets: ["clients/batch"] };
  expect(found("readSecrets", { ...of, only: true }, rows)).toEqual([]);
  expect(found("readSecrets", of, [])).toEqual(["arn:aws:iam::111122223333:role/batch refused clients/batch"]);
});

test("a row that denies does not hide a call that another row allows, because main.ts can add rows", () => {
  const of = { may: false, principals: ["customers/web"], targets: ["GET /orders"] };
  const rows = [
    row("customers/web", "GET /orders", SERVICE),
    row("customers/web", "DENY any call", "every scoped route"),
  ];
  expect(found("call", of, rows)).toEqual(["customers/web allowed GET /orders"]);
});
