import { breaches } from "../../../../cli/expectations/ledger";
import type { AccessRow } from "../../../../packages/terraform-access-review/model/row";
import { dev } from "../../../support/config-folder";

const intent = dev();
const SERVICE = "service shop-dev-orders";
const row = (principal: string, permission: string, resource: string): AccessRow => ({
  principal,
  permission,
  resource,
  condition: "-",
});

test("a row that denies does not hide a call that another row allows, because main.ts can add rows", () => {
  const expectation = {
    principals: ["customers/web"],
    only: false,
    may: false,
    action: "call" as const,
    targets: ["GET /orders"],
    place: { file: "config/expectations.yaml", line: 1, column: 1, path: "dev[0]" },
  };
  const rows = [
    row("customers/web", "GET /orders", SERVICE),
    row("customers/web", "DENY any call", "every scoped route"),
  ];
  const found = breaches([expectation], intent, { resource: {}, provider: {} }, rows);
  expect(found.map(({ principal, got, target }) => `${principal} ${got} ${target}`)).toEqual([
    "customers/web allowed GET /orders",
  ]);
});
