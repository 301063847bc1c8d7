import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { ProjectCopy } from "../../../support/command";

jest.setTimeout(60_000);

/** A tool `aws` that answers from a file, keeps what was changed in it, and counts what it was asked. */
const TOOL = `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const file = process.env.FAKE_AWS;
const state = JSON.parse(readFileSync(file, "utf8"));
const args = process.argv.slice(2);
const value = (name) => args[args.indexOf(name) + 1];
const call = args.slice(0, 2).join(" ");
state.calls.push(call);
const revisionOf = (alias) => "r-" + state.aliases[alias];
const refuse = (error) => { console.error("An error occurred (" + error + "): no"); process.exit(254); };
const answers = {
  "sts get-caller-identity": () => ({ Account: state.account }),
  "lambda get-function-configuration": () => ({ Environment: { Variables: state.functions[value("--function-name")] }, RevisionId: "r-1" }),
  "lambda update-function-configuration": () => { state.functions[value("--function-name")] = JSON.parse(value("--environment")).Variables; return {}; },
  "lambda wait": () => ({}),
  "lambda list-aliases": () => ({ Aliases: Object.entries(state.aliases).map(([Name, FunctionVersion]) => ({ Name, FunctionVersion, RevisionId: revisionOf(Name) })) }),
  "lambda publish-version": () => {
    const now = JSON.stringify(state.functions[value("--function-name")]);
    if (state.versions.at(-1) !== now) state.versions.push(now);
    const Version = String(state.versions.length);
    Object.assign(state, state.meanwhile);
    return { Version };
  },
  "lambda update-alias": () => {
    if (args.includes("--revision-id") && value("--revision-id") !== revisionOf(value("--name"))) refuse("PreconditionFailedException");
    state.aliases[value("--name")] = value("--function-version");
    return {};
  },
  "lambda get-alias": () => ({ FunctionVersion: state.aliases[value("--name")], RoutingConfig: state.weights && { AdditionalVersionWeights: state.weights } }),
  "apigatewayv2 get-apis": () => ({ Items: state.http }),
  "apigatewayv2 get-stage": () => ({ StageVariables: state.variables }),
  "apigatewayv2 update-stage": () => { state.variables = JSON.parse(value("--stage-variables")); return {}; },
  "apigateway get-rest-apis": () => ({ items: state.rest }),
  "apigateway update-stage": () => { state.variables = { policy: /value=(.*)/.exec(value("--patch-operations"))[1] }; return {}; },
};
if (state.denied === call) refuse("AccessDeniedException");
console.log(JSON.stringify(answers[call]()));
writeFileSync(file, JSON.stringify(state));
`;

const project = new ProjectCopy();
const file = project.path("fake-aws.json");
afterAll(() => project.remove());
beforeAll(() => {
  mkdirSync(project.path("bin"));
  writeFileSync(project.path("bin/aws"), TOOL);
  chmodSync(project.path("bin/aws"), 0o755);
});

const tags = (environment: string) => ({ application: "storefront", environment });
const account = (changes: object = {}) => ({
  account: "111122223333",
  functions: { "storefront-dev-callers": { CLIENT_WEB: "client-id-canary" }, "storefront-prod-callers": {} },
  http: [{ ApiId: "h1", Name: "storefront-dev", Tags: tags("dev") }],
  rest: [{ id: "r1", name: "storefront-prod", tags: tags("prod") }],
  variables: { policy: "0f1e2d3c" },
  aliases: {},
  versions: ["{}"],
  calls: [],
  ...changes,
});

function revoke(state: object, ...args: readonly string[]) {
  writeFileSync(file, JSON.stringify(state));
  const PATH = `${project.path("bin")}${delimiter}${process.env.PATH}`;
  const done = project.run(["revoke", ...args], { PATH, FAKE_AWS: file });
  expect(done.out + done.error).not.toContain("canary");
  return { ...done, after: JSON.parse(readFileSync(file, "utf8")) };
}

