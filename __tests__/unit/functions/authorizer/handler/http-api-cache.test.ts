import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { AWS_IAM_POLICY, DOOR, tokenOf } from "../../../../support/authorizer/aws-iam";
import { clouds } from "../../../../support/authorizer/clouds";
import { requestEvent } from "../../../../support/authorizer/event";
import { httpApi, REFUSED } from "../../../../support/authorizer/http-api";
import { TestIssuer } from "../../../../support/authorizer/issuer";
import { COGNITO_URL, POLICY } from "../../../../support/authorizer/policy";
import { testAll } from "../../../../support/test-all";

type Event = APIGatewayRequestAuthorizerEventV2;

let cognito: TestIssuer;
beforeAll(async () => {
  cognito = await TestIssuer.create(COGNITO_URL);
});

const { handler, token } = httpApi(() => cognito);

describe("a result that would be cached under an incomplete key is thrown instead", () => {
  const without = (event: Event, value: string | undefined): Event => ({
    ...event,
    identitySource: event.identitySource.filter((source) => source !== value),
  });
  const policyVersion = (event: Event) => event.stageVariables?.policy;

  testAll([
    ["the authorization", (event: Event) => without(event, event.headers?.authorization)],
    ["the route key", (event: Event) => without(event, event.routeKey)],
    ["the path", (event: Event) => without(event, event.rawPath)],
    ["the policy's version", (event: Event) => without(event, policyVersion(event))],
    [
      "a list of identity sources, but one text of them all",
      (event: Event) => ({ ...event, identitySource: event.identitySource.join() }) as unknown as Event,
    ],
    [
      "a whole identity source, but longer texts that contain each",
      (event: Event) => ({ ...event, identitySource: event.identitySource.map((source) => `${source}x`) }),
    ],
    ["any identity source", (event: Event) => ({ ...event, identitySource: [] })],
    ["the list of identity sources", (event: Event) => ({ ...event, identitySource: undefined }) as unknown as Event],
    ["the stage variable", (event: Event) => ({ ...event, stageVariables: {} })],
    [
      "a value of the stage variable",
      (event: Event) => ({ ...event, stageVariables: { policy: "" }, identitySource: [...event.identitySource, ""] }),
    ],
    ["the header", (event: Event) => ({ ...event, headers: {} })],
    ["all headers", (event: Event) => ({ ...event, headers: undefined })],
    ["the path itself", (event: Event) => ({ ...event, rawPath: undefined }) as unknown as Event],
    ["a context", (event: Event) => ({ ...event, requestContext: undefined }) as unknown as Event],
  ])("a scoped route with a variable, without %s", async (_, change) => {
    const { answer, log, cloud } = handler("callers");
    const event = requestEvent({ routeKey: "GET /orders/{id}", path: "/orders/7", authorization: await token() });
    expect((await answer(event)).isAuthorized).toBe(true);
    const before = cloud.requests.length;
    await expect(answer(change(event))).rejects.toThrow(/^unavailable$/);
    expect(cloud.requests).toHaveLength(before);
    expect(log()).toHaveLength(2);
  });

  testAll([
    ["the route key", (event: Event) => without(event, event.routeKey)],
    ["the path", (event: Event) => without(event, event.rawPath)],
    ["the policy's version", (event: Event) => without(event, policyVersion(event))],
  ])("a public route with a variable, without %s", async (_, change) => {
    const { answer } = handler("public");
    const event = requestEvent({ routeKey: "GET /products/{sku}", path: "/products/7" });
    expect((await answer(event)).isAuthorized).toBe(true);
    await expect(answer(change(event))).rejects.toThrow(/^unavailable$/);
  });

  test("a route without a variable does not need the path in the key", async () => {
    const event = requestEvent({ routeKey: "GET /orders", authorization: await token() });
    expect(event.identitySource).not.toContain("/orders");
    expect((await handler("callers").answer(event)).isAuthorized).toBe(true);
  });
});

test("the host name is the only input outside the cache key, and only tokens of AWS principals depend on it", async () => {
  const at = (domainName: string, authorization: string): Event => {
    const event = requestEvent({ routeKey: "GET /orders", authorization });
    return { ...event, requestContext: { ...event.requestContext, domainName } };
  };
  const { answer, log } = handler("callers", clouds(), AWS_IAM_POLICY);
  const other = "abcdef1234.execute-api.eu-west-1.amazonaws.com";
  const [jwt, signed] = [await token(), `Bearer ${await tokenOf()}`];
  expect(at(DOOR.host, signed).identitySource).toEqual(at(other, signed).identitySource);
  expect(await answer(at(DOOR.host, jwt))).toEqual(await answer(at(other, jwt)));
  expect(await answer(at(DOOR.host, signed))).toMatchObject({ isAuthorized: true });
  expect(await answer(at(other, signed))).toMatchObject({ isAuthorized: false });
  expect(log().map(({ reason }) => reason)).toEqual([undefined, undefined, undefined, "audience"]);
});

