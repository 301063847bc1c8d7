import { spawnSync } from "node:child_process";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../../support/places";
import { edited, packedRelease, unpacked } from "./support/project";

/**
 * A team with an identity provider of its own, from the packed release: `init`, then rounds of one edit of config and one
 * command, until every caller gets what the ledger says and a token that the provider documents opens its routes.
 */
const MOST_ROUNDS = 3;

const folder = mkdtempSync(join(tmpdir(), "front-door-providers-"));
afterAll(() => rmSync(folder, { recursive: true }));

let key: KeyObject;
const KEYS = join(folder, "keys.json");
beforeAll(() => {
  unpacked(join(folder, packedRelease(folder)), folder);
  const made = generateKeyPairSync("rsa", { modulusLength: 2048 });
  key = made.privateKey;
  const jwk = { ...made.publicKey.export({ format: "jwk" }), kid: "key-1", alg: "RS256", use: "sig" };
  writeFileSync(KEYS, JSON.stringify({ keys: [jwk] }));
});

function frontDoor(cwd: string, args: readonly string[], input = "") {
  const bin = join(folder, "node_modules", ".bin", "front-door");
  const { status, stdout, stderr } = spawnSync(bin, args, { cwd, input, encoding: "utf8" });
  return { code: status, out: stdout, error: stderr };
}

/** A documented token, signed now by a key of this test. */
function documentedToken(name: string, changes: object = {}): string {
  const file = join(ROOT, "__tests__/fixtures/provider-tokens", `${name}.json`);
  const { header, payload } = JSON.parse(readFileSync(file, "utf8"));
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 3600, ...(payload.nbf !== undefined && { nbf: now }) };
  const parts = [header, { ...payload, ...times, ...changes }];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

type Edits = readonly (readonly [file: string, from: string | RegExp, to: string])[];

class Team {
  readonly project: string;
  private rounds = 0;

  constructor(name: string, issuer: string, service: string) {
    this.project = join(folder, name);
    const flags = ["--issuer", issuer, "--environments", "dev", "--service", service];
    expect(frontDoor(folder, ["init", this.project, "--yes", ...flags])).toMatchObject({ code: 0, error: "" });
  }

  /** One edit of config, and one command. Fails if there were too many. */
  round(edits: Edits, args: readonly string[], input?: string) {
    this.rounds += 1;
    expect(this.rounds).toBeLessThanOrEqual(MOST_ROUNDS);
    for (const [file, from, to] of edits) edited(join(this.project, "config", file), from, to);
    return frontDoor(this.project, args, input);
  }

  /** The first round. */
  configure(edits: Edits): void {
    expect(this.round(edits, ["synth"])).toMatchObject({ code: 0, error: "" });
  }

  /** The last two rounds: a green matrix, and what a token opens. */
  expectRoutes(token: string, scopes: string, routes: readonly string[]): void {
    const matrix = this.round([], ["local", "dev", "--matrix"]);
    expect([matrix.code, matrix.error]).toEqual([0, ""]);
    const { code, out, error } = this.round([], ["explain", "dev", "--keys", KEYS], token);
    expect([code, error]).toEqual([0, ""]);
    expect(out.split("\n")).toEqual(
      expect.arrayContaining(["signature: valid", `scopes that count: ${scopes}`, `routes: ${routes.join(", ")}`]),
    );
  }
}

test("Okta: two services share one of the scopes that the team already has", () => {
  const team = new Team("okta", "https://acme.okta.com/oauth2/default", "shipments");
  const tracking = `  tracking:
    image: us-docker.pkg.dev/cloudrun/container/hello:latest
    routes:
      GET /tracking/{id}: { scopes: [read:shipments] }
`;
  team.configure([
    ["base.yaml", /shipments\/(read|write)/g, "$1:shipments"],
    ["base.yaml", "replace-with-a-client-id", "0oa2batch"],
    ["base.yaml", "  shipments:\n", `${tracking}  shipments:\n`],
    ["dev.yaml", "api://okta-dev", "api://storefront"],
  ]);
  const token = documentedToken("okta-client-credentials", { scp: ["read:shipments"] });
  team.expectRoutes(token, "read:shipments", ["GET /shipments", "GET /shipments/{id}", "GET /tracking/{id}"]);
});

