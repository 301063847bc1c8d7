import { MULTI_TENANT_ISSUERS } from "../../../intent/rules/multi-tenant-issuers";

const isShared = (hostAndPath: string) => MULTI_TENANT_ISSUERS.some((pattern) => pattern.test(hostAndPath));

test("a shared host is shared whatever its path", () => {
  expect(isShared("gitlab.com/")).toBe(true);
  expect(isShared("token.actions.githubusercontent.com/acme")).toBe(true);
});

test("Microsoft's host is shared in its common tenants alone", () => {
  expect(isShared("login.microsoftonline.com/common/v2.0")).toBe(true);
  expect(isShared("login.microsoftonline.com/common")).toBe(true);
  expect(isShared("login.microsoftonline.com/commonwealth/v2.0")).toBe(false);
});

test("a host that only starts or ends like a shared one is not it", () => {
  expect(isShared("gitlab.com.acme.com/")).toBe(false);
  expect(isShared("my-gitlab.com/")).toBe(false);
});
