import { account, RevokingProject } from "./support/revoking-project";

jest.setTimeout(60_000);

const project = new RevokingProject();
afterAll(() => project.remove());
const revoke = project.revoke.bind(project);

test("the function refuses the caller, the gateway discards its results, and the output lists what may still pass", () => {
  const { code, out, error, after } = project.runRevoke(account(), "dev", "reporting-agent");
  expect({ code, error }).toEqual({
    code: 0,
    error:
      "dev: the function storefront-dev-callers gets the list of callers that are shut out\n" +
      "dev: the API storefront-dev discards its cached results\n",
  });
  expect(out).toBe(`dev: customers/reporting-agent is shut out
    new calls           refused from now on
    cached results      invalidated; without this they would have been valid for 60 s
    calls under way     end by themselves, within 30 s
    tokens it holds     live 60 minutes at most, and its secret or refresh token gets new ones; this front door accepts none of them
settle it in config: the next plan shows these changes as drift, and npm run deploy refuses to undo them
    disabled: true at the client in config/dev.yaml, then npm run deploy -- dev
    or let it in again: npx front-door revoke dev customers/reporting-agent --undo
a deploy that is under way now may undo this: run the command again after it
`);
  expect(after.functions["storefront-dev-callers"]).toEqual({
    CLIENT_WEB: "client-id-canary",
    REVOKED_CALLERS: '["customers/reporting-agent"]',
  });
  expect(after.variables.policy).toMatch(/^revoked-/);
  // The function comes first, because an older one's result would be cached under the new value.
  const changes = after.calls.filter((call: string) => /update|wait/.test(call));
  expect(changes).toEqual(["lambda update-function-configuration", "lambda wait", "apigatewayv2 update-stage"]);
});

test("revokes a REST API's caller with a subject by its id in the config", async () => {
  const { code, out, after } = await revoke(account({ account: "333344445555" }), "prod", "support-desk");
  expect({ code, first: out.split("\n")[0] }).toEqual({ code: 0, first: "prod: customers/support-desk is shut out" });
  expect(after.functions["storefront-prod-callers"]).toEqual({ REVOKED_CALLERS: '["customers/support-desk"]' });
  expect(after.variables.policy).toMatch(/^revoked-/);
});

test("--undo removes the name from the list, and the gateway discards the refusals", async () => {
  const functions = { "storefront-dev-callers": { REVOKED_CALLERS: '["customers/web","x/y"]' } };
  const { code, out, after } = await revoke(account({ functions }), "dev", "web", { undo: true });
  expect({ code, first: out.split("\n")[0] }).toEqual({
    code: 0,
    first: "dev: customers/web is no longer shut out by the functions",
  });
  expect(after.functions["storefront-dev-callers"]).toEqual({ REVOKED_CALLERS: '["x/y"]' });
  expect(after.variables.policy).toMatch(/^revoked-/);
});

test("if the gateway cannot be changed, the error lists what is done and what may still pass", async () => {
  const { code, out, error, after } = await revoke(account({ denied: "apigatewayv2 update-stage" }), "dev", "web");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(error).toContain("aws apigatewayv2 update-stage failed: An error occurred (AccessDeniedException): no");
  expect(error).toContain("dev: the function has the list, but the gateway may use cached results for at most 60 s");
  expect(error).toContain("run the same command again");
  expect(after.functions["storefront-dev-callers"]?.REVOKED_CALLERS).toBe('["customers/web"]');
});

test.each([
  [account({ account: "999999999999" }), ["dev", "web"], 64, "signed in to the account 999999999999"],
  [account(), ["dev", "wab"], 64, 'the functions know no caller "wab"; did you mean "web"?'],
  [account(), ["preview", "web"], 1, "no function decides on its callers"],
  [account(), ["de", "web"], 64, 'no such environment; did you mean "dev"?'],
  [account({ http: [] }), ["dev", "web"], 1, "0 APIs are called storefront-dev"],
] as const)("refuses an impossible request (%#)", async (state, [environment, client], code, message) => {
  const done = await revoke(state, environment, client);
  expect({ code: done.code, out: done.out }).toEqual({ code, out: "" });
  expect(done.error).toContain(message);
});

test("a second run waits again for the function, if the first one ended before the function had its list", async () => {
  const functions = { "storefront-dev-callers": { REVOKED_CALLERS: '["customers/web"]' } };
  const cut = await revoke(account({ denied: "lambda wait" }), "dev", "web");
  expect([cut.code, cut.error]).toEqual([1, expect.stringContaining("run the same command again")]);
  expect(cut.after.variables).toEqual({ policy: "0f1e2d3c" });
  const { code, error, after } = await revoke(account({ functions }), "dev", "web");
  expect([code, error]).toEqual([0, expect.stringContaining("customers/web is on that list already")]);
  expect(after.calls.filter((call: string) => /update|wait/.test(call))).toEqual([
    "lambda wait",
    "apigatewayv2 update-stage",
  ]);
});

test("--dry-run calls no cloud", async () => {
  const { code, out, after } = await revoke(account(), "dev", "web", { dryRun: true });
  expect([code, after]).toEqual([0, account()]);
  expect(out).toBe(`dev: would shut customers/web out
    function storefront-dev-callers: variable REVOKED_CALLERS
    API storefront-dev, stage $default: variable policy
`);
});

test("without aws, the error names aws as a requirement", () => {
  const { code, error } = project.run(["revoke", "dev", "web"], { PATH: "/nowhere" });
  expect(code).toBe(1);
  expect(error).toContain("this needs the AWS CLI, signed in to the environment's account");
});

test("if no function decides, says how to shut a client out, and when that takes effect", async () => {
  const { code, error, after } = await revoke(account(), "preview", "web");
  expect([code, after]).toEqual([1, account()]);
  expect(error).toBe(`preview: no function decides on its callers: under handshake: shared-issuer each service does
    write disabled: true at the client in config/ and deploy; its tokens are refused once the new revisions serve
`);
});
