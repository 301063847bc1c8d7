import { leftOutTables } from "../../../../cli/synthesis/left-out";
import type { LeftOutOfEnvironment } from "../../../../intent/schema/read-config";

const origin = (line: number) => ({ file: "config/openapi/orders.yaml", line, column: 1 });
const part = (subject: string, line: number, of: Partial<LeftOutOfEnvironment> = {}): LeftOutOfEnvironment => ({
  environment: "dev",
  service: "orders",
  document: "config/openapi/orders.yaml",
  subject,
  part: "operation",
  why: [{ kind: "no-security" }],
  origin: origin(line),
  ...of,
});
const KEY = { kind: "scheme", scheme: "key", type: "apiKey", place: "cookie" } as const;

test("a service's document has one table, whatever the number of environments", () => {
  const parts = [
    part("GET /orders", 5, { why: [KEY, { kind: "no-scope", scheme: "oauth" }] }),
    part("PUT /orders", 7, { part: "alternative", why: [KEY] }),
    part("POST /orders", 9, { part: "alternative", why: [KEY] }),
    part("shipped", 11, { part: "webhook", why: [{ kind: "outgoing" }] }),
  ];
  const prod = parts.slice(0, 3).map((each) => ({ ...each, environment: "prod" }));
  expect(leftOutTables([...parts, ...prod])).toEqual([
    "orders: left out of config/openapi/orders.yaml:",
    "    operation               left out     because                                                                             place",
    "    GET /orders             operation    key is apiKey in cookie, without scopes; oauth without a scope: any token would do  orders.yaml:5",
    "    PUT /orders and 1 more  alternative  key is apiKey in cookie, without scopes                                             orders.yaml:7",
    "    shipped (dev)           webhook      the service makes these calls                                                       orders.yaml:11",
    "    Nothing in this table gives access. To open an operation, write its route with scopes in config, or change the document.",
  ]);
});

test("each reason has its words, and two documents have two tables", () => {
  const reasons: LeftOutOfEnvironment["why"] = [
    { kind: "no-security" },
    { kind: "public", isDefault: true },
    { kind: "public", isDefault: false },
    { kind: "scheme", scheme: "tls", type: "mutualTLS" },
    { kind: "several-schemes", schemes: ["key", "oauth"] },
    { kind: "servers" },
    { kind: "method", method: "TRACE" },
  ];
  const parts = reasons.map((why, index) => part(`GET /${index}`, index, { why: [why] }));
  const tables = leftOutTables([...parts, part("GET /items", 1, { service: "items", document: "config/items.json" })]);
  const words = tables.filter((line) => /GET/.test(line)).map((line) => line.split(/ {2,}/)[3]);
  expect(words).toEqual([
    "no security",
    "public by the document's default",
    "public, which config does not allow",
    "tls is mutualTLS, without scopes",
    "key and oauth together: a call has one token",
    "servers of its own",
    "no TRACE at API Gateway",
    "no security",
  ]);
  expect(tables.filter((line) => line.includes(": left out of "))).toHaveLength(2);
  expect(leftOutTables([])).toEqual([]);
});
