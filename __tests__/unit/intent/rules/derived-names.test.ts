import { faults, shownFaults } from "../../../support/config-folder";

const id = (length: number) => "i".repeat(length);
const client = (length: number, more: string) => `clients: { ${id(length)}: { scopes: [orders/read], ${more} } }\n`;
const USER =
  "issuer: customers, grant: authorization_code, callbackUrls: [https://a.example.com], logoutUrls: [https://a.example.com]";
const MACHINE = "issuer: customers, grant: client_credentials";

test.each([USER, MACHINE])("an app client's name has at most 128 characters: %s", (grant) => {
  expect(faults(client(119, grant))).toEqual([]);
  expect(faults(client(121, grant))).toEqual([
    `clients.${id(121)}  got shop-dev-${id(121)} (130 characters) as the app client of ${id(121)}, expected at most 128 (Cognito's limit for the name of an app client)`,
  ]);
});

test("the remedy states by how much a name is too long", () => {
  const [shown = ""] = shownFaults(client(121, MACHINE));
  expect(shown.split("\n")[1]).toBe("    shorten the name, the environment or the client's id by 2");
});

test("the name at the first deploy counts, and external clients have no derived name", () => {
  expect(faults(client(130, `${USER}, previousName: web-app`))).toEqual([]);
  expect(faults(client(9, `${USER}, previousName: ${id(130)}`))).toHaveLength(1);
  expect(faults(client(130, "issuer: partner, subject: me"))).toEqual([]);
});

test("a user pool's name has at most 128 characters", () => {
  const pool = (length: number) => faults(`issuers: { ${id(length)}: { kind: cognito, domainPrefix: shop-x } }`);
  expect(pool(119)).toEqual([]);
  expect(pool(120)).toEqual([
    `issuers.${id(120)}  got shop-dev-${id(120)} (129 characters) as the user pool of ${id(120)}, expected at most 128 (Cognito's limit for the name of a user pool)`,
  ]);
});

test("an authorizer named after its issuer has at most 128 characters", () => {
  const issuer = (length: number, handshake: string) =>
    faults(
      `handshake: ${handshake}\nissuers: { ${id(length)}: { kind: oidc, issuer: https://x.example.com, audiences: [x] } }`,
    ).filter((fault) => fault.includes("characters"));
  expect(issuer(119, "shared-issuer")).toEqual([]);
  expect(issuer(120, "shared-issuer")).toEqual([expect.stringContaining("(129 characters) as the authorizer of")]);
  expect(issuer(120, "federated")).toEqual([]);
});

test("a usage key of an external caller has a name of at most 1,024 characters", () => {
  const external = (length: number, kind: string) =>
    faults(`gateway: { kind: ${kind}, defaultPlan: ${kind === "rest" ? "{ quota: { requests: 1, per: day } }" : "null"} }
${client(length, "issuer: partner, subject: me")}`).filter((fault) => fault.includes("characters"));
  expect(external(1015, "rest")).toEqual([]);
  expect(external(1016, "rest")).toEqual([
    expect.stringContaining("(1025 characters) as the key that counts the usage of the client"),
  ]);
  expect(external(1016, "http")).toEqual([]);
});
