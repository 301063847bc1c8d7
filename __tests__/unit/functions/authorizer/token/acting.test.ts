import { callerOf } from "../../../../../functions/authorizer/token/caller";
import { type TrustedIssuer, trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
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

const AGENT = "arn:aws:iam::111122223333:role/agent";
const WITH_AGENTS = {
  ...POLICY,
  issuers: POLICY.issuers.map((issuer) => {
    if (issuer.kind !== "oidc") return issuer;
    if (issuer.grants === "subjects") {
      const agent = { subject: AGENT, scopes: ["orders/read", "orders/write"], kind: "agent" as const };
      return { ...issuer, subjects: [...issuer.subjects, agent] };
    }
    const agent = { id: "desk-agent", client: "0oaAgent", scopes: ["orders/read"], kind: "agent" as const };
    return { ...issuer, clients: [...issuer.clients, agent] };
  }),
};
const issuers = trustedIssuers(WITH_AGENTS, ENVIRONMENT);
const [cognito, okta, aws] = [COGNITO_URL, OKTA_URL, AWS_URL].map((url) => issuers.get(url)?.[0] as TrustedIssuer);

const PERSON = {
  iss: OKTA_URL,
  sub: "ann@acme.example",
  cid: "0oa1example",
  scp: ["orders/read", "orders/support"],
};
const callerFor = (act: unknown, claims: object = PERSON, issuer = okta as TrustedIssuer) =>
  callerOf({ issuer, claims: { ...claims, act } });

test("an agent that acts for a person has the scopes that both have, and both are named", () => {
  expect(callerFor({ sub: "0oaAgent" })).toEqual({
    issuer: "workforce",
    client: "workforce/0oa1example",
    actor: "workforce/desk-agent",
    subject: "ann@acme.example",
    scopes: ["orders/read"],
    kind: "agent",
  });
});

test("an agent has no more scopes than the person, for an issuer that only identifies callers", () => {
  const person = { iss: AWS_URL, sub: NIGHTLY_EXPORT };
  expect(callerFor({ sub: AGENT }, person, aws)).toMatchObject({
    client: `aws/${NIGHTLY_EXPORT}`,
    actor: `aws/${AGENT}`,
    scopes: ["orders/read"],
    kind: "agent",
  });
});

test("an app client of a user pool may act for another", () => {
  const claims = {
    iss: COGNITO_URL,
    sub: "ann",
    token_use: "access",
    client_id: "web1client2id3",
    scope: "orders/read",
  };
  expect(callerFor({ sub: "desk1client2id3" }, claims, cognito)).toMatchObject({ actor: "customers/desk", scopes: [] });
});

test("parties that acted before count neither for nor against the caller", () => {
  const nested = { sub: "0oaAgent", act: { sub: "0oa1example", act: { sub: "unknown" } } };
  expect(callerFor(nested)).toMatchObject({ actor: "workforce/desk-agent", scopes: ["orders/read"] });
});

testAll<[string, unknown]>([
  ["of a party that config does not name", { sub: "0oaOther" }],
  ["of a declared party below an unknown one", { sub: "0oaOther", act: { sub: "0oaAgent" } }],
  ["of another issuer's party", { iss: "https://evil.example", sub: "0oaAgent" }],
  ["named by its id in config", { sub: "desk-agent" }],
  ["without a subject", {}],
  ["that is a text", "0oaAgent"],
  ["that is a list", [{ sub: "0oaAgent" }]],
  ["that is null", null],
  ["that is false", false],
  ["whose subject is a list", { sub: ["0oaAgent"] }],
  ["whose subject is inherited", JSON.parse('{"__proto__":{"sub":"0oaAgent"}}')],
])("a token with an `act` %s is refused", async (_, act) => {
  expect(await refusalOf(() => callerFor(act))).toBe("forbidden actor-unknown");
});

test("`act` may name its issuer, if it is the token's own", () => {
  expect(callerFor({ iss: OKTA_URL, sub: "0oaAgent" })).toMatchObject({ actor: "workforce/desk-agent" });
});

test("a call with an agent's token is an agent's, even if a person acts", () => {
  const agents = { ...PERSON, cid: "0oaAgent" };
  expect(callerFor({ sub: "0oa1example" }, agents)).toMatchObject({ actor: "workforce/0oa1example", kind: "agent" });
});

test("an issuer of `act` that is null counts as none, as in Envoy", () => {
  expect(callerFor({ iss: null, sub: "0oaAgent" })).toMatchObject({ actor: "workforce/desk-agent" });
});

test("`may_act` lets no party act", () => {
  expect(callerOf({ issuer: okta as TrustedIssuer, claims: { ...PERSON, may_act: { sub: "0oaAgent" } } })).toEqual({
    issuer: "workforce",
    client: "workforce/0oa1example",
    subject: "ann@acme.example",
    scopes: ["orders/read", "orders/support"],
  });
});

test("an agent's token for a person without `act` has the agent's scopes alone", () => {
  const claims = { ...PERSON, cid: "0oaAgent", scp: ["orders/read", "orders/support"] };
  expect(callerOf({ issuer: okta as TrustedIssuer, claims })).toMatchObject({
    client: "workforce/desk-agent",
    scopes: ["orders/read"],
    kind: "agent",
  });
});
