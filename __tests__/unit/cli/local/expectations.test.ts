import { brokenInMatrix } from "../../../../cli/local/local";
import type { Cell } from "../../../../cli/local/matrix";
import type { Expectation } from "../../../../intent/model/expectation";
import { dev } from "../../../support/config-folder";

const intent = dev();
const cell = (caller: string, route: string, status: number): Cell => ({
  caller,
  route,
  request: route,
  status,
  allowed: status === 200,
});
const CELLS = [
  cell("no token", "GET /products", 200),
  cell("customers/web", "GET /products", 200),
  cell("no token", "GET /orders", 401),
  cell("customers/web", "GET /orders", 200),
  cell("no token", "POST /orders", 403),
  cell("customers/web", "POST /orders", 403),
];
const expected = (parts: Partial<Expectation>): Expectation => ({
  principals: ["anyone"],
  only: false,
  may: true,
  action: "call",
  targets: ["GET /products"],
  place: { file: "config/expectations.yaml", line: 4, column: 5, path: "dev[0]" },
  ...parts,
});
const broken = (parts: Partial<Expectation>, cells = CELLS) =>
  brokenInMatrix({ ...intent, expectations: [expected(parts)] }, cells, {
    http: cells.map(({ route }) => route),
    rest: [],
  });

test.each<[string, Partial<Expectation>, number]>([
  ["a public route", {}, 0],
  ["a caller with a grant", { principals: ["customers/web"], targets: ["GET /orders"] }, 0],
  ["a caller that is refused", { principals: ["customers/web"], targets: ["POST /orders"] }, 1],
  ["a caller that must not pass", { may: false, principals: ["customers/web"], targets: ["GET /orders"] }, 1],
  ["no token", { may: false, targets: ["GET /orders"], because: "authorization-count" }, 0],
  ["one caller alone", { only: true, principals: ["customers/web"], targets: ["GET /orders"] }, 0],
  ["a caller of whom the door has no token", { principals: ["customers/batch"], targets: ["GET /orders"] }, 0],
  ["a secret, about which a call says nothing", { action: "readSecrets", principals: ["gateway"], targets: ["x"] }, 0],
])("%s", (_, parts, count) => expect(broken(parts)).toHaveLength(count));

test("names a broken expectation with its line", () => {
  const parts = { principals: ["customers/web"], targets: ["GET /orders"] };
  expect(broken(parts, [cell("no token", "GET /orders", 401), cell("customers/web", "GET /orders", 403)])).toEqual([
    "got customers/web not allowed to call GET /orders, expected: customers/web may call GET /orders (config/expectations.yaml:4)",
  ]);
});
