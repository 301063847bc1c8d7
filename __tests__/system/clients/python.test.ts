import { join } from "node:path";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { describeWhere } from "../../support/describe-where";
import { pythonWithPackages } from "../../support/python/python";
import { SynthesizedStack } from "../attack/support/synthesized";
import { run, type Said } from "./support/run";

jest.setTimeout(60_000);

const PROGRAM = join(__dirname, "support/reporting_agent.py");
const found = pythonWithPackages();

describeWhere("missing" in found ? found.missing : undefined, "Python's requests-oauthlib", () => {
  const python = "python" in found ? found.python : "";
  let stack: SynthesizedStack;
  let clouds: Clouds;
  beforeAll(async () => {
    stack = new SynthesizedStack([]);
    clouds = await startClouds({ stackFile: stack.file });
  });
  afterAll(async () => {
    await clouds?.stop();
    stack?.remove();
  });
  beforeEach(() => clouds.trace.clear());

  const refusals = () => clouds.trace.hops.filter(({ allowed }) => !allowed);

  /** As the program that the config calls `reporting-agent`. */
  function call(route: string, changes: Readonly<Record<string, string>> = {}): Promise<Said> {
    const caller = clouds.callers.find(({ name }) => name === "customers/reporting-agent");
    return run(python, [PROGRAM], {
      TOKEN_URL: `${clouds.cognitoUrl}/${caller?.pool?.domain}/oauth2/token`,
      CLIENT_ID: caller?.client?.id ?? "",
      CLIENT_SECRET: caller?.client?.secret ?? "",
      ROUTE: `${clouds.url}${route}`,
      // The user pool is plain http on this machine, which the library refuses by default.
      OAUTHLIB_INSECURE_TRANSPORT: "1",
      ...changes,
    });
  }

  test("fetches a token and calls what the program may call, and not what it may not", async () => {
    expect(await call("/orders/export")).toEqual({ code: 0, out: "200 storefront-dev-orders", error: "" });
    expect(refusals()).toEqual([]);
    expect(await call("/accounts/7")).toEqual({ code: 0, out: "403 Forbidden", error: "" });
    expect(refusals()).toEqual([
      expect.objectContaining({ at: "authorizer", declaration: "aws_lambda_function.callers" }),
    ]);
  });

  test.each<[string, Record<string, string>, string, string, string]>([
    [
      "another secret",
      { CLIENT_SECRET: "wrong" },
      "no token: (invalid_client) ",
      "the client secret is wrong",
      "aws_cognito_user_pool_client.reporting_agent",
    ],
    [
      "a scope that it may not have",
      { SCOPE: "orders/support" },
      "no token: (invalid_scope) ",
      "the client does not have the scope orders/support",
      "aws_cognito_user_pool_client.reporting_agent.allowed_oauth_scopes",
    ],
  ])("with %s gets the error that Cognito names, and the trace the declaration", async (_, changes, error, ...hop) => {
    expect(await call("/orders", changes)).toEqual({ code: 1, out: "", error: error.trim() });
    const [reason, declaration] = hop;
    expect(refusals()).toEqual([expect.objectContaining({ at: "cognito", reason, declaration })]);
  });

  test("reports that the user pool here is plain http", async () => {
    const { code, error } = await call("/orders", { OAUTHLIB_INSECURE_TRANSPORT: "" });
    expect([code, error]).toEqual([1, expect.stringContaining("OAuth 2 MUST utilize https")]);
  });
});
