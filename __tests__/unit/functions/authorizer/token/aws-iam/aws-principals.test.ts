import type { AuthorizerPolicy } from "../../../../../../contract/policy-file";
import { type HttpsCall, HttpsFailure } from "../../../../../../functions/authorizer/request/https-call";
import { AwsPrincipals } from "../../../../../../functions/authorizer/token/aws-iam/aws-principals";
import {
  AWS_IAM_POLICY,
  DOOR,
  identityXml,
  ROLE,
  SESSION,
  type Signing,
  signedHeaders,
  stsThatVerifies,
  tokenOf,
  tokenWith,
  UNIQUE_ID,
} from "../../../../../support/authorizer/aws-iam";
import { refusalOf } from "../../../../../support/authorizer/refusal";
import { silentTrace } from "../../../../../support/authorizer/trace";
import { testAll } from "../../../../../support/test-all";

const CALLER = { issuer: "roles", client: `roles/${ROLE}`, subject: ROLE, scopes: ["orders/read"] };

function principals(call: HttpsCall, policy = AWS_IAM_POLICY) {
  const found = AwsPrincipals.of(policy, call);
  return async (token: string, host = DOOR.host) => found?.callerOf(token, host, silentTrace());
}

const answering = (status: number, body: string) => principals(async () => ({ status, body }));

test("AWS gets the signed request, and its response identifies the caller", async () => {
  const sts = stsThatVerifies();
  expect(await principals(sts.call)(await tokenOf())).toEqual(CALLER);
  const [request] = sts.requests;
  expect([request?.method, request?.url, request?.body]).toEqual([
    "POST",
    "https://sts.eu-west-1.amazonaws.com/",
    "Action=GetCallerIdentity&Version=2011-06-15",
  ]);
});

testAll<[string, Signing]>([
  ["another action", { body: "Action=AssumeRole&Version=2011-06-15&RoleArn=x&RoleSessionName=y" }],
  ["one more parameter", { body: "Action=GetCallerIdentity&Version=2011-06-15&x=y" }],
  ["another method", { method: "GET" }],
  ["another content type", { headers: { "content-type": "application/json" } }],
  ["another secret", { secretAccessKey: "another" }],
])("a signature over %s is refused, because AWS gets the fixed request", async (_, change) => {
  const sts = stsThatVerifies();
  expect(await refusalOf(async () => principals(sts.call)(await tokenOf(change)))).toBe("unauthenticated signature");
  expect(sts.requests).toHaveLength(1);
});

test("a token causes one call to AWS, accepted or refused, even from concurrent calls", async () => {
  for (const change of [{}, { secretAccessKey: "another" }]) {
    const sts = stsThatVerifies();
    const ask = principals(sts.call);
    const token = await tokenOf(change);
    const verdicts = await Promise.all([1, 2, 3].map(() => refusalOf(() => ask(token)).catch(() => "allowed")));
    await refusalOf(() => ask(token)).catch(() => "allowed");
    expect([new Set(verdicts).size, sts.requests.length]).toEqual([1, 1]);
  }
});

test("a token that differs from a remembered one in any header is verified again", async () => {
  const sts = stsThatVerifies();
  const ask = principals(sts.call);
  const expires = Math.floor(Date.now() / 1000) + 200;
  const { "content-type": _, ...signed } = await signedHeaders({ headers: { "x-front-door-expires": `${expires}` } });
  expect(await ask(tokenWith(signed))).toEqual(CALLER);
  const session = `${signed["x-amz-security-token"]}x`;
  for (const change of [{ "x-front-door-expires": `${expires + 60}` }, { "x-amz-security-token": session }]) {
    expect(await refusalOf(() => ask(tokenWith({ ...signed, ...change })))).toMatch(/^unauthenticated /);
  }
  expect(sts.requests).toHaveLength(3);
  expect(await ask(tokenWith(Object.fromEntries(Object.entries(signed).reverse())))).toEqual(CALLER);
  expect(sts.requests).toHaveLength(3);
});

test("a malformed or foreign token causes no call", async () => {
  const sts = stsThatVerifies();
  const ask = principals(sts.call);
  const other = await tokenOf({ headers: { "x-front-door-name": "storefront-prod" } });
  for (const token of ["aws-iam.", "aws-iam.e30", other]) await refusalOf(() => ask(token));
  expect(await refusalOf(async () => ask(await tokenOf(), "other.example.com"))).toBe("unauthenticated audience");
  expect(sts.requests).toEqual([]);
});

test("the log line of a refused token names the issuer, although the caller is unknown", async () => {
  const trace = silentTrace();
  const found = AwsPrincipals.of(AWS_IAM_POLICY, stsThatVerifies().call);
  expect(await refusalOf(async () => found?.callerOf("aws-iam.e30", DOOR.host, trace))).toMatch(/^unauthenticated/);
  expect(trace.issuer).toBe(CALLER.issuer);
});

