import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment, expect as expectOf } from "../../../../cli/testing";
import { SHOP_PROJECT } from "../../../support/command";

const SYNTHESIZED = join(SHOP_PROJECT, "synthesized");
const folder = mkdtempSync(join(tmpdir(), "front-door-testing-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of one environment's synthesis, with texts replaced in a file. */
function edited(name: string, file: string, ...edits: readonly (readonly [from: string, to: string])[]): string {
  const copy = mkdtempSync(join(folder, "copy-"));
  cpSync(join(SYNTHESIZED, name), join(copy, name), { recursive: true });
  const path = join(copy, name, file);
  let text = readFileSync(path, "utf8");
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(path, text);
  return copy;
}

const SCOPE = ['"scopeClaim": "scp"', '"scopeClaim": "scope"'] as const;

test.each(["dev", "staging", "prod"])(
  "%s: the built authorizer decides on each call as the ledger says",
  async (name) => {
    const { access, callers, reason } = await environment(name, SYNTHESIZED);
    expect(access["GET /products"]).toEqual(["anyone"]);
    expect(access["POST /orders"]).toEqual(["customers/web"]);
    expect(callers).toContain("workforce/0oa1example");
    expect(reason("customers/web", "GET /orders/export")).toBe("scope");
    expect(reason("anyone", "GET /orders")).toBe("authorization-count");
    expect(reason("customers/web", "GET /orders")).toBeUndefined();
  },
);

test("refuses a disabled client with its own reason", async () => {
  const prod = await environment("prod", SYNTHESIZED);
  expectOf(prod).toRefuse("customers/partner-feed").call("GET /orders").because("client-revoked");
});

test("without an authorizer function, uses the ledger's reading of Envoy's configuration", async () => {
  const preview = await environment("preview", SYNTHESIZED);
  expectOf(preview).toLet("customers/web").call("GET /orders");
  expectOf(preview).toRefuse("customers/web").call("GET /orders/export").because("scope");
});

test("a token of an unknown provider carries its scopes as text, which every scope claim may hold", async () => {
  const copy = edited(
    "dev",
    "authorizer-policy.json",
    ["https://acme.okta.com/oauth2/default", "https://sso.acme.example"],
    SCOPE,
  );
  expectOf(await environment("dev", copy))
    .toLet("workforce/0oa1example")
    .call("GET /orders");
});

test("roles of a claim in an object, a client of its own and a second audience of the same issuer", async () => {
  const policy = JSON.parse(readFileSync(join(SYNTHESIZED, "dev/authorizer-policy.json"), "utf8"));
  const workforce = policy.issuers.find(({ id }: { id: string }) => id === "workforce");
  Object.assign(workforce, {
    scopeClaim: ["scp", "realm_access.roles"],
    scopeValues: { Reader: ["orders/read"], Editor: ["orders/read", "orders/write"] },
    clients: ["0oa1example", { id: "editor", client: "0oa2example", scopes: ["orders/write"] }],
  });
  policy.issuers.push({
    ...workforce,
    ...{ id: "batch", audiences: ["api://batch"], scopeClaim: "realm_access.roles", clients: ["0oa3example"] },
  });
  const copy = mkdtempSync(join(folder, "copy-"));
  cpSync(join(SYNTHESIZED, "dev"), join(copy, "dev"), { recursive: true });
  writeFileSync(join(copy, "dev/authorizer-policy.json"), JSON.stringify(policy));
  const dev = await environment("dev", copy);
  expectOf(dev).toLet("workforce/editor").call("POST /orders");
  expectOf(dev).toLet("workforce/0oa1example").call("GET /orders");
  expectOf(dev).toLet("batch/0oa3example").call("GET /orders");
  expectOf(dev).toRefuse("workforce/editor").call("GET /orders").because("scope");
});

test("calls an HTTP API with allowed networks from one of them", async () => {
  const copy = edited("dev", "authorizer-policy.json", [
    '"version": 1,',
    '"version": 1,\n  "allowedNetworks": ["203.0.113.0/24"],',
  ]);
  expectOf(await environment("dev", copy))
    .toLet("customers/web")
    .call("GET /orders");
});

test("an authorizer that contradicts the ledger is an error with its reason", async () => {
  const copy = edited("dev", "authorizer-policy.json", [
    "https://acme.okta.com/oauth2/default",
    "https://127.0.0.1/keys",
  ]);
  await expect(environment("dev", copy)).rejects.toThrow(/keys-unavailable.* workforce\/0oa1example at DELETE /);
});

test("an authorizer that reads another claim than its provider writes is an error", async () => {
  const copy = edited("dev", "authorizer-policy.json", SCOPE);
  await expect(environment("dev", copy)).rejects.toThrow(
    /workforce\/0oa1example at .*\n.*write issuers\.workforce\.scopeClaim: scp$/,
  );
});

test("an authorizer that does not start is an error", async () => {
  const copy = edited("dev", "authorizer-policy.json", ['"version": 1', '"version": 2']);
  await expect(environment("dev", copy)).rejects.toThrow("version 1");
});

test("a missing synthesis is an error that names the command", async () => {
  await expect(environment("nowhere", SYNTHESIZED)).rejects.toThrow("npm run synth");
});
