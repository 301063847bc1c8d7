import { createServer, type Server } from "node:net";
import type { AuthorizerPolicy } from "../../../../contract/policy-file";
import type { AuthorizerContext } from "../../../../functions/authorizer/handler/judged";
import { clouds, googleIdToken } from "../../../support/authorizer/clouds";
import { requestEvent } from "../../../support/authorizer/event";
import { type Answer, Hosts, Instance } from "../../../support/authorizer/instance";
import { cognitoDocuments, documents, TestIssuer } from "../../../support/authorizer/issuer";
import { AWS_URL, CATALOG, COGNITO_URL, ENVIRONMENT, OKTA_URL, POLICY } from "../../../support/authorizer/policy";

/** Tests an instance's start before its first event, the waits of the first decision, and the renewal of a token. */

const COGNITO = new URL(COGNITO_URL).host;
const [AWS, STS, IAM] = ["sts.eu-west-1.amazonaws.com", "sts.googleapis.com", "iamcredentials.googleapis.com"];
const CLOUDS = [AWS, STS, IAM];
const NAMES = [...CLOUDS, ...[COGNITO_URL, OKTA_URL, AWS_URL].map((url) => new URL(url).host)];
const ONE_ISSUER: AuthorizerPolicy = { ...POLICY, issuers: POLICY.issuers.filter(({ kind }) => kind === "cognito") };
/** A Google token lives one hour and is due for renewal ten minutes before its expiry. */
const DUE = 3001;

let issuer: TestIssuer;
let token: string;
let hosts: Hosts;
const running: Instance[] = [];

beforeAll(async () => {
  issuer = await TestIssuer.create(COGNITO_URL);
  // Longer than the hour by which the function's clock is advanced.
  const exp = Math.floor(Date.now() / 1000) + 7200;
  const claims = { sub: "anna", client_id: ENVIRONMENT.CLIENT_WEB, token_use: "access", scope: "orders/read", exp };
  token = await issuer.token(claims);
});
beforeEach(async () => {
  hosts = await Hosts.start(NAMES, healthy());
});
afterEach(() => {
  for (const instance of running.splice(0)) instance.stop();
  hosts.stop();
});

/** Issuer and clouds are available. Each Google token is different. */
function healthy(): Answer {
  const keys = documents(cognitoDocuments(issuer));
  let minted = 0;
  const iam = async ({ body = "" }: { body?: string }) => {
    minted += 1;
    const catalog = body.includes(CATALOG.audience) ? { aud: CATALOG.audience, email: CATALOG.serviceAccount } : {};
    return { status: 200, body: JSON.stringify({ token: googleIdToken({ ...catalog, sub: `${minted}` }) }) };
  };
  const both = clouds({ iam });
  const limits = { timeoutMilliseconds: 1000, maximumBytes: 1000 };
  return (request) => (request.url.endsWith("/jwks.json") ? keys : both).call(request, limits);
}

function instance(policy = POLICY, handler?: "index.callers" | "index.public", internet = hosts.internet): Instance {
  const started = new Instance({ internet, policy, ...(handler && { handler }) });
  running.push(started);
  return started;
}

/** A refusal without an outbound call: once it arrives, the instance has started. */
const started = (one: Instance) => one.ask(requestEvent({ routeKey: "GET /none" }));