test("Entra ID: app roles of a program, in a token without scp", () => {
  const issuer = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";
  const team = new Team("entra", issuer, "orders");
  const values = `    scopeValues:
      Orders.Read.All: [orders/read]
      Orders.ReadWrite.All: [orders/read, orders/write]
`;
  team.configure([
    ["base.yaml", "replace-with-a-client-id", "75dbe77f-10a3-4e59-85fd-8c127544f17c"],
    ["base.yaml", "    clientClaim: azp\n", `    clientClaim: azp\n${values}`],
    ["dev.yaml", "replace-with-the-client-id-of-the-api-of-dev", "6e74172b-be56-4843-9ff4-e66a39bb12e3"],
  ]);
  team.expectRoutes(documentedToken("entra-v2-client-credentials"), "orders/read", ["GET /orders", "GET /orders/{id}"]);
});

test("Entra ID: a whole team's config in a project from init, whose matrices hold in both environments", () => {
  const issuer = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";
  const { project } = new Team("entra-team", issuer, "orders");
  for (const name of ["config", "synthesized"]) rmSync(join(project, name), { recursive: true, force: true });
  cpSync(join(ROOT, "__tests__/fixtures/entra-team"), join(project, "config"), { recursive: true });
  for (const args of [["synth"], ["local", "dev", "--matrix"], ["local", "prod", "--matrix"]])
    expect(frontDoor(project, args)).toMatchObject({ code: 0, error: "" });
});

test("Auth0: permissions of a person, whatever the application asked for", () => {
  const team = new Team("auth0", "https://acme.eu.auth0.com/", "orders");
  team.configure([
    ["base.yaml", /orders\/(read|write)/g, "$1:orders"],
    ["base.yaml", "    clientClaim: azp\n", "    clientClaim: azp\n    scopeClaim: permissions\n"],
    ["base.yaml", "replace-with-a-client-id", "K1AUPhZq8mRi0Q0pjhkfu1D7y6KjDQja"],
    ["dev.yaml", "api://auth0-dev", "https://api.acme.example"],
  ]);
  team.expectRoutes(documentedToken("auth0-permissions"), "read:orders", ["GET /orders", "GET /orders/{id}"]);
});

test("explain says to a new project all that a documented token needs in one answer, and the edit of that answer is enough", () => {
  const team = new Team("told", "https://acme.okta.com/oauth2/default", "shipments");
  const token = documentedToken("okta-client-credentials", { scp: ["read:shipments"] });
  const told = team.round([], ["explain", "dev", "--keys", KEYS], token);
  expect(told.code).toBe(1);
  for (const value of ["api://storefront", "0oa2batch", "read:shipments"]) {
    expect([value, told.out.split("\n").filter((line) => line.startsWith("    ") && line.includes(value))]).toEqual([
      value,
      [expect.stringContaining("issuers.staff.")],
    ]);
  }
  const { code, out } = team.round(
    [
      ["base.yaml", "replace-with-a-client-id", "0oa2batch"],
      ["base.yaml", /shipments\/(read|write)/g, "$1:shipments"],
      ["dev.yaml", "api://told-dev", "api://storefront"],
    ],
    ["explain", "dev", "--keys", KEYS],
    token,
  );
  expect([code, out.includes("scopes that count: read:shipments")]).toEqual([0, true]);
});

test("the matrix names a claim that the provider does not document, because its own tokens have what config expects", () => {
  const team = new Team("own-claim", "https://acme.okta.com/oauth2/default", "orders");
  team.configure([["base.yaml", "scopeClaim: scp", "scopeClaim: permissions"]]);
  const { code, out } = team.round([], ["local", "dev", "--matrix"]);
  expect([code, /^warning: config\/base\.yaml:\d+:\d+ {2}issuers\.staff\.scopeClaim /m.test(out)]).toEqual([0, true]);
});
