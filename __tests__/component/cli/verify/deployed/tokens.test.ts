import { expectedCallers, takeTokens } from "../../../../../cli/verify/deployed/tokens";
import { accessToken, deployment } from "../../../../support/verify/deployment";

const callerOf = (token: string) => expectedCallers({ CALLER_TOKEN: token }, deployment()).CALLER_TOKEN;

test("tokens leave the environment when they are read, so that no child process has them", () => {
  const environment = { CALLER_TOKEN: " a.b.c\n", OTHER_CALLER_TOKEN: "", GOOGLE_ACCESS_TOKEN: "ya29.x", PATH: "/bin" };
  expect(takeTokens(environment)).toEqual({ CALLER_TOKEN: "a.b.c", GOOGLE_ACCESS_TOKEN: "ya29.x" });
  expect(environment).toEqual({ PATH: "/bin" });
});

test("the two tokens must be of different callers", () => {
  expect(() => takeTokens({ CALLER_TOKEN: "a.b.c", OTHER_CALLER_TOKEN: "a.b.c" })).toThrow("set another caller's");
});

test("a Google ID token is no access token, because Cloud Run accepts it", () => {
  const token = accessToken("reporting", []);
  expect(() => takeTokens({ GOOGLE_ACCESS_TOKEN: token })).toThrow("GOOGLE_ACCESS_TOKEN: got a JWT");
  expect(() => takeTokens({ GOOGLE_ACCESS_TOKEN: token })).not.toThrow(token);
});

test("the authorizer sees no caller in a Google access token", () => {
  expect(expectedCallers({ GOOGLE_ACCESS_TOKEN: "ya29.x" }, deployment())).toEqual({});
});

test("a caller has the scopes that both token and policy grant", () => {
  expect(callerOf(accessToken("reporting", ["orders/read", "orders/export"]))).toEqual({
    issuer: "customers",
    client: "customers/reporting",
    subject: "sub-of-reporting",
    scopes: ["orders/read"],
  });
});

test.each([
  ["not a token", "unauthenticated: token-shape"],
  ["Bearer a.b.c", "unauthenticated: token-shape"],
  [accessToken("reporting", [], { iss: "https://other.example" }), "this environment does not have its issuer"],
  [accessToken("reporting", [], { exp: 1_700_000_000 }), "it has expired"],
  [accessToken("reporting", [], { exp: undefined }), "unauthenticated: token-claims"],
  [accessToken("reporting", [], { token_use: "id" }), "unauthenticated: token-use"],
  [accessToken("reporting", [], { client_id: "other" }), "unauthenticated: client-unknown"],
])("a token that the authorizer must refuse ends the run, and is not printed (%#)", (token, why) => {
  const failure = () => callerOf(token);
  expect(failure).toThrow(`CALLER_TOKEN: the authorizer would refuse this token: ${why}\n    get a new one`);
  expect(failure).not.toThrow(token);
});

test("a token of a custom issuer must be for this environment's audience", () => {
  const issuer = "https://acme.okta.com/oauth2/default";
  const policy = {
    ...deployment().policy,
    issuers: [
      {
        id: "aws",
        kind: "oidc",
        grants: "subjects",
        issuer,
        audiences: ["dev"],
        subjects: [{ subject: "s", scopes: ["orders/read"] }],
      },
    ],
  } as const;
  const token = (aud: unknown) => accessToken("reporting", [], { iss: issuer, sub: "s", aud });
  const caller = (aud: unknown) => expectedCallers({ CALLER_TOKEN: token(aud) }, deployment(policy)).CALLER_TOKEN;
  expect(caller(["x", "dev"])).toMatchObject({ client: "aws/s", scopes: ["orders/read"] });
  expect(() => caller("prod")).toThrow("it is for another audience");
});
