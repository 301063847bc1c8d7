import { MULTI_TENANT_ISSUERS } from "../../../../intent/rules/multi-tenant-issuers";
import { testAll } from "../../../support/test-all";

const isShared = (hostAndPath: string) => MULTI_TENANT_ISSUERS.some((pattern) => pattern.test(hostAndPath));

test("a shared host is shared whatever its path", () => {
  expect(isShared("gitlab.com/")).toBe(true);
  expect(isShared("token.actions.githubusercontent.com/acme")).toBe(true);
});

/** Each `iss` as its vendor documents it; the rules compare host and path. */
testAll([
  "https://cognito-identity.amazonaws.com",
  "https://login.salesforce.com",
  "https://test.salesforce.com",
  "https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/",
  "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0",
  "https://accounts.google.com",
  "https://appleid.apple.com",
  "https://www.facebook.com",
  "https://www.linkedin.com/oauth",
  "https://slack.com",
  "https://id.twitch.tv/oauth2",
  "https://api.login.yahoo.com",
  "https://access.line.me",
  "https://kauth.kakao.com",
  "https://oauth.platform.intuit.com/op/v1",
  "https://oauth2.sigstore.dev/auth",
  "https://token.actions.githubusercontent.com",
  "https://gitlab.com",
  "https://app.terraform.io",
  "https://agent.buildkite.com",
  "https://oidc.circleci.com/org/11111111-2222-3333-4444-555555555555",
  "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
  "https://oidc.vercel.com/acme",
  "https://vstoken.dev.azure.com/11111111-2222-3333-4444-555555555555",
  "https://oidc.codefresh.io",
  "https://api.pulumi.com/oidc",
  "https://oidc.fly.io/acme",
  "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
  "https://container.googleapis.com/v1/projects/acme/locations/europe-west1/clusters/shop",
  "https://westeurope.oic.prod-aks.azure.com/11111111-2222-3333-4444-555555555555/66666666-7777-8888-9999-000000000000/",
])("%s serves anyone", (issuer) => {
  const { hostname, pathname } = new URL(issuer);
  expect(isShared(`${hostname}${pathname}`)).toBe(true);
});

test("a dedicated tenant, org or user pool is not shared", () => {
  for (const issuer of [
    "https://sts.windows.net/11111111-2222-3333-4444-555555555555/",
    "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0",
    "https://acme.my.salesforce.com",
    "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example",
    "https://acme.okta.com/oauth2/default",
  ]) {
    const { hostname, pathname } = new URL(issuer);
    expect([issuer, isShared(`${hostname}${pathname}`)]).toEqual([issuer, false]);
  }
});

test("Microsoft's host is shared only in its common tenants", () => {
  expect(isShared("login.microsoftonline.com/common/v2.0")).toBe(true);
  expect(isShared("login.microsoftonline.com/common")).toBe(true);
  expect(isShared("login.microsoftonline.com/commonwealth/v2.0")).toBe(false);
});

test("a host that only starts or ends like a shared one is not shared", () => {
  expect(isShared("gitlab.com.acme.com/")).toBe(false);
  expect(isShared("my-gitlab.com/")).toBe(false);
});
