import type { Shell } from "../../../../cli/process/shell";
import { AwsCli, discardCachedResults, rewriteRevoked, waitUntilUpdated } from "../../../../cli/revoke/revoke";

/** Answers by the call's first two words, and records the calls. */
function tool(answers: Readonly<Record<string, unknown>>) {
  const calls: (readonly string[])[] = [];
  const shell: Shell = (program, args) => {
    expect(program).toBe("aws");
    calls.push(args);
    const answer = answers[args.slice(0, 2).join(" ")];
    return answer instanceof Error
      ? { code: 254, out: "", error: `\n${answer.message}\n` }
      : { code: 0, out: answer === undefined ? "" : JSON.stringify(answer), error: "" };
  };
  const asked = (name: string) => calls.filter((args) => args.slice(0, 2).join(" ") === name);
  return { aws: new AwsCli(shell, "eu-west-1"), calls, asked };
}

const REGION = ["--region", "eu-west-1", "--output", "json"];
const variables = (Variables: Record<string, string>) => ({ Environment: { Variables }, RevisionId: "r-7" });
const add = (name: string) => (names: readonly string[]) => [...names, name];

test("adds one name to the list and keeps every other variable, on the revision that was read", () => {
  const { aws, asked, calls } = tool({
    "lambda get-function-configuration": variables({ CLIENT_WEB: "1", REVOKED_CALLERS: '["b/two"]' }),
  });
  expect(rewriteRevoked(aws, "shop-callers", add("a/one"))).toBe(true);
  const [args = []] = asked("lambda update-function-configuration");
  expect(args.slice(2, 6)).toEqual(["--function-name", "shop-callers", "--revision-id", "r-7"]);
  expect(JSON.parse(args[7] ?? "")).toEqual({ Variables: { CLIENT_WEB: "1", REVOKED_CALLERS: '["a/one","b/two"]' } });
  waitUntilUpdated(aws, "shop-callers");
  expect(calls.at(-1)).toEqual(["lambda", "wait", "function-updated-v2", "--function-name", "shop-callers", ...REGION]);
});

test("does not overwrite variables that AWS does not return", () => {
  const { aws, asked } = tool({
    "lambda get-function-configuration": { Environment: { Error: { ErrorCode: "AccessDeniedException" } } },
  });
  expect(() => rewriteRevoked(aws, "shop-callers", add("a/one"))).toThrow("AWS does not return its variables");
  expect(asked("lambda update-function-configuration")).toEqual([]);
});

test("a caller that is on the list already changes nothing", () => {
  const { aws, asked } = tool({ "lambda get-function-configuration": variables({ REVOKED_CALLERS: '["a/one"]' }) });
  expect(rewriteRevoked(aws, "shop-callers", add("a/one"))).toBe(false);
  expect(asked("lambda update-function-configuration")).toEqual([]);
});

test("an empty list removes the variable", () => {
  const { aws, asked } = tool({
    "lambda get-function-configuration": variables({ A: "1", REVOKED_CALLERS: '["a/one"]' }),
  });
  expect(rewriteRevoked(aws, "shop-callers", () => [])).toBe(true);
  expect(JSON.parse(asked("lambda update-function-configuration")[0]?.[7] ?? "")).toEqual({ Variables: { A: "1" } });
});

test.each(["everybody", '{"a":1}', "[1]"])("does not rewrite a list that cannot be read: %s", (text) => {
  const { aws, asked } = tool({ "lambda get-function-configuration": variables({ REVOKED_CALLERS: text }) });
  expect(() => rewriteRevoked(aws, "shop-callers", add("a/one"))).toThrow(
    "not a JSON list of names, so it refuses every caller",
  );
  expect(asked("lambda update-function-configuration")).toEqual([]);
});

test("reports AWS's refusal without the call's arguments", () => {
  const { aws } = tool({
    "lambda get-function-configuration": variables({ CLIENT_WEB: "pool-client-id" }),
    "lambda update-function-configuration": new Error("An error occurred (PreconditionFailedException): the revision"),
  });
  const work = () => rewriteRevoked(aws, "shop-callers", add("a/one"));
  expect(work).toThrow(
    "aws lambda update-function-configuration failed: An error occurred (PreconditionFailedException)",
  );
  expect(work).toThrow(expect.objectContaining({ message: expect.not.stringContaining("pool-client-id") }));
});

const TAGS = { application: "shop", environment: "dev" };
const POLICY = /^revoked-\d{8}T\d{6}Z$/;

test("gives an HTTP API's stage another policy, and keeps its other variables", () => {
  const { aws, asked } = tool({
    "apigatewayv2 get-apis": {
      Items: [
        { ApiId: "other", Name: "shop-dev", Tags: { ...TAGS, environment: "prod" } },
        { ApiId: "mine", Name: "shop-dev", Tags: { ...TAGS, team: "shop" } },
        { ApiId: "else", Name: "shop", Tags: TAGS },
      ],
    },
    "apigatewayv2 get-stage": { StageVariables: { policy: "0f1e", other: "kept" } },
  });
  discardCachedResults(aws, { kind: "http", name: "shop-dev", stage: "$default" }, TAGS);
  const [args = []] = asked("apigatewayv2 update-stage");
  expect(args.slice(2, 6)).toEqual(["--api-id", "mine", "--stage-name", "$default"]);
  expect(JSON.parse(args[7] ?? "")).toEqual({ other: "kept", policy: expect.stringMatching(POLICY) });
});

test("gives a REST API's stage another policy", () => {
  const { aws, asked } = tool({
    "apigateway get-rest-apis": { items: [{ id: "mine", name: "shop-dev", tags: TAGS }] },
  });
  discardCachedResults(aws, { kind: "rest", name: "shop-dev", stage: "live" }, TAGS);
  const [args = []] = asked("apigateway update-stage");
  expect(args.slice(2, 6)).toEqual(["--rest-api-id", "mine", "--stage-name", "live"]);
  expect(args[7]).toMatch(/^op=replace,path=\/variables\/policy,value=revoked-\d{8}T\d{6}Z$/);
});

test.each([0, 2])("changes none of %d APIs of that name", (count) => {
  const items = Array.from({ length: count }, (_, index) => ({ id: String(index), name: "shop-dev", tags: TAGS }));
  const { aws, asked } = tool({ "apigateway get-rest-apis": { items } });
  expect(() => discardCachedResults(aws, { kind: "rest", name: "shop-dev", stage: "live" }, TAGS)).toThrow(
    `${count} APIs are called shop-dev and tagged application=shop and environment=dev, expected one`,
  );
  expect(asked("apigateway update-stage")).toEqual([]);
});

test("refuses an account other than the environment's before any change", () => {
  const { aws, calls } = tool({ "sts get-caller-identity": { Account: "999999999999" } });
  expect(() => aws.requireAccount("111122223333")).toThrow("signed in to the account 999999999999");
  expect(calls).toHaveLength(1);
});
