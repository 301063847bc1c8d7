import { breaches } from "../../../../cli/expectations/ledger";
import { dev } from "../../../support/config-folder";
import { rowOf } from "../../../support/ledger-words";

const intent = dev();

test("a row that denies does not hide a call that another row allows", () => {
  const expectation = {
    principals: ["customers/web"],
    only: false,
    may: false,
    action: "call" as const,
    targets: ["GET /orders"],
    place: { file: "config/expectations.yaml", line: 1, column: 1, path: "dev[0]" },
  };
  const rows = [rowOf(), rowOf({ effect: "deny", action: { kind: "any-call" }, resource: { kind: "scoped-routes" } })];
  const found = breaches([expectation], intent, { resource: {}, provider: {} }, rows);
  expect(found.map(({ principal, got, target }) => `${principal} ${got} ${target}`)).toEqual([
    "customers/web allowed GET /orders",
  ]);
});
