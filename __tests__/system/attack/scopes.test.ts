import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";
import type { Claims, ForgedIssuer } from "./support/forged-issuer";

/** Valid signatures, with claims for more than config grants. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());
  beforeEach(() => arena.callers.lines());

  type Status = 200 | 403;

  /** Maps every refusal to 403, including a REST API's 401 for an invalid token. */
  async function status(routeKey: string, token: string): Promise<number> {
    const [method, path = ""] = routeKey.split(" ");
    const answer = await arena.send(path, { method, token });
    return answer.status === arena.api.unauthenticated.status ? arena.api.forbidden.status : answer.status;
  }

  const clientId = (name: "WEB" | "REPORTING_AGENT" | "SUPPORT_DESK") =>
    arena.callers.variables[`CLIENT_${name}`] ?? "";

  /** A token of one of the pool's app clients with these scopes. */
  const cognito = (client: Parameters<typeof clientId>[0], scope: unknown) =>
    arena.web([], { client_id: clientId(client), scope });

  const EVERYTHING = [
    "orders/read",
    "orders/write",
    "orders/export",
    "orders/support",
    "accounts/read",
    "accounts/write",
    "accounts/support",
    "catalog/write",
  ];

  describe("any one of the route's scopes is enough, and one is required", () => {
    test.each<[string, string, Status]>([
      ["orders/read", "GET /orders/7", 200],
      ["orders/read accounts/read", "GET /orders/7", 200],
      ["orders/write", "GET /orders/7", 403],
      ["", "GET /orders/7", 403],
      ["orders/read", "POST /orders", 403],
      ["orders/write", "POST /orders", 200],
      ["accounts/write", "GET /accounts/me", 403],
      ["accounts/read", "GET /accounts/me", 200],
    ])("web with %j on %s: %i", async (scope, route, expected) => {
      expect(await status(route, cognito("WEB", scope))).toBe(expected);
    });

    test("the support desk is allowed by the other scope of the same route", async () => {
      expect(await status("GET /orders/7", cognito("SUPPORT_DESK", "orders/support"))).toBe(200);
      expect(await status("DELETE /orders/7", cognito("SUPPORT_DESK", "orders/support"))).toBe(200);
    });

    test.each([
      "ORDERS/READ",
      "orders/read/x",
      "orders",
      "orders/*",
      "*",
      "orders/read,orders/write",
      "orders/read\torders/write",
      "orders%2Fread",
      "https://api/orders/read",
      "orders/readers",
      "storefront-dev/orders/read",
    ])("a scope that only resembles the required one does not count: %j", async (scope) => {
      expect(await status("GET /orders", cognito("WEB", scope))).toBe(403);
    });

    test.each([[["orders/read"]], [{ "orders/read": true }], [7], [null], [undefined]])(
      "Cognito's scope claim as %j does not count",
      async (scope) => {
        expect(await status("GET /orders", cognito("WEB", scope))).toBe(403);
      },
    );
  });

  describe("a caller has only the scopes that config grants, regardless of its token", () => {
    const all = EVERYTHING.join(" ");
    const routes = [
      "GET /orders",
      "POST /orders",
      "GET /orders/export",
      "DELETE /orders/7",
      "GET /accounts/7",
      "PUT /products/7",
    ];

    /** Returns the routes that a token with every scope opens. */
    async function opened(token: string): Promise<readonly string[]> {
      const found: string[] = [];
      for (const route of routes) if ((await status(route, token)) === 200) found.push(route);
      return found;
    }

    test.each<[string, () => string, readonly string[]]>([
      ["web", () => cognito("WEB", all), ["GET /orders", "POST /orders"]],
      ["reporting-agent", () => cognito("REPORTING_AGENT", all), ["GET /orders", "GET /orders/export"]],
      ["support-desk", () => cognito("SUPPORT_DESK", all), ["DELETE /orders/7", "GET /accounts/7"]],
      [
        "an external subject",
        () => arena.aws.token({ ...arena.nightlyClaims(), scope: all, scp: EVERYTHING, client_id: clientId("WEB") }),
        ["GET /orders", "GET /orders/export"],
      ],
      [
        "Okta's client",
        () => arena.workforce.token({ ...arena.employeeClaims(EVERYTHING), scope: all }),
        ["GET /orders", "DELETE /orders/7", "PUT /products/7"],
      ],
      [
        "Okta's client, in another claim",
        () => arena.workforce.token({ ...arena.employeeClaims([]), scope: all, scopes: EVERYTHING }),
        [],
      ],
    ])("%s", async (_, token, expected) => {
      expect(await opened(token())).toEqual(expected);
    });

    test.each([
      "arn:aws:iam::111122223333:role/nightly-export2",
      "arn:aws:iam::111122223333:role/Nightly-Export",
      "arn:aws:iam::111122223333:role/x/nightly-export",
      "arn:aws:iam::444455556666:role/nightly-export",
      "arn:aws:sts::111122223333:assumed-role/nightly-export/x",
      "nightly-export",
      "*",
    ])("the external subject %s has nothing", async (sub) => {
      expect(await opened(arena.aws.token({ ...arena.nightlyClaims(), sub, scope: all }))).toEqual([]);
    });

    test("a token with a role's name that another role requested has no access", async () => {
      const principal_id = "arn:aws:iam::111122223333:role/nightly-export-2";
      const claims = { ...arena.nightlyClaims(), "https://sts.amazonaws.com/": { principal_id }, scope: all };
      expect(await opened(arena.aws.token(claims))).toEqual([]);
      expect(new Set((await arena.callers.lines()).map(({ reason }) => reason))).toEqual(new Set(["subject-borrowed"]));
    });
  });

  describe("three issuers sign the same claims: only the configured pair of issuer and caller passes", () => {
    const issuers = (): Record<string, ForgedIssuer> => ({
      customers: arena.customers,
      workforce: arena.workforce,
      aws: arena.aws,
    });
    const audiences = { aud: ["storefront-dev", "api://storefront-dev"] };
    const scopes = { scope: EVERYTHING.join(" "), scp: EVERYTHING, token_use: "access" };

    test.each<[string, () => Claims, string]>([
      [
        "reporting-agent of the pool",
        () => ({
          sub: clientId("REPORTING_AGENT"),
          client_id: clientId("REPORTING_AGENT"),
          cid: clientId("REPORTING_AGENT"),
        }),
        "customers",
      ],
      ["Okta's client", () => ({ sub: "bob", client_id: "0oa1example", cid: "0oa1example" }), "workforce"],
      [
        "the AWS role nightly-export",
        () => ({ ...arena.nightlyClaims(), client_id: "nightly-export", cid: "nightly-export" }),
        "aws",
      ],
    ])("%s", async (_, claims, owner) => {
      for (const [id, issuer] of Object.entries(issuers())) {
        const token = issuer.token({ ...claims(), ...audiences, ...scopes });
        expect([id, await status("GET /orders", token)]).toEqual([id, id === owner ? 200 : 403]);
      }
    });

    test("an issuer cannot sign in another's name, neither with its own key id nor with the other's", async () => {
      for (const [id, issuer] of Object.entries(issuers())) {
        for (const [other, { url, pair }] of Object.entries(issuers())) {
          const kids = [issuer.pair.jwk.kid, pair.jwk.kid];
          for (const kid of id === other ? [] : kids) {
            const claims =
              other === "aws"
                ? arena.nightlyClaims()
                : other === "customers"
                  ? arena.webClaims()
                  : arena.employeeClaims(["orders/read"]);
            expect([
              id,
              other,
              await status("GET /orders", issuer.token({ ...claims, iss: url }, { header: { kid } })),
            ]).toEqual([id, other, 403]);
          }
        }
      }
    });
  });
});
