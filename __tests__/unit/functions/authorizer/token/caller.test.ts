import { callerOf } from "../../../../../functions/authorizer/token/caller";
import {
  type SubjectsIssuer,
  type TrustedIssuer,
  trustedIssuers,
} from "../../../../../functions/authorizer/token/issuers";
import {
  AWS_URL,
  COGNITO_URL,
  ENVIRONMENT,
  NIGHTLY_EXPORT,
  OKTA_URL,
  POLICY,
} from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { testAll } from "../../../../support/test-all";

const issuers = trustedIssuers(POLICY, ENVIRONMENT);
const cognito = issuers.get(COGNITO_URL)?.[0] as TrustedIssuer;
const okta = issuers.get(OKTA_URL)?.[0] as TrustedIssuer;
const aws = issuers.get(AWS_URL)?.[0] as TrustedIssuer;

const WEB = { sub: "user-1", token_use: "access", client_id: "web1client2id3", scope: "openid orders/read" };
const OKTA = { sub: "ann@acme.example", cid: "0oa1example", scp: ["openid", "orders/support"] };

test("a Cognito token grants the scopes that both the token and the policy contain", () => {
  expect(callerOf({ issuer: cognito, claims: WEB })).toEqual({
    issuer: "customers",
    client: "customers/web",
    subject: "user-1",
    scopes: ["orders/read"],
  });
});

test("a client gets no scope that the policy does not grant, whatever its token contains", () => {
  const claims = { ...WEB, client_id: "desk1client2id3", scope: "orders/read orders/write orders/support" };
  expect(callerOf({ issuer: cognito, claims })).toMatchObject({ client: "customers/desk", scopes: ["orders/support"] });
});

testAll(["id", "refresh", undefined, "Access"])("a Cognito token for use %j is refused", async (token_use) => {
  const claims = { ...WEB, token_use } as typeof WEB;
  expect(await refusalOf(() => callerOf({ issuer: cognito, claims }))).toBe("unauthenticated token-use");
});

testAll(["web", "WEB1CLIENT2ID3", "another"])("the Cognito client id %j is unknown", async (client_id) => {
  const claims = { ...WEB, client_id };
  expect(await refusalOf(() => callerOf({ issuer: cognito, claims }))).toBe("unauthenticated client-unknown");
});

test("a Cognito client that registered itself is unknown, whatever scopes its pool gave it", async () => {
  const claims = { ...WEB, client_id: "4rfv5tgb6yhn7ujm8ik9ol0p", scope: "openid orders/read orders/write" };
  expect(await refusalOf(() => callerOf({ issuer: cognito, claims }))).toBe("unauthenticated client-unknown");
});

test("an external subject has the scopes of the policy, whatever its token contains", () => {
  const claims = { sub: NIGHTLY_EXPORT, scope: "orders/write", scp: ["orders/write"] };
  expect(callerOf({ issuer: aws, claims })).toEqual({
    issuer: "aws",
    client: `aws/${NIGHTLY_EXPORT}`,
    subject: NIGHTLY_EXPORT,
    scopes: ["orders/export", "orders/read"],
  });
});

testAll([`${NIGHTLY_EXPORT}2`, NIGHTLY_EXPORT.toUpperCase(), "web1client2id3"])(
  "the external subject %j has no scopes and no client name",
  async (sub) => {
    const work = () => callerOf({ issuer: aws, claims: { sub } });
    expect(await refusalOf(work)).toBe("forbidden subject-unknown");
    expect(work).toThrow(expect.objectContaining({ caller: { issuer: "aws", subject: sub, scopes: [] } }));
  },
);

test("if the token's own scopes count, only those in the policy do", () => {
  const claims = { ...OKTA, scp: ["orders/write", "orders/support", "admin"] };
  expect(callerOf({ issuer: okta, claims })).toEqual({
    issuer: "workforce",
    client: "workforce/0oa1example",
    subject: "ann@acme.example",
    scopes: ["orders/support"],
  });
});

testAll([
  ["a string with spaces", "orders/read orders/support", ["orders/read", "orders/support"]],
  ["an array", ["orders/read"], ["orders/read"]],
  ["an array that also has other values", [7, null, "orders/read", ["orders/support"]], ["orders/read"]],
  ["a string without a complete scope", "orders/read,orders/support", []],
  ["an object", { "orders/read": true }, []],
  ["nothing", undefined, []],
])("the scope claim may be %s", (_, scp, scopes) => {
  expect(callerOf({ issuer: okta, claims: { ...OKTA, scp } as typeof OKTA }).scopes).toEqual(scopes);
});