/** The Google token of an allowed call, or the error. */
async function decide(one: Instance, ahead = 0): Promise<string | undefined> {
  const event = requestEvent({ routeKey: "GET /orders", authorization: `Bearer ${token}` });
  const { value, message } = await one.ask<{ context: AuthorizerContext }>(event, ahead);
  return value?.context.googleAuthorization ?? message;
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("the start", () => {
  test("connects to the clouds and the issuers without sending a request", async () => {
    const one = instance();
    await started(one);
    expect(hosts.calls).toEqual([]);
    expect(hosts.open).toBe(6);
    expect(await decide(one)).toMatch(/^Bearer ey/);
    // Over the existing connections.
    expect(hosts.calls).toEqual([COGNITO, ...CLOUDS]);
    expect(hosts.connections).toHaveLength(6);
    await decide(one);
    expect(hosts.calls).toHaveLength(4);
  });

  test("fetches the keys of a single issuer once", async () => {
    const one = instance(ONE_ISSUER);
    await started(one);
    expect(hosts.calls).toEqual([COGNITO]);
    await decide(one);
    expect(hosts.calls).toEqual([COGNITO, ...CLOUDS]);
    expect(hosts.connections).toHaveLength(4);
  });

  test("of the function for public routes connects only to the clouds", async () => {
    const one = instance(ONE_ISSUER, "index.public");
    await started(one);
    expect([hosts.calls, hosts.open]).toEqual([[], 3]);
  });

  test("does not delay the fetch for the first token if it found no keys", async () => {
    const well = hosts.answer;
    hosts.answer = async () => ({ status: 503, body: "" });
    const one = instance(ONE_ISSUER);
    await started(one);
    hosts.answer = well;
    expect(await decide(one)).toMatch(/^Bearer ey/);
  });

  test("survives a connection that went stale before its first call", async () => {
    const one = instance();
    await started(one);
    // From then on, a server may have closed it for being idle.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const well = hosts.answer;
    hosts.answer = () => {
      hosts.answer = well;
      hosts.closeConnections();
      return new Promise(() => {});
    };
    expect(await decide(one)).toMatch(/^Bearer ey/);
    expect(hosts.calls).toEqual([COGNITO, COGNITO, ...CLOUDS]);
  });

  test("survives a freeze during which all connections are closed", async () => {
    const one = instance();
    await started(one);
    one.process.kill("SIGSTOP");
    hosts.closeConnections();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    one.process.kill("SIGCONT");
    expect(await decide(one)).toMatch(/^Bearer ey/);
  });

  test.each([
    ["refuses connections", undefined],
    ["accepts connections and sends nothing", (server: Server) => server],
  ])("finishes in time if every host %s", async (_, silent) => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    if (silent === undefined) server.close();
    const one = instance(ONE_ISSUER, undefined, { ...hosts.internet, port });
    expect(await started(one)).toMatchObject({ value: { isAuthorized: false } });
    // The start takes one second. The rest is for the process on a busy machine.
    expect(Date.now() - one.startedAt).toBeLessThan(4000);
    one.stop();
    running.splice(0);
    server.close();
  });
});

describe("a renewal", () => {
  /** An instance whose token is due for renewal, with fresh keys. */
  async function due(): Promise<{ readonly one: Instance; readonly first: string | undefined }> {
    const one = instance();
    const first = await decide(one);
    await decide(one, DUE - 2);
    hosts.calls.splice(0);
    return { one, first };
  }

  /** Every host accepts calls, and responds when the test lets it. */
  function hold(): { readonly goOn: () => void } {
    const well = hosts.answer;
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    hosts.answer = (request) => held.then(() => well(request));
    return { goOn };
  }

  test("is started by the first call after it is due, and no call waits for it", async () => {
    const { one, first } = await due();
    const { goOn } = hold();
    expect([await decide(one, DUE), await decide(one, DUE), await decide(one, DUE)]).toEqual([first, first, first]);
    await until(() => hosts.calls.length > 0);
    expect(hosts.calls).toEqual([AWS]);
    goOn();
    let renewed = first;
    while (renewed === first) renewed = await decide(one, DUE);
    expect(renewed).toMatch(/^Bearer ey/);
    expect(hosts.calls).toEqual(CLOUDS);
  });

  test("survives a freeze that breaks its connections", async () => {
    const { one, first } = await due();
    const well = hosts.answer;
    hosts.answer = () => new Promise(() => {});
    expect(await decide(one, DUE)).toBe(first);
    await until(() => hosts.calls.length === 1);
    one.process.kill("SIGSTOP");
    hosts.answer = well;
    hosts.closeConnections();
    // Longer than the 1.5 seconds that one call may take.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    one.process.kill("SIGCONT");
    let renewed = await decide(one, DUE);
    while (renewed === first) renewed = await decide(one, DUE);
    expect(renewed).toMatch(/^Bearer ey/);
    // Repeats only the broken call, not the whole mint.
    expect(hosts.calls).toEqual([AWS, ...CLOUDS]);
  });

  test("continues with a response that arrived during a freeze", async () => {
    const { one, first } = await due();
    const { goOn } = hold();
    expect(await decide(one, DUE)).toBe(first);
    await until(() => hosts.calls.length === 1);
    one.process.kill("SIGSTOP");
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    one.process.kill("SIGCONT");
    let renewed = await decide(one, DUE);
    while (renewed === first) renewed = await decide(one, DUE);
    expect(hosts.calls).toEqual(CLOUDS);
  });
});
