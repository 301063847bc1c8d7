import { faultOf, type Lines } from "../../../../cli/expectations/assert";
import type { Breach } from "../../../../cli/expectations/calls";
import type { Action, Expectation } from "../../../../intent/model/expectation";
import { dev } from "../../../support/config-folder";

const intent = dev("clients: { batch: { disabled: true }, web: { scopes: [orders/write, orders/read] } }");

/** Places that are their own paths and addresses. Lists are in the order of the file, not of the intent. */
const LINES: Lines = {
  places: {
    at: (path) => path.join("."),
    nearest: () => undefined,
    keys: () => [],
    values: () => [],
    all: () => [],
    items: (path) => (path.join(".") === "clients.web.scopes" ? ["orders/write", "orders/read"] : []),
  },
  placeOf: (address, attribute) => [address, attribute].filter(Boolean).join(" "),
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
    "a secret that grants open: each of them",
    breach(
      {
        principal: "group:ops",
        target: "orders-database-url",
        from: [
          { address: "google_service_account_iam_member.ops", argument: "role" },
          { address: "google_secret_manager_secret_iam_binding.orders", argument: "members" },
        ],
      },
      "readSecrets",
    ),
    ["google_service_account_iam_member.ops role and google_secret_manager_secret_iam_binding.orders members grant it"],
  ],
  [
    "a service that refuses: its declaration",
    breach({ principal: "gateway", target: "orders", got: "refused", declaration: "google_run.orders" }, "invoke"),
    ["google_run.orders declares orders"],
  ],
])("%s: names the lines of config that decide", (_, of, lines) => {
  const [first = "", remedy = ""] = faultOf(of, intent, LINES).split("\n");
  expect(first).toMatch(/^config\/expectations\.yaml:7:5 {2}dev\[0\] {2}dev: got /);
  for (const line of lines) expect(remedy).toContain(line);
});

test("gives the remedy even if no line of config decides", () => {
  for (const text of [
    faultOf(breach({ target: "GET /gone", got: "missing" }), intent, LINES),
    faultOf(breach({}), intent),
  ]) {
    expect(text.split("\n")[1]).toBe("    correct the config, or change the expectation");
  }
});
