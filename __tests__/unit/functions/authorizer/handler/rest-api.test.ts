import type { AuthorizerPolicy } from "../../../../../contract/policy-file";
import { restApiHandler } from "../../../../../functions/authorizer/handler/rest-api";
import { GoogleTokens } from "../../../../../functions/authorizer/mint/google-tokens";
import { pathRules } from "../../../../../functions/authorizer/request/path-rule";
import { trustedIssuers } from "../../../../../functions/authorizer/token/issuers";
import { TokenVerifier } from "../../../../../functions/authorizer/token/verify-token";
import { clouds, googleIdToken } from "../../../../support/authorizer/clouds";
import { cognitoDocuments, documents, TestIssuer } from "../../../../support/authorizer/issuer";
import { CATALOG, COGNITO_URL, ENVIRONMENT, POLICY } from "../../../../support/authorizer/policy";
import { restEvent } from "../../../../support/authorizer/rest-event";
import { testAll } from "../../../../support/test-all";

let cognito: TestIssuer;
beforeAll(async () => {
  cognito = await TestIssuer.create(COGNITO_URL);
});

const catalogCloud = () =>
  clouds({
    iam: () => ({
      status: 200,
      body: JSON.stringify({ token: googleIdToken({ aud: CATALOG.audience, email: CATALOG.serviceAccount }) }),
    }),
  });

function handler(kind: "callers" | "public", policy: AuthorizerPolicy = POLICY) {
  const cloud = kind === "callers" ? clouds() : catalogCloud();
  const lines: string[] = [];
  const answer = restApiHandler({
    kind,
    policy,
    rules: pathRules(policy),
    decider: {
      verifier: new TokenVerifier(trustedIssuers(policy, ENVIRONMENT), documents(cognitoDocuments(cognito)).call),
      googleTokens: new GoogleTokens({ policy, environment: ENVIRONMENT, call: cloud.call, functionName: kind }),
      revoked: new Set(),
    },
    write: (line) => lines.push(line),
  });
  return { answer, log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const token = async (claims: Record<string, unknown> = {}) => [
  `Bearer ${await cognito.token({ sub: "ann", token_use: "access", client_id: "web1client2id3", scope: "orders/read orders/write", ...claims })}`,
];
const orders = async (parts: Partial<Parameters<typeof restEvent>[0]> = {}) =>
  restEvent({ resource: "/orders", authorization: await token(), ...parts });

test("an allowed caller gets exactly the requested method and path, and every context key", async () => {
  const { answer, log } = handler("callers");
  const event = await orders();
  expect(await answer(event)).toEqual({
    principalId: "customers/web",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn }],
    },
    context: {
      googleAuthorization: `Bearer ${googleIdToken()}`,
      subject: "ann",
      client: "customers/web",
      scopes: "orders/read orders/write",
      issuer: "customers",
      actor: "-",
      callerKind: "client",
      decision: "allowed",
    },
  });
  expect(log()).toEqual([
    expect.objectContaining({ route: "GET /orders", requestId: "JKJaXmPLvHcESHA=", decision: "allowed" }),
  ]);
});

test("a public route requires no token", async () => {
  const { context, policyDocument } = await handler("public").answer(restEvent({ resource: "/products" }));
  expect(policyDocument.Statement[0]?.Effect).toBe("Allow");
  expect(context).toMatchObject({ subject: "anonymous", client: "-", decision: "allowed" });
});

test("a known caller without the scope gets a Deny, which may be cached", async () => {
  const event = await orders({ authorization: await token({ scope: "orders/write" }) });
  const { policyDocument, context } = await handler("callers").answer(event);
  expect(policyDocument.Statement).toEqual([
    { Action: "execute-api:Invoke", Effect: "Deny", Resource: event.methodArn },
  ]);
  expect(context).toMatchObject({
    decision: "forbidden",
    client: "customers/web",
    scopes: "-",
    googleAuthorization: "-",
  });
});

testAll<[string, () => Promise<readonly string[]>, string]>([
  ["no token", async () => [], "authorization-count"],
  ["two tokens", async () => [...(await token()), ...(await token())], "authorization-count"],
  ["no JWT", async () => ["Bearer abc"], "token-shape"],
  ["another scheme", async () => ["Basic YTpi"], "authorization-shape"],
])("%s throws the message that a REST API turns into 401", async (_, authorization, reason) => {
  const { answer, log } = handler("callers");
  await expect(answer(await orders({ authorization: await authorization() }))).rejects.toThrow(/^Unauthorized$/);
  expect(log()).toEqual([expect.objectContaining({ decision: "unauthenticated", reason })]);
});

