import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { stringify } from "yaml";
import { ProjectCopy } from "../../support/command";
import { LocalCommand } from "../../support/local-command";
import { ORDERS } from "../../support/openapi/orders";
import { writeTwin } from "../../support/twin-page";

jest.setTimeout(120_000);

const project = new ProjectCopy("linked");
afterAll(() => project.remove());

writeTwin(project);

/** Attributes that name an object of a cloud; the first one that a type has. */
const NAMES = ["account_id", "workload_identity_pool_id", "role_id", "secret_id", "name", "bucket", "service"];

const stackOf = (name: string) => JSON.parse(readFileSync(project.path(`synthesized/${name}/main.tf.json`), "utf8"));
const policyOf = (name: string) => readFileSync(project.path(`synthesized/${name}/authorizer-policy.json`), "utf8");

test("the page's twin decides by its primary's policy, and creates no user pool, client or secret of a client", () => {
  const { code, error } = project.run(["synth", "prod", "prod-us", "bootstrap-prod-us"]);
  expect([code, error]).toEqual([0, ""]);
  const twin = policyOf("prod-us")
    .replaceAll("storefront-prod-us", "storefront-prod")
    .replace('"us-east-1"', '"eu-west-1"');
  const withoutUsageKeys = (text: string) => ({ ...JSON.parse(text), usageKeys: {} });
  expect(withoutUsageKeys(twin)).toEqual(withoutUsageKeys(policyOf("prod")));
  const types = Object.keys(stackOf("prod-us").resource);
  expect(types.filter((type) => /cognito|aws_secretsmanager/.test(type))).toEqual([]);
});

test("one zone has the records of both, and the primary alone has that of the certificates", () => {
  const records = ["prod", "prod-us"].map((name) => stackOf(name).resource.aws_route53_record);
  expect(records.map((each) => Object.keys(each))).toEqual([
    ["ipv4", "ipv6", "validation"],
    ["ipv4", "ipv6"],
  ]);
  expect(records.map(({ ipv4 }) => [ipv4.set_identifier, ipv4.failover_routing_policy.type, ipv4.name])).toEqual([
    ["prod", "PRIMARY", "api.shop.example.com"],
    ["prod-us", "SECONDARY", "api.shop.example.com"],
  ]);
});

test("no name of one account or project is in both stacks, so a destroy of one leaves the other whole", () => {
  const names = (environment: string) =>
    Object.entries<Record<string, Record<string, string>>>(stackOf(environment).resource).flatMap(([type, all]) =>
      Object.values(all).flatMap((values) => {
        const name = NAMES.map((key) => values[key]).find((each) => each !== undefined && !each.includes("${"));
        // Other AWS types are in the stack's own region. A role's inline policy belongs to the role, a view to its bucket.
        const isInOnePlace =
          type.startsWith("google_") || /^aws_(iam_role|iam_policy|s3_bucket|route53_record)$/.test(type);
        return name === undefined || !isInOnePlace || values.bucket?.includes("${")
          ? []
          : [[type, name, values.set_identifier, values.project].join(" ")];
      }),
    );
  const [first, second] = [names("prod"), names("prod-us")];
  expect(first.filter((name) => second.includes(name))).toEqual([]);
  for (const type of [
    "aws_iam_role",
    "aws_route53_record",
    "google_service_account",
    "google_iam_workload_identity_pool",
  ])
    expect(second.join("\n")).toMatch(new RegExp(`^${type} .`, "m"));
});

test("the twin's pipeline has identities of its own names", () => {
  const { aws_iam_role, google_service_account } = stackOf("bootstrap-prod-us").resource;
  const names = [...Object.values<{ name: string }>(aws_iam_role)].map(({ name }) => name);
  const accounts = [...Object.values<{ account_id: string }>(google_service_account)].map((each) => each.account_id);
  expect([names.sort(), accounts.sort()]).toEqual([
    ["terraform-plan-prod-us", "terraform-prod-us"],
    ["terraform-plan-prod-us", "terraform-prod-us"],
  ]);
});

test("the matrix holds with both open behind one address, and while either is away", () => {
  const { code, out } = project.run(["local", "prod-us", "--twin", "--matrix"]);
  expect([code, out.match(/^every answer is what \S+ says$/gm)]).toEqual([
    0,
    ["prod", "prod-us", "prod"].map((name) => `every answer is what synthesized/${name}/access.md says`),
  ]);
});

