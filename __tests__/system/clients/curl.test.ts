import { spawnSync } from "node:child_process";
import { curlLines } from "../../../cli/local/curl-lines";
import { routeGrants } from "../../../cli/local/ledger";
import { type Clouds, startClouds } from "../../../packages/local-front-door/clouds";
import { ProjectCopy } from "../../support/command";
import { describeWhere } from "../../support/describe-where";
import { LocalCommand } from "../../support/local-command";
import { SynthesizedStack } from "../attack/support/synthesized";
import { run } from "./support/run";

jest.setTimeout(60_000);

const missing = spawnSync("curl", ["--version"]).status === 0 ? undefined : "no curl on this machine";

describeWhere(missing, "the printed curl lines, pasted into a shell", () => {
  const project = new ProjectCopy("linked");
  let door: LocalCommand;
  beforeAll(async () => {
    const page = "http://localhost:5173";
    door = new LocalCommand(project, "dev", "--origin", page, "--callback", `${page}/callback`);
    await door.prints(/^workforce\/0oa1example\n.*\n/m);
  });
  afterAll(async () => {
    await LocalCommand.closeAll();
    project.remove();
  });

  test.each(["anyone", "customers/reporting-agent", "customers/support-desk", "workforce/0oa1example", "aws/arn:"])(
    "%s is allowed",
    async (caller) => {
      const line = await door.lineOf(caller);
      expect(line).not.toContain("eyJ");
      const done = spawnSync("sh", ["-c", `${line} -w '\n%{http_code}'`], { cwd: project.folder, encoding: "utf8" });
      const [body = "", status] = done.stdout.split("\n");
      expect([status, JSON.parse(body).service, done.stderr]).toEqual([
        "200",
        expect.stringMatching(/^storefront-dev-/),
        "",
      ]);
    },
  );

  test("differences from the stack are printed, and a person can sign in for a page of this machine", async () => {
    await door.prints(
      /^differs from the stack: aws_apigatewayv2_api\.gateway\.cors_configuration\.allow_origins: on this machine http:\/\/localhost:5173 may also call$/m,
    );
    await door.prints(
      /^differs from the stack: aws_cognito_user_pool_client\.web\.callback_urls: on this machine http:\/\/localhost:5173\/callback is a callback too$/m,
    );
    const address = new URL((await door.lineOf("customers/web")).replace("in a browser: ", ""));
    expect(address.searchParams.get("redirect_uri")).toBe("http://localhost:5173/callback");
    const page = await fetch(address);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("User name")]);
  });
});

describeWhere(missing, "a broken curl line", () => {
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

  /** The line as it is printed below a caller's name. */
  function lineOf(caller: string): string {
    const lines = curlLines("dev", clouds, routeGrants("dev"));
    return lines[lines.findIndex((line) => line.startsWith(caller)) + 1]?.trim() ?? "";
  }

  /** Returns status and message of the answer, and the trace's reason. */
  async function paste(line: string, env: Readonly<Record<string, string>> = {}) {
    const { out } = await run("sh", ["-c", `${line} -w '\n%{http_code}'`], { PATH: process.env.PATH ?? "", ...env });
    const [body = "", status] = out.split("\n");
    const why = clouds.trace.hops
      .filter(({ allowed }) => !allowed)
      .map(({ at, reason, declaration }) => `${at}: ${reason} (${declaration})`);
    return { answer: `${status} ${JSON.parse(body).message ?? JSON.parse(body).error}`, why };
  }

  const agent = () => lineOf("customers/reporting-agent");

  test("with a wrong secret gets no token, and without a token no call is allowed", async () => {
    const lines = curlLines("dev", clouds, routeGrants("dev")).join("\n");
    const [, endpoint, id] = /^client id and secret, for (\S+)\n.* {2}(\w+):\w+$/m.exec(lines) ?? [];
    expect(await paste(`curl -s -u ${id}:wrong -d grant_type=client_credentials ${endpoint}`)).toEqual({
      answer: "400 invalid_client",
      why: ["cognito: the client secret is wrong (aws_cognito_user_pool_client.reporting_agent)"],
    });
    clouds.trace.clear();
    expect(await paste(agent().replace(/\$\(.*\)/, ""))).toEqual({
      answer: "403 Forbidden",
      why: [expect.stringContaining("authorizer")],
    });
  });

  test("without a token is refused before the authorizer is called", async () => {
    expect(await paste(lineOf("no token"))).toEqual({
      answer: "401 Unauthorized",
      why: [
        "gateway: the identity source $request.header.Authorization is missing (aws_apigatewayv2_authorizer.scoped.identity_sources)",
      ],
    });
  });

  test("with an expired token is refused by the function", async () => {
    const workforce = clouds.callers.find(({ name }) => name === "workforce/0oa1example");
    const past = Math.floor(Date.now() / 1000) - 60;
    const token = (await workforce?.sign?.({ iat: past - 60, exp: past })) ?? "";
    const line = lineOf("workforce").replace(/\$\(.*\)/, "$$TOKEN");
    expect(line).toContain('"Authorization: Bearer $TOKEN"');
    const { answer, why } = await paste(line, { TOKEN: token });
    expect([answer, why]).toEqual([
      "403 Forbidden",
      [
        expect.stringMatching(
          /^authorizer: storefront-dev-callers: unauthenticated \(expired\) \(aws_lambda_function\.callers\)$/,
        ),
      ],
    ]);
  });

  test("to a path without a route gets 404", async () => {
    expect(await paste(agent().replace(clouds.url, `${clouds.url}/nowhere`))).toEqual({
      answer: "404 Not Found",
      why: [expect.stringMatching(/^gateway: no route for GET \/nowhere\/orders/)],
    });
  });
});