test("a call that cannot be decided throws another error, which a REST API turns into 500", async () => {
  const { stageVariables: _, ...unwired } = await orders();
  await expect(handler("callers").answer(unwired as never)).rejects.toThrow(/^unavailable$/);
  await expect(handler("public").answer(await orders())).rejects.toThrow(/^unavailable$/);
  const open = restEvent({ resource: "/products", authorization: await token() });
  await expect(handler("callers").answer(open)).rejects.toThrow(/^unavailable$/);
});

testAll([
  ["a method that is not in the policy", { method: "DELETE" }],
  ["HEAD of a path with GET", { method: "HEAD" }],
  ["OPTIONS", { method: "OPTIONS" }],
  ["a method in other letters", { method: "get" }],
  ["a resource in other letters", { resource: "/Orders" }],
  ["a resource that is not in the policy", { resource: "/other" }],
])("%s is denied", async (_, parts) => {
  const { answer, log } = handler("callers");
  const { policyDocument } = await answer(await orders(parts));
  expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
  expect(log()).toEqual([expect.objectContaining({ reason: "route-unknown" })]);
});

testAll([
  ["/orders/42", "allowed", undefined],
  ["/orders/a%2Fb", "forbidden", "path-character"],
  ["/orders/caf%C3%A9", "forbidden", "path-character"],
  ["/orders/..", "forbidden", "path-character"],
  ["/orders/EXPORT", "forbidden", "path-ambiguous"],
])("%s on a route with a variable: %s", async (path, decision, reason) => {
  const { answer, log } = handler("callers");
  await answer(await orders({ resource: "/orders/{id}", path }));
  expect(log()).toEqual([expect.objectContaining({ decision, ...(reason && { reason }) })]);
});

const ARN = "arn:aws:execute-api:eu-west-1:111122223333:abcdef123/live";
testAll([
  ["another path", { methodArn: `${ARN}/GET/orders/43` }],
  ["a longer path", { methodArn: `${ARN}/GET/orders/42/x` }],
  ["another method", { methodArn: `${ARN}/POST/orders/42` }],
  ["another path in the context", { requestContext: { path: "/live/orders/43", extendedRequestId: "x" } }],
  ["a longer path in the context", { requestContext: { path: "/live/orders/42/x", extendedRequestId: "x" } }],
  ["other letters in the context", { requestContext: { path: "/live/ORDERS/42", extendedRequestId: "x" } }],
  ["another path of a route without variables", { resource: "/orders", methodArn: `${ARN}/GET/orders/export` }],
])("an event that also has %s is denied", async (_, change) => {
  const { answer, log } = handler("callers");
  const event = await orders({ resource: "/orders/{id}", path: "/orders/42" });
  const { policyDocument } = await answer({ ...event, ...change } as never);
  expect(policyDocument.Statement[0]?.Effect).toBe("Deny");
  expect(log()).toEqual([expect.objectContaining({ reason: "path-mismatch" })]);
});

test("with plans, usage counts to the caller's key, or to the shared key for unknown callers", async () => {
  const usageKeys = { "customers/web": "a".repeat(64), anonymous: "b".repeat(64) };
  const { answer } = handler("callers", { ...POLICY, usageKeys });
  expect(await answer(await orders())).toMatchObject({ usageIdentifierKey: usageKeys["customers/web"] });
  const open = handler("public", { ...POLICY, usageKeys });
  expect(await open.answer(restEvent({ resource: "/products" }))).toMatchObject({
    usageIdentifierKey: usageKeys.anonymous,
  });
});

test("the caller's trace id is logged if it sends one well-formed traceparent, in any case", async () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
  const { answer, log } = handler("callers");
  const event = await orders();
  const headers = [{ TraceParent: [traceparent] }, { traceparent: [traceparent, traceparent] }, { traceparent: ["x"] }];
  for (const sent of headers) {
    await answer({ ...event, multiValueHeaders: { ...event.multiValueHeaders, ...sent } });
  }
  expect(log().map(({ traceId }) => traceId)).toEqual([trace, undefined, undefined]);
});
