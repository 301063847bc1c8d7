import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clouds } from "../../../../packages/local-front-door/clouds";
import { nodeRelease } from "../../../../packages/local-front-door/function/node-release";
import { testWhere } from "../../../support/describe-where";
import { block, set } from "../../../support/local/document";
import { startSmallStack } from "../../../support/local/small-stack";
import { ROOT } from "../../../support/places";

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

test("it handles one event at a time and keeps its memory between events; a cold start clears it", async () => {
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

test("an exception is an error result, and output is its log", async () => {
  const found = await judge(
    `export const answer = async () => { console.log("line one\\nline two"); throw new TypeError("no"); };`,
  );
  expect(await found.invoke({})).toEqual({ kind: "error", message: "no" });
  expect(found.log).toEqual(["line one", "line two"]);
});

test("a function that is silent for longer than its timeout is killed, and the next event starts it again", async () => {
  const found = await judge(
    `let seen = 0; export const answer = (event) => { seen += 1; return event.hang ? new Promise(() => {}) : seen; };`,
    set(JUDGE, { timeout: 30 }),
  );
  jest.useFakeTimers({
    doNotFake: ["nextTick", "queueMicrotask", "setImmediate", "setInterval", "performance", "Date"],
  });
  try {
    expect(await found.invoke({})).toMatchObject({ value: 1 });
    let result: unknown;
    const hanging = found.invoke({ hang: true }).then((value) => {
      result = value;
    });
    await jest.advanceTimersByTimeAsync(29_999);
    expect(result).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    await hanging;
    expect(result).toEqual({ kind: "error", message: "Task timed out after 30 seconds" });
    expect(await found.invoke({})).toMatchObject({ value: 1 });
  } finally {
    jest.useRealTimers();
  }
});

test("a function that dies is an error, and the next event starts it again", async () => {
  const found = await judge("export const answer = async (event) => (event.die ? process.exit(1) : 1);");
  expect(await found.invoke({ die: true })).toEqual({ kind: "error", message: "Runtime exited" });
  expect(await found.invoke({})).toMatchObject({ value: 1 });
});

test("a handler that cannot be loaded is an error that says why", async () => {
  const messages = {
    "index.missing": "index exports no function missing",
    "other.answer": "no module other in the archive",
  };
  for (const [handler, message] of Object.entries(messages)) {
    const found = await judge("export const answer = async () => 1;", set(JUDGE, { handler }));
    expect(await found.invoke({})).toEqual({ kind: "error", message });
  }
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

  test("hosts of the stack are reached by name on port 443, and no other host or port is", async () => {
    const found = await judge(FETCH);
    expect(await found.invoke({ url: "https://sts.googleapis.com/" })).toMatchObject({ value: { status: 400 } });
    const unknown = await found.invoke({ url: "https://example.com/" });
    expect(JSON.stringify(unknown)).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
    const otherPort = await found.invoke({ url: "https://sts.googleapis.com:8443/" });
    expect(JSON.stringify(otherPort)).toContain("only port 443 can be called from here");
  });
});

test("its folder is outside any repository, and is removed at the end", async () => {
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

describe("the declared release of Node", () => {
  const RUNTIME = `${JUDGE}.runtime`;
  const [OWN = ""] = process.versions.node.split(".");

  async function releaseOf(runtime: string) {
    const found = await judge("export const answer = async () => process.versions.node;", set(JUDGE, { runtime }));
    return { result: await found.invoke({}), deviations: running[0]?.nodeDeviations };
  }

  test("is a deviation if a function runs in another release", async () => {
    const { result, deviations } = await releaseOf("nodejs999.x");
    expect(result).toEqual({ kind: "answer", value: process.versions.node });
    expect(deviations).toEqual([
      expect.stringContaining(`${RUNTIME}: the function runs in Node ${OWN}, the stack declares`),
    ]);
  });

  const isThere = nodeRelease("nodejs24.x", RUNTIME, join(ROOT, ".build")).deviation === undefined;
  const missing = isThere ? undefined : "no Node 24 here; npm run local -- dev --declared-node fetches it";
  testWhere(missing)("runs the function if it is installed", async () => {
    const { result, deviations } = await releaseOf("nodejs24.x");
    expect(result).toEqual({ kind: "answer", value: expect.stringMatching(/^24\./) });
    expect(deviations).toEqual([]);
  });
});
