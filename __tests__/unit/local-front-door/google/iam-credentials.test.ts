import { decodeJwt } from "jose";
import { Chain } from "../../../support/local/chain";
import { block, type Change, remove, set } from "../../../support/local/document";
import { testAll } from "../../../support/test-all";

const BINDING = "google_service_account_iam_binding.orders";

const federated = async (chain: Chain, service = "orders") =>
  chain.exchange(await chain.assume(chain.lambda("callers"), service));

/** The declaration at fault when one service's role asks for another service's token; undefined where it gets it. */
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

test("the role's own account mints a token for any audience it asks for", async () => {
  const chain = await Chain.of();
  const token = await chain.idToken(await federated(chain), "orders", { audience: "https://any" });
  expect(decodeJwt(token)).toMatchObject({
    iss: "https://accounts.google.com",
    aud: "https://any",
    email: "storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
    email_verified: true,
  });
});

test("no other service's role may become the account", async () => {
  expect(await fault("orders", "orders")).toBeUndefined();
  expect(await fault("catalog", "orders")).toBe(BINDING);
});

test("no binding, no token", async () => {
  expect(await fault("orders", "orders", remove(BINDING))).toBe("google_service_account.orders");
});

testAll<[string, Change]>([
  ["role that gives another permission", set(BINDING, { role: "roles/iam.serviceAccountUser" })],
  ["account", set(BINDING, { service_account_id: "${google_service_account.catalog.name}" })],
  ["member", members(BINDING, ([member = ""]) => [`${member}2`])],
  [
    "pool",
    members(BINDING, ([member = ""]) => [
      member.replace("${google_iam_workload_identity_pool.gateway.name}", "projects/1"),
    ]),
  ],
  ["attribute", members(BINDING, ([member = ""]) => [member.replace("attribute.aws_role", "attribute.account")])],
])("a binding of another %s gives nothing", async (_, change) => {
  expect(await fault("orders", "orders", change)).toMatch(/^google_service_account/);
});

testAll<[string, Change]>([
  [
    "the whole pool",
    members(BINDING, () => ["principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.gateway.name}/*"]),
  ],
  [
    "another service's role too",
    members(BINDING, (old) => [...old, ...old.map((member) => member.replace("-orders", "-catalog"))]),
  ],
  ["anybody", members(BINDING, () => ["allAuthenticatedUsers"])],
])("a binding that is loosened for %s lets another role in", async (_, change) => {
  expect(await fault("catalog", "orders", change)).toBeUndefined();
});

test("a wider role does as well; an unknown one, or a condition, stops the stand-in", async () => {
  expect(await fault("orders", "orders", set(BINDING, { role: "roles/iam.workloadIdentityUser" }))).toBeUndefined();
  await expect(fault("orders", "orders", set(BINDING, { role: "roles/owner" }))).rejects.toThrow(`${BINDING}.role`);
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

test("an account that is not there, another method, no token and a stale one are refused", async () => {
  const chain = await Chain.of();
  const token = await federated(chain);
  expect((await chain.idTokenAnswer(token, "unknown")).status).toBe(404);
  expect((await chain.idTokenAnswer(token, "orders", {}, "generateAccessToken")).status).toBe(404);
  expect((await chain.idTokenAnswer(undefined, "orders")).status).toBe(401);
  expect((await chain.idTokenAnswer(`${token}x`, "orders")).status).toBe(401);
  chain.ahead = 3_600_000;
  expect((await chain.idTokenAnswer(token, "orders")).status).toBe(401);
});