test("a claim for paths is the token's own, not one on the prototype of every object", () => {
  const issuer = { ...okta, pathClaims: ["tenant_id", "constructor.name", "org.id", "__proto__.x"] } as TrustedIssuer;
  expect(callerOf({ issuer, claims: { ...OKTA, tenant_id: "acme", org: "north" } }).pathClaims).toEqual({
    tenant_id: "acme",
    "constructor.name": undefined,
    "org.id": undefined,
    "__proto__.x": undefined,
  });
});

test("a scope in a claim other than the policy's does not count", () => {
  const claims = { ...OKTA, scp: [], scope: "orders/read" };
  expect(callerOf({ issuer: okta, claims }).scopes).toEqual([]);
});

test("no other claim names the client", async () => {
  const others = { azp: "0oa1example", aud: "0oa1example", client_id: "0oa1example", clientId: "0oa1example" };
  const work = () => callerOf({ issuer: okta, claims: { ...OKTA, ...others, cid: "0oa2example" } });
  expect(await refusalOf(work)).toBe("unauthenticated client-unknown");
  const web = { azp: "web1client2id3", cid: "web1client2id3", username: "web1client2id3" };
  const pool = () => callerOf({ issuer: cognito, claims: { ...WEB, ...web, client_id: "another" } });
  expect(await refusalOf(pool)).toBe("unauthenticated client-unknown");
});

testAll(["0oa2example", "0OA1EXAMPLE"])("the external client %j is unknown", async (cid) => {
  expect(await refusalOf(() => callerOf({ issuer: okta, claims: { ...OKTA, cid } }))).toBe(
    "unauthenticated client-unknown",
  );
});

testAll([
  "",
  "a b",
  "a\r\nX-Caller-Scopes: orders/write",
  "a\u0000",
  "é",
  'a","client":"aws/admin',
  "acme\\ann",
  "x".repeat(256),
  7,
  null,
  undefined,
  ["user-1"],
])("the subject %j may not become a header", async (sub) => {
  const forms = [
    { issuer: cognito, claims: { ...WEB, sub } },
    { issuer: okta, claims: { ...OKTA, sub } },
    { issuer: aws, claims: { sub } },
  ];
  for (const form of forms) {
    expect(await refusalOf(() => callerOf(form as Parameters<typeof callerOf>[0]))).toBe(
      "unauthenticated subject-shape",
    );
  }
});

test("a subject may have 255 characters", () => {
  expect(callerOf({ issuer: cognito, claims: { ...WEB, sub: "x".repeat(255) } }).subject).toHaveLength(255);
});

testAll(["", "a b", undefined, 7, ["0oa1example"], ["web1client2id3"]])(
  "the client claim %j is refused",
  async (client) => {
    const cognitoClaims = { ...WEB, client_id: client } as typeof WEB;
    const oktaClaims = { ...OKTA, cid: client } as typeof OKTA;
    expect(await refusalOf(() => callerOf({ issuer: cognito, claims: cognitoClaims }))).toMatch(/^unauthenticated/);
    expect(await refusalOf(() => callerOf({ issuer: okta, claims: oktaClaims }))).toMatch(/^unauthenticated/);
  },
);

describe("callers that are identified by their claims", () => {
  const github = (
    ...claimants: readonly { readonly id: string; readonly claims: Readonly<Record<string, string>> }[]
  ) =>
    ({
      ...(aws as SubjectsIssuer),
      claimants: claimants.map((each) => ({ ...each, scopes: ["orders/read"] })),
    }) satisfies TrustedIssuer;
  const release = { id: "release", claims: { environment: "prod", repository: "acme/shop" } };
  const sub = "repo:acme/shop:environment:prod";
  const claims = { sub, environment: "prod", repository: "acme/shop" };

  test("have the scopes that the policy grants to these exact claims, under the client's name", () => {
    expect(callerOf({ issuer: github(release), claims })).toEqual({
      issuer: "aws",
      client: "aws/release",
      subject: sub,
      scopes: ["orders/read"],
    });
  });

  testAll([
    [{ sub, environment: "prod" }],
    [{ sub, environment: "prod", repository: "acme/shop2" }],
    [{ sub, environment: "Prod", repository: "acme/shop" }],
    [{ sub, environment: ["prod"], repository: "acme/shop" }],
    [{ sub, environment: { toString: "prod" }, repository: "acme/shop" }],
  ])("are unknown with %j", async (other) => {
    const work = () => callerOf({ issuer: github(release), claims: other as unknown as typeof claims });
    expect(await refusalOf(work)).toBe("forbidden subject-unknown");
  });

  test("are unknown if the policy requires no claim", async () => {
    const anybody = github({ id: "anybody", claims: {} });
    expect(await refusalOf(() => callerOf({ issuer: anybody, claims }))).toBe("forbidden subject-unknown");
  });

  test("are not identified by inherited object properties", async () => {
    const inherited = github({ id: "x", claims: { constructor: "Object" } });
    expect(await refusalOf(() => callerOf({ issuer: inherited, claims }))).toBe("forbidden subject-unknown");
  });

  test("are refused if a token matches two", async () => {
    const wider = { id: "any", claims: { repository: "acme/shop" } };
    const work = () => callerOf({ issuer: github(release, wider), claims });
    expect(await refusalOf(work)).toBe("forbidden caller-ambiguous");
    const bySubject = () =>
      callerOf({ issuer: github({ id: "sub", claims: { sub: NIGHTLY_EXPORT } }), claims: { sub: NIGHTLY_EXPORT } });
    expect(await refusalOf(bySubject)).toBe("forbidden caller-ambiguous");
  });
});

