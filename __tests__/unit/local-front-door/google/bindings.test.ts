import { judgeBindings } from "../../../../packages/local-front-door/google/bindings";
import { Stack } from "../../../../packages/local-front-door/terraform/stack";

const provider = {
  aws: [{ region: "eu-west-1", allowed_account_ids: ["111122223333"] }],
  google: [{ project: "x", region: "y" }],
};

function judge(permission: string, members: readonly string[], ...bindings: readonly object[]) {
  const named = Object.fromEntries(bindings.map((binding, index) => [`b${index}`, { ...binding }]));
  const stack = Stack.of({ provider, resource: { binding: named } }, "/");
  return judgeBindings(stack, stack.all("binding"), permission, members);
}

const INVOKER = { role: "roles/run.invoker", members: ["serviceAccount:a", "serviceAccount:b"] };

test("one binding that grants the permission to one of the names is enough", () => {
  expect(judge("run.routes.invoke", ["x", "serviceAccount:b"], { ...INVOKER, members: [] }, INVOKER)).toEqual({
    allowed: true,
    declaration: "binding.b1",
  });
});

test("names are compared completely, permissions by role", () => {
  expect(judge("run.routes.invoke", ["serviceAccount:"], INVOKER)).toEqual({
    allowed: false,
    declaration: "binding.b0",
  });
  expect(judge("run.routes.invoke", ["serviceAccount:a"], { ...INVOKER, role: "roles/run.viewer" }).allowed).toBe(
    false,
  );
  expect(judge("run.routes.invoke", ["serviceAccount:a"])).toEqual({ allowed: false, declaration: undefined });
});

test("a single-member declaration counts as a binding with one member", () => {
  const one = { role: "roles/run.invoker", member: "allUsers" };
  expect(judge("run.routes.invoke", ["allUsers"], one)).toEqual({ allowed: true, declaration: "binding.b0" });
  expect(judge("run.routes.invoke", ["serviceAccount:a"], one).allowed).toBe(false);
});

test.each([
  ["roles/iam.serviceAccountOpenIdTokenCreator", true, false],
  ["roles/iam.serviceAccountTokenCreator", true, true],
  ["roles/iam.workloadIdentityUser", true, true],
  ["roles/iam.serviceAccountUser", false, false],
])("%s: ID tokens %s, access tokens %s", (role, idTokens, accessTokens) => {
  const binding = { role, members: ["m"] };
  expect(judge("iam.serviceAccounts.getOpenIdToken", ["m"], binding).allowed).toBe(idTokens);
  expect(judge("iam.serviceAccounts.getAccessToken", ["m"], binding).allowed).toBe(accessTokens);
});

test("an unknown role is an error, because it might allow the call", () => {
  expect(() => judge("run.routes.invoke", ["m"], { role: "projects/x/roles/own", members: ["m"] })).toThrow(
    "binding.b0.role",
  );
});