test("a caller is shut out by the function and forgotten by the gateway, and the output says what may still pass", () => {
  const { code, out, error, after } = revoke(account(), "dev", "reporting-agent");
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
    or let it in again: npm run revoke -- dev customers/reporting-agent --undo
a deploy that is under way now may undo this: run the command again after it
`);
  expect(after.functions["storefront-dev-callers"]).toEqual({
    CLIENT_WEB: "client-id-canary",
    REVOKED_CALLERS: '["customers/reporting-agent"]',
  });
  expect(after.variables.policy).toMatch(/^revoked-/);
  // The function first: what an older one answers would be kept under the new value.
  const changes = after.calls.filter((call: string) => /update|wait/.test(call));
  expect(changes).toEqual(["lambda update-function-configuration", "lambda wait", "apigatewayv2 update-stage"]);
});

test("a REST API's caller by its subject, by its id in the config", () => {
  const { code, out, after } = revoke(account({ account: "333344445555" }), "prod", "support-desk");
  expect({ code, first: out.split("\n")[0] }).toEqual({ code: 0, first: "prod: customers/support-desk is shut out" });
  expect(after.functions["storefront-prod-callers"]).toEqual({ REVOKED_CALLERS: '["customers/support-desk"]' });
  expect(after.variables.policy).toMatch(/^revoked-/);
});

test("--undo takes the name off the list, and the gateway forgets the refusals", () => {
  const functions = { "storefront-dev-callers": { REVOKED_CALLERS: '["customers/web","x/y"]' } };
  const { code, out, after } = revoke(account({ functions }), "dev", "web", "--undo");
  expect({ code, first: out.split("\n")[0] }).toEqual({
    code: 0,
    first: "dev: customers/web is no longer shut out by the functions",
  });
  expect(after.functions["storefront-dev-callers"]).toEqual({ REVOKED_CALLERS: '["x/y"]' });
  expect(after.variables.policy).toMatch(/^revoked-/);
});

test("where the gateway cannot be changed, the error says what is done and what may still pass", () => {
  const { code, out, error, after } = revoke(account({ denied: "apigatewayv2 update-stage" }), "dev", "web");
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(error).toContain("aws apigatewayv2 update-stage failed: An error occurred (AccessDeniedException): no");
  expect(error).toContain("dev: the function has the list, but the gateway may use cached results for at most 60 s");
  expect(error).toContain("run the same command again");
  expect(after.functions["storefront-dev-callers"].REVOKED_CALLERS).toBe('["customers/web"]');
});

test.each([
  [account({ account: "999999999999" }), ["dev", "web"], 64, "signed in to the account 999999999999"],
  [account(), ["dev", "wab"], 64, 'the functions know no caller "wab"; did you mean "web"?'],
  [account(), ["preview", "web"], 1, "no function decides on its callers"],
  [account(), ["de", "web"], 64, 'no such environment; did you mean "dev"?'],
  [account({ http: [] }), ["dev", "web"], 1, "0 APIs are called storefront-dev"],
] as const)("what cannot be meant is refused (%#)", (state, args, code, message) => {
  const done = revoke(state, ...args);
  expect({ code: done.code, out: done.out }).toEqual({ code, out: "" });
  expect(done.error).toContain(message);
});

test("a second run, after one that ended before the function ran with its list, waits for that again", () => {
  const functions = { "storefront-dev-callers": { REVOKED_CALLERS: '["customers/web"]' } };
  const cut = revoke(account({ denied: "lambda wait" }), "dev", "web");
  expect([cut.code, cut.error]).toEqual([1, expect.stringContaining("run the same command again")]);
  expect(cut.after.variables).toEqual({ policy: "0f1e2d3c" });
  const { code, error, after } = revoke(account({ functions }), "dev", "web");
  expect([code, error]).toEqual([0, expect.stringContaining("customers/web is on that list already")]);
  expect(after.calls.filter((call: string) => /update|wait/.test(call))).toEqual([
    "lambda wait",
    "apigatewayv2 update-stage",
  ]);
});

describe("where the gateway calls an alias", () => {
  const aliased = (changes: object = {}) => account({ aliases: { live: "1" }, ...changes });
  const listOf = (after: { readonly aliases: { readonly live: string }; readonly versions: readonly string[] }) =>
    JSON.parse(after.versions[Number(after.aliases.live) - 1] ?? "").REVOKED_CALLERS;
  const changing = (calls: readonly string[]) => calls.filter((call) => /update|wait|publish/.test(call));

  test("it moves to a version with the list before the gateway discards its results", () => {
    const { code, out, error, after } = revoke(aliased(), "dev", "reporting-agent");
    expect([code, error]).toEqual([
      0,
      "dev: the function storefront-dev-callers gets the list of callers that are shut out\n" +
        "dev: the alias live moves from version 1 to one with that list\n" +
        "dev: waiting 5 s, until no call goes to the former version\n" +
        "dev: the API storefront-dev discards its cached results\n",
    ]);
    expect(out).toContain("get no more calls; until the next deploy Lambda starts instances on demand");
    expect(listOf(after)).toBe('["customers/reporting-agent"]');
    expect(changing(after.calls)).toEqual([
      "lambda update-function-configuration",
      "lambda wait",
      "lambda publish-version",
      "lambda wait",
      "lambda update-alias",
      "apigatewayv2 update-stage",
    ]);
  });

  test("--undo moves it to a version without the name", () => {
    const functions = { "storefront-dev-callers": { REVOKED_CALLERS: '["customers/web","x/y"]' } };
    const { code, out, after } = revoke(aliased({ functions }), "dev", "web", "--undo");
    expect([code, listOf(after)]).toEqual([0, '["x/y"]']);
    expect(out).toContain("until the next deploy Lambda starts instances on demand");
  });

  test.each([
    ["lambda list-aliases", "calls may go through an alias that has the former one", "1"],
    ["lambda publish-version", "its alias live may still call version 1, which has the former one", "1"],
    ["lambda get-alias", "its alias live may still call version 1, which has the former one", "2"],
  ])(
    "where %s is denied, the error says who still decides, and the gateway keeps its results",
    (denied, message, live) => {
      const cut = revoke(aliased({ denied }), "dev", "web");
      expect([cut.code, cut.out, cut.after.aliases]).toEqual([1, "", { live }]);
      expect(cut.error).toContain(`dev: the function has the list, but ${message}\n    run the same command again\n`);
      expect(cut.after.variables).toEqual({ policy: "0f1e2d3c" });
    },
  );

  test("the same command goes on where it was cut off, and publishes nothing twice", () => {
    const cut = revoke(aliased({ denied: "lambda update-alias" }), "dev", "web");
    expect([cut.code, cut.after.aliases]).toEqual([1, { live: "1" }]);
    const { code, after } = revoke({ ...cut.after, denied: undefined, calls: [] }, "dev", "web");
    expect([code, listOf(after), after.versions.length]).toEqual([0, '["customers/web"]', 2]);
    expect(after.variables.policy).toMatch(/^revoked-/);
  });

  test("a second revocation's later version stays, where the first would have moved the alias back", () => {
    const meanwhile = { aliases: { live: "3" } };
    const cut = revoke(aliased({ meanwhile }), "dev", "web");
    expect([cut.code, cut.out, cut.after.aliases]).toEqual([1, "", { live: "3" }]);
    expect(cut.error).toContain("aws lambda update-alias failed: An error occurred (PreconditionFailedException)");
    expect(cut.error).toContain("\n    run the same command again\n");
  });

  test("an alias that Lambda keeps on its former version is no success", () => {
    const { code, out, error, after } = revoke(aliased({ weights: { "1": 1 } }), "dev", "web");
    expect([code, out, after.variables]).toEqual([1, "", { policy: "0f1e2d3c" }]);
    expect(error).toContain("its alias live still calls version 1, expected 2 only");
  });

  test("--dry-run names it, where the committed stack has one", () => {
    const path = project.path("synthesized/dev/main.tf.json");
    const before = readFileSync(path, "utf8");
    const stack = JSON.parse(before);
    stack.resource.aws_lambda_alias = { callers: { name: "live" } };
    writeFileSync(path, JSON.stringify(stack));
    const { out } = revoke(aliased(), "dev", "web", "--dry-run");
    writeFileSync(path, before);
    expect(out).toContain("    function storefront-dev-callers: a published version, and its alias live\n");
  });
});

test("--dry-run asks no cloud", () => {
  const { code, out, after } = revoke(account(), "dev", "web", "--dry-run");
  expect([code, after]).toEqual([0, account()]);
  expect(out).toBe(`dev: would shut customers/web out
    function storefront-dev-callers: variable REVOKED_CALLERS
    API storefront-dev, stage $default: variable policy
`);
});

test("without the tool aws the error says that it takes one", () => {
  writeFileSync(file, JSON.stringify(account()));
  const { code, error } = project.run(["revoke", "dev", "web"], { PATH: "/nowhere" });
  expect(code).toBe(1);
  expect(error).toContain("this needs the AWS CLI, signed in to the environment's account");
});

test("where no function decides, it says what shuts a client out and from when on", () => {
  const { code, error, after } = revoke(account(), "preview", "web");
  expect([code, after]).toEqual([1, account()]);
  expect(error).toBe(`preview: no function decides on its callers: under handshake: shared-issuer each service does
    write disabled: true at the client in config/ and deploy; its tokens are refused once the new revisions serve
`);
});