test("an agent is marked in the log, with no other effect", () => {
  const agent = {
    ...cognito,
    clients: new Map([["web1client2id3", { id: "web", clientIdFrom: "", scopes: ["orders/read"], kind: "agent" }]]),
  };
  expect(callerOf({ issuer: agent as TrustedIssuer, claims: WEB })).toMatchObject({
    kind: "agent",
    scopes: ["orders/read"],
  });
});

describe("AWS's own tokens", () => {
  const role = "arn:aws:iam::111122223333:role/nightly-export";
  const token = (principal_id: unknown) => ({ sub: role, "https://sts.amazonaws.com/": { principal_id } });
  const work = (claims: object) => () => callerOf({ issuer: aws, claims: claims as { sub: string } });

  test("identify the role that requested them", () => {
    expect(work(token(role))().client).toBe(`aws/${role}`);
    expect(work({ sub: role, "https://sts.amazonaws.com/": { aws_account: "111122223333" } })().client).toBe(
      `aws/${role}`,
    );
  });

  testAll(["arn:aws:iam::111122223333:role/anybody", "", null, { toString: role }])(
    "that have a role's name but were requested by %j identify no caller",
    async (principal) => {
      expect(await refusalOf(work(token(principal)))).toBe("forbidden subject-borrowed");
    },
  );
});

describe("an issuer whose values grant scopes, with a client that has its own", () => {
  const [issuer] = trustedIssuers(
    {
      ...POLICY,
      issuers: [
        {
          ...{
            id: "entra",
            kind: "oidc",
            grants: "token",
            issuer: "https://login.example.com/t/v2.0",
            audiences: ["api"],
          },
          scopes: ["orders/read"],
          scopeClaim: ["scp", "roles"],
          scopeValues: { "Orders.Read": ["orders/read"], "Orders.All": ["orders/read", "orders/write"] },
          clientClaim: "azp",
          clients: [
            "listed",
            { id: "sync", client: "0f1e", scopes: ["orders/write"], kind: "agent" },
            { id: "batch", client: "2d3c", scopes: ["orders/read", "orders/write"], scopeClaim: "roles" },
          ],
        },
      ],
    },
    ENVIRONMENT,
  ).get("https://login.example.com/t/v2.0") as readonly [TrustedIssuer];
  const scopesOf = (claims: object) => callerOf({ issuer, claims: { sub: "s", ...claims } as typeof WEB });

  test("counts mapped values, within the scopes of the token's client", () => {
    const roles = ["Orders.All"];
    expect(scopesOf({ azp: "0f1e", roles })).toMatchObject({
      client: "entra/sync",
      scopes: ["orders/write"],
      kind: "agent",
    });
    expect(scopesOf({ azp: "listed", roles })).toMatchObject({ client: "entra/listed", scopes: ["orders/read"] });
    expect(scopesOf({ azp: "listed", scp: "Orders.Read offline" }).scopes).toEqual(["orders/read"]);
    expect(scopesOf({ azp: "0f1e", roles: ["orders/write"] }).scopes).toEqual([]);
  });

  test("reads the scopes of a client with a claim of its own from that claim alone", () => {
    expect(scopesOf({ azp: "2d3c", roles: ["Orders.All"] }).scopes).toEqual(["orders/read", "orders/write"]);
    expect(scopesOf({ azp: "2d3c", scp: "Orders.All" }).scopes).toEqual([]);
    expect(scopesOf({ azp: "2d3c", roles: ["Orders.Read"], scp: "Orders.All" }).scopes).toEqual(["orders/read"]);
  });

  test("knows a client by its id at the issuer, not by its name in config", async () => {
    expect(await refusalOf(() => scopesOf({ azp: "sync" }))).toBe("unauthenticated client-unknown");
  });
});
