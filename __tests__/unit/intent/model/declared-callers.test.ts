import { changedCallers } from "../../../../intent/model/declared-callers";
import { testAll } from "../../../support/test-all";

const CLIENTS = [
  { id: "check", issuer: "github", grant: "external", claims: { repository: "acme/shop" }, scopes: ["orders/read"] },
  { id: "feed", issuer: "partner", grant: "external", clientId: "feed-1", scopes: [] },
  { id: "web", issuer: "customers", grant: "authorization_code", scopes: [] },
];
const ISSUERS = [
  { id: "github", kind: "oidc", grants: "subjects", issuer: "https://token.actions.githubusercontent.com" },
  {
    id: "partner",
    kind: "oidc",
    grants: "token",
    issuer: "https://idp.example.com",
    clientClaim: "azp",
    clients: ["old"],
  },
  { id: "customers", kind: "cognito", name: "shop-dev-customers" },
];
const edited = (change: (clients: typeof CLIENTS, issuers: typeof ISSUERS) => void) => {
  const config = structuredClone({ clients: CLIENTS, issuers: ISSUERS });
  change(config.clients, config.issuers);
  return [...changedCallers(config, { clients: CLIENTS, issuers: ISSUERS })];
};

testAll<[string, (clients: typeof CLIENTS, issuers: typeof ISSUERS) => void, ...string[]]>([
  ["nothing", () => {}],
  ["other scopes", ([check]) => Object.assign(check ?? {}, { scopes: ["orders/write"] })],
  [
    "another value of a claim",
    ([check]) => Object.assign(check?.claims ?? {}, { repository: "eve/shop" }),
    "github/check",
  ],
  ["a claim less", ([check]) => Object.assign(check ?? {}, { claims: undefined }), "github/check"],
  ["another client id", ([, feed]) => Object.assign(feed ?? {}, { clientId: "feed-2" }), "partner/feed"],
  [
    "another URL of the issuer",
    (_, [github]) => Object.assign(github ?? {}, { issuer: "https://evil.example" }),
    "github/check",
  ],
  [
    "another claim that names the client",
    (_, [, partner]) => Object.assign(partner ?? {}, { clientClaim: "sub" }),
    "partner/feed",
    "partner/old",
  ],
  [
    "other keys",
    (_, [github]) => Object.assign(github ?? {}, { jwksUri: "https://evil.example/keys" }),
    "github/check",
  ],
  ["another pool", (_, [, , pool]) => Object.assign(pool ?? {}, { name: "other" }), "customers/web"],
  [
    "the id of another shared pool",
    (_, [, , pool]) => Object.assign(pool ?? {}, { pool: "eu-west-1_B" }),
    "customers/web",
  ],
  ["another app client", ([, , web]) => Object.assign(web ?? {}, { appClientId: "2web" }), "customers/web"],
  [
    "an entry of its own with another client id, for a listed client",
    (clients) => clients.push({ id: "old", issuer: "partner", grant: "external", clientId: "feed-1", scopes: [] }),
    "partner/old",
  ],
])("a caller under a kept name is another one by %s", (_, change, ...names) => {
  expect(edited(change)).toEqual(names);
});