test("without a host name no token of an AWS principal is accepted", async () => {
  const { answer, log } = handler("callers", clouds(), AWS_IAM_POLICY);
  for (const host of [DOOR.host, "api.example.com"]) {
    const authorization = `Bearer ${await tokenOf({ headers: { "x-front-door-host": host } })}`;
    const event = requestEvent({ routeKey: "GET /orders", authorization });
    const { domainName: _, ...requestContext } = event.requestContext;
    expect(await answer({ ...event, requestContext } as Event)).toMatchObject({ isAuthorized: false });
  }
  expect(log().map(({ reason }) => reason)).toEqual(["audience", "audience"]);
});

describe("with allowed networks", () => {
  const asking = (networks: readonly string[]) =>
    handler("callers", clouds(), { ...POLICY, allowedNetworks: networks });
  const from = async (...more: readonly string[]) => {
    const event = requestEvent({ routeKey: "GET /orders", authorization: await token() });
    return { ...event, identitySource: [...event.identitySource, ...more] };
  };

  test("a valid token is accepted only from these networks", async () => {
    const { answer } = asking(["192.0.2.0/24"]);
    expect(await answer(await from("192.0.2.1"))).toMatchObject({ isAuthorized: true });
    const closed = asking(["203.0.113.0/24"]);
    expect(await closed.answer(await from("192.0.2.1"))).toEqual({
      isAuthorized: false,
      context: { ...REFUSED, decision: "forbidden" },
    });
    expect(closed.log()).toEqual([expect.objectContaining({ decision: "forbidden", reason: "network" })]);
  });

  test("an empty list of networks allows no caller", async () => {
    const { answer, log } = asking([]);
    expect(await answer(await from("192.0.2.1"))).toMatchObject({ isAuthorized: false });
    expect(log()).toEqual([expect.objectContaining({ reason: "network" })]);
  });

  test("a result whose cache key lacks the IP address is thrown, of a public route too", async () => {
    await expect(asking(["192.0.2.0/24"]).answer(await from())).rejects.toThrow("unavailable");
    const open = handler("public", undefined, { ...POLICY, allowedNetworks: ["192.0.2.0/24"] });
    const event = requestEvent({ routeKey: "GET /products" });
    await expect(open.answer(event)).rejects.toThrow("unavailable");
    const sources = [...event.identitySource, "192.0.2.1"];
    expect(await open.answer({ ...event, identitySource: sources })).toMatchObject({ isAuthorized: true });
  });

  test("a public route is open only from these networks", async () => {
    const open = handler("public", undefined, { ...POLICY, allowedNetworks: ["203.0.113.0/24"] });
    const event = requestEvent({ routeKey: "GET /products" });
    const sources = [...event.identitySource, "192.0.2.1"];
    expect(await open.answer({ ...event, identitySource: sources })).toMatchObject({ isAuthorized: false });
    expect(open.log()).toEqual([expect.objectContaining({ reason: "network" })]);
  });

  testAll(["192.0.2.1, 203.0.113.1", "192.0.2.1,203.0.113.1", "::ffff:192.0.2.1", "nobody"])(
    "only one whole address counts: not %s",
    async (sourceIp) => {
      const event = await from(sourceIp, "192.0.2.1");
      const http = { ...event.requestContext.http, sourceIp };
      const { answer, log } = asking(["192.0.2.0/24"]);
      const requestContext = { ...event.requestContext, http };
      expect(await answer({ ...event, requestContext })).toMatchObject({ isAuthorized: false });
      expect(log()).toEqual([expect.objectContaining({ reason: "network" })]);
    },
  );

  test("no header is the address", async () => {
    const event = await from("192.0.2.1", "203.0.113.1");
    const headers = { ...event.headers, "x-forwarded-for": "203.0.113.1", forwarded: "for=203.0.113.1" };
    const { answer } = asking(["203.0.113.0/24"]);
    expect(await answer({ ...event, headers })).toMatchObject({ isAuthorized: false });
  });
});
