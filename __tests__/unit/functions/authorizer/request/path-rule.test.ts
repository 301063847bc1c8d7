import type { AuthorizerPolicy } from "../../../../../contract/policy-file";
import { type PathRule, pathRules, requireOwnPath } from "../../../../../functions/authorizer/request/path-rule";
import { assertNoNarrowerRoute } from "../../../../support/authorizer/disguised-routes";
import { HOSTILE, pathsWith } from "../../../../support/authorizer/hostile-paths";
import { POLICY } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";
import fc from "../../../../support/properties";
import { testAll } from "../../../../support/test-all";

/** Routes of the service `orders`, except those that begin with another service's name and a colon. */
function ruleOf(routeKey: string, ...others: readonly string[]): PathRule {
  const routes = [routeKey, ...others].map((entry) => {
    const [service, key] = entry.includes(":") ? entry.split(":") : ["orders", entry];
    return [key, { service, access: "public" as const }];
  });
  const policy: AuthorizerPolicy = { ...POLICY, routes: Object.fromEntries(routes) };
  return pathRules(policy).get(routeKey) as PathRule;
}

async function verdict(rule: PathRule, path: string): Promise<string> {
  try {
    requireOwnPath(rule, path);
    return "passes";
  } catch {
    return await refusalOf(() => requireOwnPath(rule, path));
  }
}

const ID = ruleOf("GET /orders/{id}", "GET /orders/export", "DELETE /orders/{orderId}", "GET /orders");

testAll(["/orders/7", "/orders/a.b-c_d~e", "/orders/x@y", "/orders/exports", "/orders/müller", "/orders/a b"])(
  "%s matches only its own route",
  async (path) => {
    expect(await verdict(ID, path)).toBe("passes");
  },
);

test("a value that some server reads differently is refused in every variable of every route", async () => {
  const routes = { ...POLICY.routes, "POST /a/{x}/b/{y}": { service: "orders", access: "public" as const } };
  const rules = pathRules({ ...POLICY, routes });
  const differences: string[] = [];
  let count = 0;
  for (const [route, rule] of rules) {
    for (const [what, value] of Object.entries(HOSTILE).flatMap(([what, values]) => values.map((one) => [what, one]))) {
      for (const path of pathsWith(route, value ?? "")) {
        count += 1;
        const found = await verdict(rule, path);
        if (found !== "forbidden path-character")
          differences.push(`${route}, ${what}: ${JSON.stringify(path)} ${found}`);
      }
    }
    for (const path of pathsWith(route, "7")) expect([path, await verdict(rule, path)]).toEqual([path, "passes"]);
  }
  expect(differences).toEqual([]);
  expect(count).toBeGreaterThan(800);
});

testAll(["//orders/7", "/./orders/7", "/orders//7"])(
  "%s is refused because of the part before its variable",
  async (path) => {
    expect(await verdict(ID, path)).toBe("forbidden path-character");
  },
);

test("any other value passes, unless it matches another route of the service", () => {
  const value = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9_~!$&'()*+,=:@-]{1,40}$/),
    fc.mixedCase(fc.constantFrom("export", "exports", "ex-port", "me")),
  );
  const passes = (path: string) => {
    try {
      requireOwnPath(ID, path);
      return true;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(value, (text) => {
      expect([text, passes(`/orders/${text}`)]).toEqual([text, text.toLowerCase() !== "export"]);
    }),
  );
});

testAll(["/orders", "/Orders/7", "/orders/7/", "/orders/7/8", "/order/7", "orders/7"])(
  "%s is not a path of the route",
  async (path) => {
    expect(await verdict(ID, path)).toBe("forbidden path-mismatch");
  },
);

testAll(["/orders/export", "/orders/EXPORT", "/orders/export.json", "/orders/ export", "/orders/\uff45xport"])(
  "%s belongs to the narrower route",
  async (path) => {
    expect(await verdict(ID, path)).toBe("forbidden path-ambiguous");
  },
);

