import { existsSync } from "node:fs";
import type { Clouds } from "../../local/clouds";
import { block, set } from "./support/document";
import { startSmallStack } from "./support/small-stack";

const JUDGE = "aws_lambda_function.judge";

const running: Clouds[] = [];
afterEach(async () => {
  for (const clouds of running.splice(0)) await clouds.stop();
});

/** The small stack's function with this handler. */
async function judge(handler: string, ...changes: Parameters<typeof startSmallStack>[0] & object) {
  const clouds = await startSmallStack(changes, handler);
  running.push(clouds);
  const [found] = clouds.functions;
  if (found === undefined) throw new Error("no function");
  return found;
}

test("it has the declared environment, Lambda's own variables, and nothing of this process's", async () => {
  process.env.LEAKED = "yes";
  const found = await judge("export const answer = async () => ({ ...process.env });");
  const result = await found.invoke({});
  delete process.env.LEAKED;
  expect(result).toEqual({
    kind: "answer",
    value: {
      GREETING: "hello",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SECRET_ACCESS_KEY: expect.any(String),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "judge",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      LAMBDA_TASK_ROOT: expect.any(String),
      LAMBDA_RUNTIME_DIR: "/var/runtime",
      LANG: "en_US.UTF-8",
      PATH: "/usr/local/bin:/usr/bin:/bin",
      TZ: ":UTC",
      _HANDLER: "index.answer",
    },
  });
});

test("one event at a time, with the memory of the ones before; a cold start forgets", async () => {
  const found = await judge(`let busy = 0; let seen = 0;
    export const answer = async () => {
      busy += 1; seen += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      const result = { busy, seen };
      busy -= 1;
      return result;
    };`);
  const results = await Promise.all([found.invoke({}), found.invoke({}), found.invoke({})]);
  expect(results.map((result) => result.kind === "answer" && result.value)).toEqual([
    { busy: 1, seen: 1 },
    { busy: 1, seen: 2 },
    { busy: 1, seen: 3 },
  ]);
  found.coldStart();
  expect(await found.invoke({})).toMatchObject({ value: { seen: 1 } });
});

test("what it throws is an error; what it prints is its log", async () => {
  const found = await judge(
    `export const answer = async () => { console.log("line one\\nline two"); throw new TypeError("no"); };`,
  );
  expect(await found.invoke({})).toEqual({ kind: "error", message: "no" });
  expect(found.log).toEqual(["line one", "line two"]);
});

test("a function that is silent for longer than its timeout is killed, and the next event starts anew", async () => {
  const found = await judge(
    `let seen = 0; export const answer = (event) => { seen += 1; return event.hang ? new Promise(() => {}) : seen; };`,
    set(JUDGE, { timeout: 1 }),
  );
  expect(await found.invoke({})).toMatchObject({ value: 1 });
  expect(await found.invoke({ hang: true })).toEqual({ kind: "error", message: "Task timed out after 1 seconds" });
  expect(await found.invoke({})).toMatchObject({ value: 1 });
});

test("a function that dies is an error, and the next event starts anew", async () => {
  const found = await judge("export const answer = async (event) => (event.die ? process.exit(1) : 1);");
  expect(await found.invoke({ die: true })).toEqual({ kind: "error", message: "Runtime exited" });
  expect(await found.invoke({})).toMatchObject({ value: 1 });
});

test.each([
  ["index.missing", "index exports no function missing"],
  ["other.answer", "no module other in the archive"],
])("the handler %s cannot be loaded", async (handler, message) => {
  const found = await judge("export const answer = async () => 1;", set(JUDGE, { handler }));
  expect(await found.invoke({})).toEqual({ kind: "error", message });
});

test("an archive that is not the one that was planned is not run", async () => {
  const other = set(JUDGE, { source_code_hash: "AAAA" });
  await expect(judge("", other)).rejects.toThrow(`${JUDGE}.source_code_hash: declared AAAA`);
});

test("another runtime, another attribute: refused", async () => {
  await expect(judge("", set(JUDGE, { runtime: "python3.13" }))).rejects.toThrow(`${JUDGE}.runtime`);
  await expect(judge("", set(JUDGE, { layers: [] }))).rejects.toThrow(`${JUDGE}.layers`);
});

describe("to the function, the local server is the internet", () => {
  const FETCH = `import https from "node:https"; import tls from "node:tls";
    export const answer = ({ url, options }) => new Promise((resolve) => {
      const request = https.request(url, options ?? {}, (response) => {
        response.resume().on("end", () => resolve({ status: response.statusCode }));
      });
      request.on("error", (error) => resolve({ error: error.code ?? error.message }));
      request.end();
    });
    export const trusted = () => tls.rootCertificates.length;`;

  test("a host of the stack is reached by its name, on port 443", async () => {
    const found = await judge(FETCH);
    expect(await found.invoke({ url: "https://sts.googleapis.com/" })).toMatchObject({ value: { status: 400 } });
  });

  test.each([
    ["a host that the stack does not know", "https://example.com/", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["another port", "https://sts.googleapis.com:8443/", "only port 443 leads anywhere from here"],
  ])("%s is not", async (_, url, error) => {
    const found = await judge(FETCH);
    const result = await found.invoke({ url });
    expect(JSON.stringify(result)).toContain(error);
  });
});

test("its folder is outside of any repository, and is gone in the end", async () => {
  const found = await judge("export const answer = async () => process.env.LAMBDA_TASK_ROOT;");
  const result = await found.invoke({});
  const folder = String(result.kind === "answer" && result.value);
  expect(folder.startsWith(process.cwd())).toBe(false);
  expect(existsSync(folder)).toBe(true);
  for (const clouds of running.splice(0)) await clouds.stop();
  expect(existsSync(folder)).toBe(false);
});

test("declared variables are resolved", async () => {
  const found = await judge("export const answer = async () => process.env.URL;", (document) => {
    block(document, JUDGE).environment = { variables: { URL: "${google_cloud_run_v2_service.shop.uri}" } };
  });
  expect(await found.invoke({})).toMatchObject({ value: expect.stringMatching(/^https:\/\/shop-/) });
});
