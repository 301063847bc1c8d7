import fc from "../../support/properties";
import { KINDS } from "./support/api-kind";
import { Arena } from "./support/arena";

/** Values that are not tokens. None causes an outbound call, and their answers are indistinguishable. */
describe.each(KINDS)("the %s API", (kind) => {
  let arena: Arena;
  beforeAll(async () => {
    arena = await Arena.open(kind);
  }, 60_000);
  afterAll(() => arena?.close());

  const good = () => arena.web();

  async function refused(headers: readonly string[], reason: string): Promise<void> {
    const { status, body } = await arena.send("/orders", { headers });
    expect({ status, body }).toEqual(arena.api.unauthenticated);
    expect(await arena.callers.lines()).toMatchObject([{ decision: "unauthenticated", reason }]);
  }

  afterEach(() => expect(arena.internet.take()).toEqual([]));

  describe("an Authorization header is refused", () => {
    test.each<[string, (token: string) => string, string]>([
      ["bearer in small letters", (token) => `bearer ${token}`, "authorization-shape"],
      ["bearer in capitals", (token) => `BEARER ${token}`, "authorization-shape"],
      ["a tab after the scheme", (token) => `Bearer\t${token}`, "authorization-shape"],
      ["no scheme", (token) => token, "authorization-shape"],
      ["another scheme", (token) => `DPoP ${token}`, "authorization-shape"],
      ["Basic", () => "Basic dXNlcjpwYXNzd29yZA==", "authorization-shape"],
      ["the scheme alone", () => "Bearer", "authorization-shape"],
      ["two spaces", (token) => `Bearer  ${token}`, "token-shape"],
      ["a parameter", (token) => `Bearer ${token}, realm="x"`, "token-shape"],
      ["padding", (token) => `Bearer ${token}=`, "token-shape"],
      ["quotes", (token) => `Bearer "${token}"`, "token-shape"],
      ["two tokens", (token) => `Bearer ${token},Bearer ${token}`, "token-shape"],
      ["an encrypted token's five parts", (token) => `Bearer ${token}.aa.bb`, "token-shape"],
      ["two parts", (token) => `Bearer ${token.split(".").slice(0, 2).join(".")}`, "token-shape"],
      ["the usual alphabet of base64", (token) => `Bearer ${token.slice(0, -1)}+`, "token-shape"],
      ["9 kB of letters", () => `Bearer ${"a".repeat(9000)}`, "token-size"],
    ])("with %s", (_, value, reason) => refused(["Authorization", value(good())], reason));

    test("if there are two, even if both are valid", async () => {
      // An HTTP API joins them, a REST API keeps them separate.
      const reason = kind === "rest" ? "authorization-count" : "token-shape";
      await refused(["Authorization", `Bearer ${good()}`, "Authorization", `Bearer ${good()}`], reason);
      await refused(["Authorization", `Bearer ${good()}`, "authorization", `Bearer ${good()}`], reason);
    });
  });

  describe("JSON that costs more to read than to send is refused", () => {
    const deep = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`;
    const header = { alg: "RS256", kid: "customers-1" };

    test.each<[string, unknown, unknown]>([
      ["lists in lists", deep(2900, "[", "]"), { iss: "x" }],
      ["objects in objects", deep(900, '{"a":', "}"), { iss: "x" }],
      ["a kid of lists in lists", `{"alg":"RS256","kid":${deep(2900, "[", "]")}}`, { iss: "x" }],
      ["an issuer of lists in lists", header, `{"iss":${deep(2900, "[", "]")}}`],
      ["a number of 5,900 digits", header, `{"iss":${"9".repeat(5900)}}`],
      ["5,900 backslashes", header, `{"iss":"${"\\\\".repeat(2950)}"}`],
      ["1,000 repeated keys", header, `{${'"a":1,'.repeat(850)}"iss":"x"}`],
      ["no JSON", "not json", { iss: "x" }],
      ["text", '"RS256"', { iss: "x" }],
      ["null", "null", { iss: "x" }],
      ["bytes that are no UTF-8", header, "\ufffd\ufffd"],
      ["a byte order mark", `\ufeff${JSON.stringify(header)}`, { iss: "x" }],
      ["two values", "{}{}", { iss: "x" }],
      ["__proto__", '{"__proto__":{"alg":"RS256","kid":"customers-1"}}', { iss: "x" }],
    ])("%s", async (_, head, payload) => {
      const token = arena.customers.compact(head, payload, () => Buffer.alloc(256, 1));
      const { status, body } = await arena.send("/orders", { token });
      expect({ status, body }).toEqual(arena.api.unauthenticated);
      expect(await arena.callers.lines()).toMatchObject([{ decision: "unauthenticated" }]);
    });

    test("also with a known issuer and key, and without an outbound call", async () => {
      const { url } = arena.customers;
      for (const bomb of [deep(2700, "[", "]"), "9".repeat(5600), `"${"\\u0000".repeat(900)}"`]) {
        const payload = `{"iss":"${url}","exp":${bomb}}`;
        await refused(
          ["Authorization", `Bearer ${arena.customers.compact(header, payload, () => Buffer.alloc(256))}`],
          "token-claims",
        );
      }
      expect(arena.internet.take()).toEqual([]);
    });
  });

  describe("for any value of the header", () => {
    const REFUSED = {
      googleAuthorization: "-",
      subject: "-",
      client: "-",
      scopes: "-",
      issuer: "-",
      actor: "-",
      callerKind: "-",
    };
    const denied = { isAuthorized: false, context: { ...REFUSED, decision: "unauthenticated" } };
    const refusal = kind === "rest" ? { kind: "error", message: "Unauthorized" } : { kind: "answer", value: denied };
    const base64url = fc.string({ unit: fc.constantFrom(..."eyJhbGciOiJSUzI1NiJ9-_"), minLength: 0, maxLength: 40 });
    const value = fc.oneof(
      fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
      fc
        .tuple(fc.constantFrom("Bearer ", "Bearer", "bearer "), fc.string({ maxLength: 100 }))
        .map((parts) => parts.join("")),
      fc.array(base64url, { minLength: 1, maxLength: 5 }).map((parts) => `Bearer ${parts.join(".")}`),
      fc
        .tuple(fc.jsonValue(), fc.jsonValue())
        .map(
          (parts) =>
            `Bearer ${parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.AAAA`,
        ),
    );

    test("the answer is the same refusal, without an outbound call", async () => {
      await fc.assert(
        fc.asyncProperty(value, async (authorization) => {
          expect(await arena.callers.ask(arena.api.authorizationEvent(authorization))).toEqual(refusal);
        }),
        { numRuns: 300, endOnFailure: true },
      );
      expect(await arena.callers.lines()).toHaveLength(300);
      expect(arena.internet.take()).toEqual([]);
    });
  });

  test("one process handled all of these", () => {
    expect(arena.callers.processes).toHaveLength(1);
  });
});
