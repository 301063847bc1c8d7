import { GoogleTokens } from "../../../../../functions/authorizer/mint/google-tokens";
import { type HttpsCall, HttpsFailure } from "../../../../../functions/authorizer/request/https-call";
import { clouds, googleIdToken } from "../../../../support/authorizer/clouds";
import { FakeTime } from "../../../../support/authorizer/fake-time";
import { CATALOG, ENVIRONMENT, ORDERS, POLICY, PROVIDER } from "../../../../support/authorizer/policy";
import { refusalOf } from "../../../../support/authorizer/refusal";
import { silentTrace } from "../../../../support/authorizer/trace";

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

function tokens(cloud = clouds(), environment: Record<string, string | undefined> = ENVIRONMENT) {
  const google = new GoogleTokens({ policy: POLICY, environment, call: cloud.call, functionName: "callers" });
  return { get: (service: string) => google.tokenFor(service, silentTrace()), cloud };
}

test("a token takes three calls in order, and the next request takes none", async () => {
  const { get, cloud } = tokens();
  const token = await get("orders");
  expect(await get("orders")).toBe(token);
  expect(cloud.hosts()).toEqual(["sts.eu-west-1.amazonaws.com", "sts.googleapis.com", "iamcredentials.googleapis.com"]);
});

test("each service has its own role, session, account and audience", async () => {
  const catalog = clouds({
    iam: () => ({
      status: 200,
      body: JSON.stringify({ token: googleIdToken({ aud: CATALOG.audience, email: CATALOG.serviceAccount }) }),
    }),
  });
  await tokens(catalog).get("catalog");
  const [aws, google, iam] = catalog.requests;
  // The provider's whole name, in what Google is asked and in what AWS signs.
  const provider = `//iam.googleapis.com/${PROVIDER}`;
  expect(JSON.parse(google?.body ?? "")).toMatchObject({ audience: provider });
  expect(decodeURIComponent(JSON.parse(google?.body ?? "").subjectToken)).toContain(JSON.stringify(provider));
  const assumed = new URLSearchParams(aws?.body);
  expect([assumed.get("RoleArn"), assumed.get("RoleSessionName")]).toEqual([CATALOG.role, "callers.catalog"]);
  expect(iam?.url).toContain("shop-dev-catalog%40");
  expect(JSON.parse(iam?.body ?? "")).toEqual({ audience: CATALOG.audience, includeEmail: true });
});

test("a token for another service is refused", async () => {
  const { get } = tokens();
  expect(await refusalOf(() => get("catalog"))).toBe("unavailable id-token");
});

test("a service that the policy does not name makes no call", async () => {
  const { get, cloud } = tokens();
  expect(await refusalOf(() => get("nothing"))).toBe("unavailable internal");
  expect(cloud.requests).toEqual([]);
});

test.each([undefined, ""])("a provider that is %j makes no call", async (value) => {
  const { get, cloud } = tokens(clouds(), { ...ENVIRONMENT, FEDERATION_PROVIDER: value });
  expect(await refusalOf(() => get("orders"))).toBe("unavailable federation-provider");
  expect(cloud.requests).toEqual([]);
});

test("credentials are read at every mint, because Lambda renews them", async () => {
  const environment: Record<string, string | undefined> = { ...ENVIRONMENT, AWS_SESSION_TOKEN: undefined };
  const { get, cloud } = tokens(clouds(), environment);
  expect(await refusalOf(() => get("orders"))).toBe("unavailable aws-credentials");
  environment.AWS_SESSION_TOKEN = "RenewedSessionToken";
  jest.spyOn(Date, "now").mockReturnValue(Date.now() + 3000);
  await get("orders");
  expect(cloud.requests[0]?.headers?.["x-amz-security-token"]).toBe("RenewedSessionToken");
});

test.each([
  ["aws", "assume-role", 1],
  ["sts", "token-exchange", 2],
  ["iam", "id-token", 3],
] as const)("if %s refuses, the error names the step, and no later call is made", async (host, reason, calls) => {
  const cloud = clouds({ [host]: () => ({ status: 403, body: "secret detail" }) });
  expect(await refusalOf(() => tokens(cloud).get("orders"))).toBe(`unavailable ${reason}`);
  expect(cloud.requests).toHaveLength(calls);
});

test("the minted token is for the policy's account and audience", async () => {
  const token = await tokens().get("orders");
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  expect(claims).toMatchObject({ aud: ORDERS.audience, email: ORDERS.serviceAccount });
});

test("a crowd of cold instances without a quota makes few calls, each at its own time", async () => {
  jest.useFakeTimers({ now: 1_800_000_000_000 });
  const exchangedAt: number[][] = [];
  const instances = Array.from({ length: 40 }, (_, index) => {
    const times: number[] = [];
    exchangedAt[index] = times;
    const cloud = clouds({
      sts: () => {
        times.push(Date.now());
        return { status: 429, body: "{}" };
      },
    });
    return tokens(cloud);
  });
  // 40 instances with 10 requests a second each, for 10 seconds: 4,000 requests.
  for (let round = 0; round < 100; round += 1) {
    for (const { get } of instances) Promise.resolve(get("orders")).catch(() => {});
    await jest.advanceTimersByTimeAsync(100);
  }
  await jest.advanceTimersByTimeAsync(2000);
  for (const [index, { cloud }] of instances.entries()) {
    const times = exchangedAt[index] ?? [];
    // One mint takes 1.25 seconds at least (the pause before the retry, and the failure's memory): a role session and
    // two exchanges.
    expect(cloud.requests.length).toBeLessThanOrEqual(3 * Math.ceil(10 / 1.25));
    const pauses = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(250);
  }
  // All instances start in the same millisecond. Their retries do not.
  expect(new Set(exchangedAt.map(([first]) => first)).size).toBe(1);
  expect(new Set(exchangedAt.map(([, second]) => second)).size).toBeGreaterThan(20);
});

test("the three calls of a mint share one budget, which can run out before the last one", async () => {
  const reliable = clouds();
  const timeouts: number[] = [];
  jest.spyOn(Math, "random").mockReturnValue(0.25); // a pause of 100 milliseconds
  const time = new FakeTime();
  // The first attempt of each call times out, the second succeeds. Both take the maximum time.
  const call: HttpsCall = async (request, limits) => {
    timeouts.push(limits.timeoutMilliseconds);
    time.pass(limits.timeoutMilliseconds);
    if (timeouts.length % 2 === 0) return reliable.call(request, limits);
    throw new HttpsFailure("timeout");
  };
  const google = new GoogleTokens({ policy: POLICY, environment: ENVIRONMENT, call, functionName: "callers" });
  expect(await refusalOf(() => google.tokenFor("orders", silentTrace()))).toBe("unavailable id-token");
  expect(timeouts).toEqual([1500, 1500, 1500, 6000 - 3 * 1500 - 2 * 100]);
});
