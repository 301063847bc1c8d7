import { faultOf } from "../../../../cli/expectations/assert";
import type { Breach } from "../../../../cli/expectations/calls";
import type { Action, Expectation } from "../../../../intent/model/expectation";
import type { Places } from "../../../../intent/schema/places";
import { dev } from "../../../support/config-folder";

const intent = dev("clients: { batch: { disabled: true }, web: { scopes: [orders/write, orders/read] } }");

/** Places that are their own paths. Lists are in the order of the file, not of the intent. */
const PLACES: Places = {
  at: (path) => path.join("."),
  keys: () => [],
  values: () => [],
  items: (path) => (path.join(".") === "clients.web.scopes" ? ["orders/write", "orders/read"] : []),
};

const breach = (parts: Partial<Breach>, action: Action = "call"): Breach => {
  const expectation: Expectation = {
    principals: ["anyone"],
    only: false,
    may: true,
    action,
    targets: ["GET /orders"],
    place: { file: "config/expectations.yaml", line: 7, column: 5, path: "dev[0]" },
  };
  return { expectation, principal: "anyone", target: "GET /orders", got: "allowed", ...parts };
};

const route = "services.orders.routes";

test.each<[string, Breach, readonly string[]]>([
  [
    "a caller that may: its scope, and the route's",
    breach({ principal: "customers/web", target: "POST /orders" }),
    ["clients.web.scopes.0", `${route}.POST /orders.scopes`],
  ],
  [
    "a public route",
    breach({ principal: "customers/web", target: "GET /products" }),
    ["services.catalog.routes.GET /products"],
  ],
  [
    "a caller that may not: the route's scopes, and the client's",
    breach({ principal: "partner/export", target: "POST /orders", got: "refused" }),
    [`${route}.POST /orders.scopes`, "clients.export.scopes"],
  ],
  ["a disabled client", breach({ principal: "customers/batch", got: "refused" }), ["clients.batch.disabled"]],
  [
    "a client that an issuer lists",
    breach({ principal: "workforce/0oa1example", target: "POST /orders", got: "refused" }),
    ["issuers.workforce.scopes"],
  ],
  ["no token", breach({ got: "refused" }), [`${route}.GET /orders.scopes`]],
  [
    "a secret of a service",
    breach({ principal: "group:ops", target: "orders-database-url" }, "readSecrets"),
    ["services.orders.secrets.DATABASE_URL"],
  ],
  ["a secret of a client", breach({ principal: "gateway", target: "clients/batch" }, "readSecrets"), ["clients.batch"]],
  ["a service", breach({ principal: "group:ops", target: "orders" }, "invoke"), ["services.orders"]],
])("%s: names the lines of config that decide", (_, of, lines) => {
  const [first = "", remedy = ""] = faultOf(of, intent, PLACES).split("\n");
  expect(first).toMatch(/^config\/expectations\.yaml:7:5 {2}dev\[0\] {2}dev: got /);
  for (const line of lines) expect(remedy).toContain(line);
});

test("gives the remedy even if no line of config decides", () => {
  for (const text of [
    faultOf(breach({ target: "GET /gone", got: "missing" }), intent, PLACES),
    faultOf(breach({}), intent),
  ]) {
    expect(text.split("\n")[1]).toBe("    correct the config, or change the expectation");
  }
});