testAll<[string, number, string, string]>([
  [
    "a role that config does not name",
    200,
    identityXml(SESSION.replace("nightly", "daily")),
    "forbidden subject-unknown",
  ],
  ["the same role of another account", 200, identityXml(SESSION.replace("1111", "9999")), "forbidden subject-unknown"],
  ["a user", 200, identityXml("arn:aws:iam::111122223333:user/nightly-export"), "forbidden subject-unknown"],
  ["the root user", 200, identityXml("arn:aws:iam::111122223333:root"), "forbidden subject-unknown"],
  [
    "a role whose name begins alike",
    200,
    identityXml(SESSION.replace("export", "export2")),
    "forbidden subject-unknown",
  ],
  ["a role in other letters", 200, identityXml(SESSION.replace("nightly", "Nightly")), "forbidden subject-unknown"],
  ["a federated user", 200, identityXml("arn:aws:sts::111122223333:federated-user/x"), "forbidden subject-unknown"],
  ["two accounts", 200, identityXml(SESSION, "999922223333"), "forbidden subject-unknown"],
  ["two principals", 200, identityXml(SESSION) + identityXml(SESSION), "unavailable caller-identity"],
  ["nothing", 200, "", "unavailable caller-identity"],
  ["expired credentials", 403, "<Code>ExpiredToken</Code>", "unauthenticated credentials-expired"],
  ["unknown credentials", 403, "<Code>InvalidClientTokenId</Code>", "unauthenticated credentials-unknown"],
  ["a wrong signature", 403, "<Code>SignatureDoesNotMatch</Code>", "unauthenticated signature"],
  ["a refusal with two codes", 403, "<Code>ExpiredToken</Code><Code>ExpiredToken</Code>", "unauthenticated signature"],
  ["a refusal without a code", 403, "", "unauthenticated signature"],
  ["a redirect", 302, "", "unavailable caller-identity"],
  ["a principal in a response other than 200", 302, identityXml(SESSION), "unavailable caller-identity"],
  ["throttling", 400, "<Code>Throttling</Code>", "unavailable caller-identity"],
  ["an error", 500, "", "unavailable caller-identity"],
])("a response of AWS with %s", async (_, status, body, verdict) => {
  expect(await refusalOf(async () => answering(status, body)(await tokenOf()))).toBe(verdict);
});

testAll(["network", "timeout", "size"] as const)("without a response (%s) the call cannot be decided", async (kind) => {
  let calls = 0;
  const ask = principals(async () => {
    calls += 1;
    throw new HttpsFailure(kind);
  });
  const token = await tokenOf();
  expect(await refusalOf(() => ask(token))).toBe("unavailable caller-identity");
  expect(await refusalOf(() => ask(token))).toBe("unavailable caller-identity");
  expect(calls).toBe(2);
});

test("users and root users are callers if config names them", async () => {
  const subjects = ["arn:aws:iam::111122223333:user/ops/ann", "arn:aws:iam::111122223333:root"];
  for (const subject of subjects) {
    const roles = { id: "roles", kind: "aws-iam", door: DOOR.door, subjects: [{ subject, scopes: [] }] } as const;
    const ask = principals(async () => ({ status: 200, body: identityXml(subject) }), {
      ...AWS_IAM_POLICY,
      issuers: [roles],
    });
    expect(await ask(await tokenOf())).toMatchObject({ subject, scopes: [] });
    const other = principals(async () => ({ status: 200, body: identityXml(subject, "999922223333") }), {
      ...AWS_IAM_POLICY,
      issuers: [roles],
    });
    expect(await refusalOf(async () => other(await tokenOf()))).toBe("forbidden subject-unknown");
  }
});

test("a principal whose ARN and account differ is no caller, whichever of both config names", async () => {
  for (const account of ["111122223333", "999922223333"]) {
    const subject = `arn:aws:iam::${account}:role/nightly-export`;
    const roles = { id: "roles", kind: "aws-iam", door: DOOR.door, subjects: [{ subject, scopes: [] }] } as const;
    const ask = principals(async () => ({ status: 200, body: identityXml(SESSION, "999922223333") }), {
      ...AWS_IAM_POLICY,
      issuers: [roles],
    });
    expect(await refusalOf(async () => ask(await tokenOf()))).toBe("forbidden subject-unknown");
  }
});

describe("a caller with a unique id", () => {
  const [issuer] = AWS_IAM_POLICY.issuers.flatMap((each) => (each.kind === "aws-iam" ? [each] : []));
  const pinned = (uniqueId: string) => {
    const subjects = issuer?.subjects.map((each) => ({ ...each, uniqueId })) ?? [];
    return { ...AWS_IAM_POLICY, issuers: [{ ...issuer, subjects }] } as AuthorizerPolicy;
  };
  const asking = (userId: string, policy = pinned(UNIQUE_ID)) => {
    const ask = principals(async () => ({ status: 200, body: identityXml(SESSION, undefined, userId) }), policy);
    return async () => ask(await tokenOf());
  };

  test("is the principal with that id", async () => {
    expect(await asking(`${UNIQUE_ID}:any-session`)()).toMatchObject({ client: CALLER.client });
  });

  testAll([
    ["of a role that was made again", "AROAOTHEROTHEROTHER12:run-7"],
    ["that only begins like it", `${UNIQUE_ID}A:run-7`],
    ["in the session's name", `AROAOTHEROTHEROTHER12:${UNIQUE_ID}`],
    ["that cannot be read", "<b>"],
    ["twice", `${UNIQUE_ID}:run-7</UserId><UserId>${UNIQUE_ID}:run-7`],
  ])("is refused with an id %s", async (_, userId) => {
    expect(await refusalOf(asking(userId))).toBe("forbidden subject-replaced");
  });

  test("does not count for callers without one", async () => {
    expect(await asking("AROAOTHEROTHEROTHER12:run-7", AWS_IAM_POLICY)()).toMatchObject({ client: CALLER.client });
  });
});

test("a policy with two such issuers trusts neither", () => {
  const [first] = AWS_IAM_POLICY.issuers.slice(-1);
  const twice = { ...AWS_IAM_POLICY, issuers: [...AWS_IAM_POLICY.issuers, { ...first, id: "more" } as never] };
  expect(AwsPrincipals.of(twice, stsThatVerifies().call)).toBeUndefined();
});