test("narrower routes of other methods count, those of other services do not", async () => {
  expect(await verdict(ruleOf("GET /a/{x}", "POST /a/b"), "/a/b")).toBe("forbidden path-ambiguous");
  expect(await verdict(ruleOf("GET /a/{x}", "other:GET /a/b"), "/a/b")).toBe("passes");
});

test("no path below a narrower route passes as the wider one, because a framework may mount a handler there", async () => {
  const files = ruleOf("GET /files/{path+}", "GET /files/admin", "GET /files/{name}", "GET /files");
  expect(await verdict(files, "/files/admin/users")).toBe("forbidden path-ambiguous");
  expect(await verdict(files, "/files/ADMIN/users/7")).toBe("forbidden path-ambiguous");
  expect(await verdict(files, "/files/administrators/7")).toBe("passes");
  expect(await verdict(files, "/files/users/admin")).toBe("passes");
  const locks = ruleOf("POST /accounts/{id}/locks", "GET /accounts/me", "GET /accounts", "GET /");
  expect(await verdict(locks, "/accounts/me/locks")).toBe("forbidden path-ambiguous");
  expect(await verdict(locks, "/accounts/7/locks")).toBe("passes");
});

test("a path that ends in a slash is refused if a narrower route matches it with an empty variable", async () => {
  const files = ruleOf("GET /{path+}", "GET /files/{name}", "GET /files/{name}/parts/{part}");
  expect(await verdict(files, "/files/")).toBe("forbidden path-ambiguous");
  expect(await verdict(files, "/pictures/")).toBe("passes");
  expect(await verdict(files, "/files")).toBe("passes");
});

test("the longest path that the gateway accepts is checked quickly, whatever its characters", async () => {
  const rule = ruleOf("GET /files/{path+}", "GET /files/admin");
  const before = process.cpuUsage();
  for (const unit of [".", " ", "\u00a0", "a."])
    expect(await verdict(rule, `/files/a${unit.repeat(100_000)}x`)).toBe("passes");
  // Ten times the maximum length. With a quadratic rule, each path would take ten seconds.
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});

test("a wider route does not block a narrower one, but an incomparable one does", async () => {
  expect(await verdict(ruleOf("GET /a/{x}", "GET /a/{proxy+}", "GET /{proxy+}"), "/a/1")).toBe("passes");
  expect(await verdict(ruleOf("GET /a/{x}/c", "GET /a/b/{y}"), "/a/b/c")).toBe("forbidden path-ambiguous");
  expect(await verdict(ruleOf("GET /a/{x}/c", "GET /a/b/{y}"), "/a/1/c")).toBe("passes");
  expect(await verdict(ruleOf("GET /{proxy+}", "GET /a/{x}"), "/a/1")).toBe("forbidden path-ambiguous");
});

test("routes that differ only in case block each other", async () => {
  expect(await verdict(ruleOf("GET /a/{x}", "GET /A/{x}"), "/a/1")).toBe("forbidden path-ambiguous");
});

test("a path of a narrower route never passes on the wider one, however it is spelled", () => {
  // Spellings that some framework normalizes before it routes.
  const disguises = [
    (text: string) => text.toUpperCase(),
    (text: string) => `${text}/`,
    (text: string) => `${text}.json`,
    (text: string) => text.replace("e", "\uff45"),
    (text: string) => text.replace("x", "%78"),
    (text: string) => `./${text}`,
    (text: string) => `${text};a=b`,
    (text: string) => ` ${text}`,
    (text: string) => `${text}.`,
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...disguises), { minLength: 0, maxLength: 4 }), (chosen) => {
      const path = `/orders/${chosen.reduce((text, disguise) => disguise(text), "export")}`;
      expect(() => requireOwnPath(ID, path)).toThrow(/^forbidden/);
    }),
  );
});

test("no path that passes on a wider route reaches a narrower one in a framework that matches loosely", () => {
  expect(assertNoNarrowerRoute({ runs: 5, paths: 40 })).toBeGreaterThan(10);
});