test("the real function admits in the twin whom its ledger names, people and programs of the primary's pool among them", () => {
  const { code, out } = project.run(["local", "prod-us", "--matrix"]);
  expect([code, out.match(/^every answer is what \S+ says$/m)?.[0]]).toEqual([
    0,
    "every answer is what synthesized/prod-us/access.md says",
  ]);
  const { cells } = JSON.parse(readFileSync(project.path(".build/matrix-prod-us.json"), "utf8"));
  const passing = new Set(
    cells.flatMap((cell: { allowed: boolean; caller: string }) => (cell.allowed ? [cell.caller] : [])),
  );
  expect([...passing]).toEqual(expect.arrayContaining(["customers/web", "customers/reporting-agent"]));
});

test("with the other handshake, API Gateway and Envoy verify the tokens of the primary's pool in both", () => {
  const twin = [
    "twinOf: preview",
    "aws: { region: us-east-1 }",
    "google: { region: us-east1, ownsProject: false }",
    "issuers: { customers: { pool: eu-west-1_aB3dE5fG7 } }",
    "state: { region: us-east-1 }",
    "clients: { web: { appClientId: 1web }, reporting-agent: { appClientId: 2rep }, support-desk: { appClientId: 3sup } }",
  ];
  writeFileSync(project.path("config/pv-us.yaml"), `${twin.join("\n")}\n`);
  expect(project.run(["synth", "preview", "pv-us"])).toMatchObject({ code: 0, error: "" });
  const { code, out } = project.run(["local", "preview", "--twin", "--matrix"]);
  expect([code, out.match(/^every answer is what \S+ says$/gm)]).toEqual([
    0,
    ["preview", "pv-us", "preview"].map((name) => `every answer is what synthesized/${name}/access.md says`),
  ]);
});

test("a service's document that the primary's file names describes the twin's routes as well", () => {
  const document = stringify({ ...ORDERS, servers: [], paths: { "/orders": ORDERS.paths["/orders"] } });
  mkdirSync(project.path("config/openapi"));
  writeFileSync(project.path("config/openapi/orders.yaml"), document);
  const before = readFileSync(project.path("config/prod.yaml"), "utf8");
  project.edit("prod.yaml", "  orders:\n", "  orders:\n    openapi: ./openapi/orders.yaml\n");
  const [primary, twin] = ["prod", "prod-us"].map((name) => JSON.parse(project.run(["openapi", name]).out).paths);
  writeFileSync(project.path("config/prod.yaml"), before);
  rmSync(project.path("config/openapi"), { recursive: true });
  expect(twin["/orders"].get.responses).toEqual(primary["/orders"].get.responses);
  expect(primary["/orders"].get.summary).toBe(ORDERS.paths["/orders"].get.summary);
});

test("while the primary is away, each printed address answers, and an MCP server's documents name the one address", async () => {
  const before = readFileSync(project.path("config/prod.yaml"), "utf8");
  const image = `europe-docker.pkg.dev/acme/shop/tools@sha256:${"1a".repeat(32)}`;
  const tools = `  tools:\n    image: ${image}\n    mcp: { path: /mcp, scopes: [tools/use] }\n`;
  project.edit("prod.yaml", /^services:\n/m, `services:\n${tools}`);
  const door = new LocalCommand(project, "prod", "--twin", "--fail", "eu-west-1");
  try {
    const [, url = ""] = await door.prints(/^prod: (\S+) /m);
    const printed = [/^why\? {2}(\S+) /m, /^api: {2}(\S+) /m, /in a browser: (\S+)$/m];
    for (const address of printed) {
      const [, at = ""] = await door.prints(address);
      expect([at, (await fetch(at)).status]).toEqual([at, 200]);
    }
    const refused = await fetch(`${url}/mcp`, { method: "POST" });
    const [, metadata = ""] = /resource_metadata="([^"]+)"/.exec(refused.headers.get("www-authenticate") ?? "") ?? [];
    expect([refused.status, new URL(metadata).origin]).toEqual([401, url]);
    expect(await (await fetch(metadata)).json()).toMatchObject({ resource: `${url}/mcp` });
  } finally {
    await door.close();
    writeFileSync(project.path("config/prod.yaml"), before);
  }
});

test("a port that is taken is a usage error before either door opens", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, error } = project.run(["local", "prod", "--twin", "--port", String(port)]);
  server.close();
  expect([code, error]).toEqual([64, expect.stringContaining(`--port ${port}: expected a free port`)]);
});
