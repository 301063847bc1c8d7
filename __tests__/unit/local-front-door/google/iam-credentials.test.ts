import { decodeJwt } from "jose";
import { Chain } from "../../../support/local/chain";
import { block, type Change, set } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

const BINDING = "google_service_account_iam_binding.orders";

const federated = async (chain: Chain, service = "orders") =>
  chain.exchange(await chain.assume(chain.lambda("callers"), service));

/** The declaration that refuses one service's role another service's token; undefined if the role gets the token. */
async function fault(role: string, service: string, ...changes: readonly Change[]): Promise<string | undefined> {
  const chain = await Chain.of(...changes);
  const { status } = await chain.idTokenAnswer(await federated(chain, role), service);
  return status === 200 ? undefined : chain.trace.refusal?.declaration;
}

/** The members of a binding, changed. */
const members =
  (address: string, change: (old: readonly string[]) => readonly string[]): Change =>
  (document) => {
    const binding = block(document, address);
    binding.members = change(binding.members as string[]);
  };

test("the role's own account mints a token for any requested audience", async () => {
  const chain = await Chain.of();
  const token = await chain.idToken(await federated(chain), "orders", { audience: "https://any" });
  expect(decodeJwt(token)).toMatchObject({
    iss: "https://accounts.google.com",
    aud: "https://any",
    email: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
    email_verified: true,
  });
});

test("no other service's role may impersonate the account", async () => {
  expect(await fault("orders", "orders")).toBeUndefined();
  expect(await fault("catalog", "orders")).toBe(BINDING);
});

testAll<[string, Change]>([
  ["account", set(BINDING, { service_account_id: "${google_service_account.catalog.name}" })],
  [
    "pool",
    members(BINDING, ([member = ""]) => [
      member.replace("${google_iam_workload_identity_pool.gateway.name}", "projects/1"),
    ]),
  ],
  ["attribute", members(BINDING, ([member = ""]) => [member.replace("attribute.aws_role", "attribute.account")])],
])("a binding with another %s grants nothing", async (_, change) => {
  expect(await fault("orders", "orders", change)).toMatch(/^google_service_account/);
});

test("a wider role works too; an unknown role or a condition stops the stand-in", async () => {
  expect(await fault("orders", "orders", set(BINDING, { role: "roles/iam.workloadIdentityUser" }))).toBeUndefined();
  await expect(fault("orders", "orders", set(BINDING, { role: "projects/x/roles/own" }))).rejects.toThrow(
    `${BINDING}.role`,
  );
  await expect(Chain.of(set(BINDING, { condition: {} }))).rejects.toThrow(`${BINDING}.condition`);
});

testAll<[string, Record<string, unknown>]>([
  ["no audience", { audience: undefined }],
  ["an empty audience", { audience: "" }],
  ["a list of audiences", { audience: ["https://x"] }],
  ["no e-mail address", { includeEmail: undefined }],
  ["an unknown field", { delegates: [] }],
])("%s is refused", async (_, fields) => {
  const chain = await Chain.of();
  expect((await chain.idTokenAnswer(await federated(chain), "orders", fields)).status).toBe(400);
});

test("an unknown account, another method, a missing token and an expired token are refused", async () => {
  const chain = await Chain.of();
  const token = await federated(chain);
  expect((await chain.idTokenAnswer(token, "unknown")).status).toBe(404);
  expect((await chain.idTokenAnswer(token, "orders", {}, "generateAccessToken")).status).toBe(404);
  expect((await chain.idTokenAnswer(undefined, "orders")).status).toBe(401);
  expect((await chain.idTokenAnswer(`${token}x`, "orders")).status).toBe(401);
  chain.ahead = 3_600_000;
  expect((await chain.idTokenAnswer(token, "orders")).status).toBe(401);
});
