import { Chain } from "../../../support/local/chain";
import { type Change, remove, set } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

const trust = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const ALLOW = { Effect: "Allow", Action: "sts:AssumeRole" };
const CALLERS = "arn:aws:iam::111122223333:role/storefront-dev-callers";

/** Status, and the declaration at fault, if a function's role assumes a service's role. */
async function assume(service: string, lambda: "callers" | "public", ...changes: readonly Change[]): Promise<string> {
  const chain = await Chain.of(...changes);
  const { status } = await chain.assumeAnswer(chain.lambda(lambda), service);
  return `${status} ${status === 200 ? "" : chain.trace.refusal?.declaration}`.trim();
}

test("a deny in a trust policy outweighs its allowances", async () => {
  const deny = { ...ALLOW, Effect: "Deny", Principal: { AWS: "*" } };
  const assume_role_policy = trust({ ...ALLOW, Principal: { AWS: CALLERS } }, deny);
  const found = await assume("orders", "callers", set("aws_iam_role.orders", { assume_role_policy }));
  expect(found).toBe("403 aws_iam_role.orders.assume_role_policy");
});

test("a role that the trust policy names needs no policy of its own; another role of a trusted account does", async () => {
  const alone = set("aws_iam_role_policies_exclusive.callers", { policy_names: [] });
  const without = [remove("aws_iam_role_policy.callers"), alone];
  expect(await assume("orders", "callers", ...without)).toBe("200");
  const account = trust({ ...ALLOW, Principal: { AWS: "111122223333" } });
  const byAccount = set("aws_iam_role.orders", { assume_role_policy: account });
  expect(await assume("orders", "callers", ...without, byAccount)).toBe("403 aws_iam_role.callers");
});

test("a deny or an unknown element in the caller's own policy refuses a role that the trust policy names", async () => {
  const policy = (...statements: readonly object[]) =>
    set("aws_iam_role_policy.callers", { policy: trust(...statements) });
  const own = { ...ALLOW, Resource: "*" };
  const fault = "403 aws_iam_role_policy.callers.policy";
  expect(await assume("orders", "callers", policy(own, { ...own, Effect: "Deny" }))).toBe(fault);
  expect(
    await assume("orders", "callers", policy({ ...own, Condition: { Bool: { "aws:ViaAWSService": "false" } } })),
  ).toBe(fault);
});

testAll<[string, Record<string, unknown>, string]>([
  ["aws_iam_role_policies_exclusive.callers", { policy_names: [] }, "policy_names: lists []"],
  ["aws_iam_role_policies_exclusive.orders", { policy_names: ["other"] }, "policy_names: lists [other]"],
  [
    "aws_iam_role_policy_attachments_exclusive.orders",
    { policy_arns: ["arn:aws:iam::aws:policy/AdministratorAccess"] },
    "policy_arns: the stand-in does not know the policy arn:aws:iam::aws:policy/AdministratorAccess",
  ],
])("%s may not give a role undeclared policies: %j", async (address, attributes, message) => {
  await expect(Chain.of(set(address, attributes))).rejects.toThrow(`${address}.${message}`);
});

test("a role that does not trust Lambda cannot be a function's role", async () => {
  const chain = await Chain.of(set("aws_iam_role.callers", { assume_role_policy: trust() }));
  expect(() => chain.lambda("callers")).toThrow("does not trust Lambda");
  const orders = await Chain.of();
  expect(() => orders.aws.functionCredentials(orders.roleArn("orders"), "x")).toThrow("does not trust Lambda");
});

testAll([
  ["a role that does not exist", { RoleArn: "arn:aws:iam::111122223333:role/unknown" }],
  ["a role of another account", { RoleArn: "arn:aws:iam::444455556666:role/storefront-dev-orders" }],
  ["an invalid session name", { RoleSessionName: "a b" }],
  ["more than an hour", { DurationSeconds: "3601" }],
  ["less than 15 minutes", { DurationSeconds: "899" }],
  ["another action", { Action: "GetSessionToken" }],
  ["another version", { Version: "2012-10-17" }],
  ["an unknown parameter", { Policy: "{}" }],
])("%s is refused", async (_, parameters) => {
  const chain = await Chain.of();
  expect((await chain.assumeAnswer(chain.lambda("callers"), "orders", parameters)).status).toBe(403);
});

test("a chained session ends after an hour, even if the role allows more", async () => {
  const chain = await Chain.of(set("aws_iam_role.orders", { max_session_duration: 43_200 }));
  const longer = await chain.assumeAnswer(chain.lambda("callers"), "orders", { DurationSeconds: "7200" });
  expect(longer.status).toBe(403);
});

test("a role's own maximum session duration applies", async () => {
  const chain = await Chain.of(set("aws_iam_role.orders", { max_session_duration: 1800 }));
  const own = chain.lambda("callers");
  expect((await chain.assumeAnswer(own, "orders")).status).toBe(403);
  expect((await chain.assumeAnswer(own, "orders", { DurationSeconds: "1800" })).status).toBe(200);
});

test("credentials end with their session", async () => {
  const chain = await Chain.of();
  const invoker = await chain.assume(chain.lambda("callers"), "orders");
  await expect(chain.exchange(invoker)).resolves.toBeDefined();
  chain.ahead = 3_600_000;
  const stale = await chain.exchangeAnswer(await chain.signed(invoker, { datetime: dateOf(Date.now() + chain.ahead) }));
  expect(stale.body).toContain("credentials have expired");
});

test("a wrong secret, another session's token and an expired signature are refused", async () => {
  const chain = await Chain.of();
  const own = chain.lambda("callers");
  const other = chain.lambda("public");
  expect((await chain.assumeAnswer({ ...own, secretAccessKey: other.secretAccessKey }, "orders")).status).toBe(403);
  expect((await chain.assumeAnswer({ ...own, sessionToken: other.sessionToken }, "orders")).status).toBe(403);
  chain.ahead = 301_000;
  expect((await chain.assumeAnswer(own, "orders")).status).toBe(403);
});

function dateOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
