import type { AuthorizerPolicy } from "../../../../../contract/policy-file";
import { issuerFor, revokedCallers, trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { AWS_URL, COGNITO_URL, ENVIRONMENT, OKTA_URL, POLICY } from "../../../../support/authorizer/policy";
import { testAll } from "../../../../support/test-all";

test("issuers are found by exact URL, and the ids of a pool and its clients come from the environment", () => {
  const issuers = trustedIssuers(POLICY, ENVIRONMENT);
  expect([...issuers.keys()]).toEqual([COGNITO_URL, AWS_URL, OKTA_URL]);
  expect(issuers.get(COGNITO_URL)).toEqual([
    {
      kind: "cognito",
      id: "customers",
      issuerFrom: "ISSUER_CUSTOMERS",
      url: COGNITO_URL,
      clients: new Map([
        ["web1client2id3", { id: "web", clientIdFrom: "CLIENT_WEB", scopes: ["orders/read", "orders/write"] }],
        ["desk1client2id3", { id: "desk", clientIdFrom: "CLIENT_DESK", scopes: ["orders/support"] }],
      ]),
    },
  ]);
});

testAll([undefined, ""])("an issuer whose variable is %j is not trusted; the others are", (value) => {
  const issuers = trustedIssuers(POLICY, { ...ENVIRONMENT, ISSUER_CUSTOMERS: value });
  expect([...issuers.keys()]).toEqual([AWS_URL, OKTA_URL]);
});

testAll([undefined, ""])("a client whose variable is %j is unknown; the others are not", (value) => {
  const [issuer] = trustedIssuers(POLICY, { ...ENVIRONMENT, CLIENT_WEB: value }).get(COGNITO_URL) ?? [];
  expect(issuer?.kind === "cognito" && [...issuer.clients.keys()]).toEqual(["desk1client2id3"]);
});

test("a user pool and another issuer with its URL disable each other", () => {
  const policy: AuthorizerPolicy = { ...POLICY, issuers: POLICY.issuers };
  const issuers = trustedIssuers(policy, { ...ENVIRONMENT, ISSUER_CUSTOMERS: OKTA_URL });
  expect([...issuers.keys()]).toEqual([AWS_URL]);
});

describe("of two issuers with one URL", () => {
  const issuer = {
    id: "one",
    kind: "oidc",
    grants: "subjects",
    issuer: "https://i.example.com",
    subjects: [],
  } as const;
  const there =
    trustedIssuers(
      {
        ...POLICY,
        issuers: [
          { ...issuer, audiences: ["a", "b"] },
          { ...issuer, id: "two", audiences: ["c"] },
        ],
      },
      ENVIRONMENT,
    ).get(issuer.issuer) ?? [];

  testAll<[unknown, string | undefined]>([
    ["a", "one"],
    [["c", "x"], "two"],
    [["a", "b"], "one"],
    [["a", "c"], undefined],
    ["x", undefined],
    [undefined, undefined],
    [[], undefined],
  ])("a token for %j belongs to %s", (aud, id) => expect(issuerFor(there, aud)?.id).toBe(id));
});

test("without the variable no caller is revoked", () => {
  expect([...revokedCallers({})]).toEqual([]);
});

test("the callers that the variable names are revoked", () => {
  const names = ["customers/reporting-agent", "aws/arn:aws:iam::111122223333:role/Nightly, and all"];
  expect([...revokedCallers({ REVOKED_CALLERS: JSON.stringify(names) })]).toEqual(names);
});

testAll(["", "customers/web", "{}", '"customers/web"', "[1]", "[null]", '["a"'])(
  "an unreadable value stops the function: %j",
  (text) => {
    expect(() => revokedCallers({ REVOKED_CALLERS: text })).toThrow();
  },
);
