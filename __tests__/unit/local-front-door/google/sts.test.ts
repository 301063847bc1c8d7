import { Chain, type IdentityParts } from "../../../support/local/chain";
import { type Change, set } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

const PROVIDER = "google_iam_workload_identity_pool_provider.aws_gateway";

async function exchanged(chain: Chain, parts: IdentityParts = {}, fields: Record<string, unknown> = {}) {
  const invoker = await chain.assume(chain.lambda("callers"), "orders");
  const { status, body } = await chain.exchangeAnswer(await chain.signed(invoker, parts), fields);
  return { status, ...JSON.parse(body) } as { status: number; error?: string; error_description?: string };
}

test("a valid request gets an access token for an hour", async () => {
  expect(await exchanged(await Chain.of())).toEqual({
    status: 200,
    access_token: expect.stringMatching(/^ya29\./),
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    token_type: "Bearer",
    expires_in: 3599,
  });
});

testAll<[string, Record<string, unknown>, string]>([
  [
    "audience",
    { audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q" },
    "invalid_grant",
  ],
  ["scope", { scope: "https://www.googleapis.com/auth/devstorage.read_only" }, "invalid_scope"],
  ["scope", { scope: undefined }, "invalid_request"],
  ["unknown field", { options: "{}" }, "invalid_request"],
])("another %s is refused: %j", async (_, fields, error) => {
  expect(await exchanged(await Chain.of(), {}, fields)).toMatchObject({ status: 400, error });
});

test("a target resource that is added after signing is refused", async () => {
  const chain = await Chain.of();
  const unsigned = [["x-goog-cloud-target-resource", chain.provider]] as const;
  const refused = await exchanged(chain, { resource: "", unsigned });
  expect(refused.error_description).toContain("not signed");
});

testAll(["x-amz-date", "x-amz-security-token", "authorization", "host"])(
  "a signed request whose %s is changed is refused",
  async (name) => {
    const chain = await Chain.of();
    const signed = await chain.signed(await chain.assume(chain.lambda("callers"), "orders"));
    const headers = signed.headers.map(({ key, value }) => ({
      key,
      value: key === name ? `${value.slice(0, -2)}${value.endsWith("00") ? "11" : "00"}` : value,
    }));
    expect((await chain.exchangeAnswer({ ...signed, headers })).status).toBe(400);
    const without = signed.headers.filter(({ key }) => key !== name);
    expect((await chain.exchangeAnswer({ ...signed, headers: without })).status).toBe(400);
  },
);

test("another path is refused", async () => {
  const chain = await Chain.of();
  const signed = await chain.signed(await chain.assume(chain.lambda("callers"), "orders"));
  expect((await chain.exchangeAnswer(signed, {}, "/v1beta/token")).status).toBe(400);
  expect((await chain.exchangeAnswer(signed)).status).toBe(200);
});

test("Google does not admit a principal that AWS does not know", async () => {
  const chain = await Chain.of();
  const invoker = await chain.assume(chain.lambda("callers"), "orders");
  const unknownCaller = await chain.exchangeAnswer(await chain.signed({ ...invoker, accessKeyId: "ASIASTRANGER" }));
  expect(unknownCaller.body).toContain("AWS refused");
});

/** The declaration that refuses a role's exchange; undefined if the role is admitted. */
async function fault(signer: "orders" | "itself", ...changes: readonly Change[]): Promise<string | undefined> {
  const chain = await Chain.of(...changes);
  const own = chain.lambda("callers");
  const credentials = signer === "itself" ? own : await chain.assume(own, signer);
  const { status } = await chain.exchangeAnswer(await chain.signed(credentials));
  return status === 200 ? undefined : chain.trace.refusal?.declaration;
}

test("the attribute condition admits only the invoker roles", async () => {
  expect(await fault("orders")).toBeUndefined();
  expect(await fault("itself")).toBe(`${PROVIDER}.attribute_condition`);
});

test("an attribute that Google does not map stops the stand-in", async () => {
  const attribute_mapping = { "google.subject": "assertion.arn", "google.role": "assertion.arn" };
  await expect(Chain.of(set(PROVIDER, { attribute_mapping }))).rejects.toThrow(
    `${PROVIDER}.attribute_mapping.google.role`,
  );
});
