import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { apiDocuments } from "../../../../cli/local/door";
import { declaredServers } from "../../../../cli/openapi/addresses";
import { serviceDocuments } from "../../../../cli/openapi/config-documents";
import { openApiDocument } from "../../../../cli/openapi/document";
import { loadIntents } from "../../../../intent/load";
import type { Intent } from "../../../../intent/model/intent";
import { formatProblem } from "../../../../intent/model/problem";
import { ProjectCopy } from "../../../support/command";
import { configWith, fixtureFiles } from "../../../support/documents";
import { DOMAIN, httpWith, MUTUAL_TLS, restWith } from "../../../support/domains";
import { everythingOfRest } from "../../../support/everything";
import { ORDERS } from "../../../support/openapi/orders";
import { ROOT } from "../../../support/places";
import { intentOf, intents } from "../../../support/shop";
import { variantOf } from "../../../support/variant";

let project: ProjectCopy;
/** What the command prints for dev. */
let printed: ReturnType<ProjectCopy["run"]>;
/** The same if the service orders has a document of its own. */
let withOrders: typeof printed;
beforeAll(() => {
  project = new ProjectCopy("linked");
  printed = project.run(["openapi", "dev"]);
  const { "/orders": orders, "/orders/{orderId}": order } = ORDERS.paths;
  const item = JSON.parse(JSON.stringify(order).replaceAll("orderId", "id"));
  mkdirSync(project.path("config/openapi"));
  writeFileSync(
    project.path("config/openapi/orders.yaml"),
    stringify({ ...ORDERS, servers: [], paths: { "/orders": orders, "/orders/{id}": item } }),
  );
  const before = readFileSync(project.path("config/base.yaml"), "utf8");
  project.edit("base.yaml", "  orders:\n", "  orders:\n    openapi: ./openapi/orders.yaml\n");
  withOrders = project.run(["openapi", "dev"]);
  writeFileSync(project.path("config/base.yaml"), before);
});
afterAll(() => project.remove());

function faultsOf(documents: readonly unknown[]): readonly (readonly string[])[] {
  const script = join(ROOT, "__tests__/support/openapi/validate.mjs");
  return JSON.parse(execFileSync(process.execPath, [script], { input: JSON.stringify(documents), encoding: "utf8" }));
}

test("two validators accept the document of every kind of front door and service, and refuse a broken one", () => {
  const disabled = Object.fromEntries(intentOf("dev").clients.map(({ id }) => [id, { disabled: true }]));
  const all = [
    ...intents(),
    everythingOfRest(),
    restWith({}),
    httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS }),
    variantOf("dev", { clients: disabled }),
    variantOf("dev", { services: { catalog: { routes: { "GET /images/{id}": "public" } } } }),
  ].map((intent) => openApiDocument(intent, { servers: declaredServers(intent) }));
  const broken = { ...all[0], info: { title: "without a version" } };
  const valid = [...all, museum().document, JSON.parse(withOrders.out)];
  const faults = faultsOf([...valid, broken]);
  expect(faults.slice(0, -1)).toEqual(valid.map(() => []));
  // One error from each validator.
  expect(faults.at(-1)).toEqual([expect.stringContaining("'version'"), expect.stringContaining("`version`")]);
});

test("the command prints the same document at each run, with facts only from config", () => {
  expect(printed).toMatchObject({ code: 0, error: "" });
  const intent = intentOf("dev");
  expect(JSON.parse(printed.out)).toEqual(
    JSON.parse(JSON.stringify(openApiDocument(intent, { servers: declaredServers(intent) }))),
  );
  expect(project.run(["openapi", "dev"]).out).toBe(printed.out);
  expect(printed.out).not.toMatch(/secret|111122223333:role\/(?!nightly)|localhost/i);
});

test("contains the descriptions of a service's own document", () => {
  const { code, out, error } = withOrders;
  expect([code, error]).toEqual([0, ""]);
  const document = JSON.parse(out);
  expect(document.paths["/orders"].get).toMatchObject({
    summary: "All orders",
    operationId: "list",
    security: JSON.parse(printed.out).paths["/orders"].get.security,
  });
  expect(Object.keys(document.components.schemas)).toContain("orders_Order");
});

/** Runs on a config whose service takes its routes from a document. */
function withDocument<T>(id: string, openapi: string, work: (intent: Intent, configDir: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "front-door-documents-"));
  try {
    for (const [name, text] of Object.entries({ ...fixtureFiles(), ...configWith(id, openapi) })) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const loaded = loadIntents(folder);
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join("\n"));
    const [intent] = loaded.intents;
    if (intent === undefined) throw new Error("no environment");
    return work(intent, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An environment with a service whose routes come from its document. */
function museum() {
  return withDocument("events", "{ document: ./openapi/museum.yaml, public: allowed }", (intent, configDir) => ({
    intent,
    document: openApiDocument(intent, { servers: [], services: serviceDocuments(configDir, "dev") }),
  }));
}

test("a service whose routes come from its document has the document's descriptions", () => {
  const { intent, document } = museum();
  const keys = Object.values(document.paths).flatMap((item) => Object.values(item).map((each) => each["x-route-key"]));
  expect(keys.sort()).toEqual(intent.services.flatMap(({ routes }) => routes.map(({ key }) => key)).sort());
});

test("a missing part of a document stops the command, but not the local front door", () => {
  withDocument("droplets", "./openapi/droplets/droplets.yml", (intent, configDir) => {
    const missing = "config/openapi/droplets/parameters.yml: got no file";
    const services = serviceDocuments(configDir, "dev");
    expect(() => openApiDocument(intent, { servers: [], services })).toThrow(missing);
    const warnings: string[] = [];
    const door = { url: "http://127.0.0.1:1", cognitoUrl: "http://127.0.0.1:2", callers: [] };
    const { document } = apiDocuments(intent, door, { configDir, warn: (message) => warnings.push(message) });
    expect(document).toMatchObject({ paths: { "/droplets": { get: { operationId: "droplets_get_droplets" } } } });
    expect(warnings).toEqual([expect.stringContaining(missing)]);
  });
});

test("writes YAML to a file", () => {
  const { code, out } = project.run(["openapi", "dev", "--format", "yaml", "--out", "api/openapi.yaml"]);
  expect([code, out]).toEqual([0, ""]);
  expect(parse(readFileSync(project.path("api/openapi.yaml"), "utf8"))).toEqual(JSON.parse(printed.out));
});

test("--deployed takes the URL from the state", () => {
  const terraform = project.path("terraform");
  const run = (url: string) => {
    const outputs = { api_url: url, services: {}, issuers: {}, clients: {} };
    const json = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
    const script = `case $1 in version) echo '{"terraform_version":"1.13.0"}' ;; *) echo '${JSON.stringify(json)}' ;; esac`;
    writeFileSync(terraform, `#!/bin/sh\n${script}\n`);
    chmodSync(terraform, 0o755);
    return project.run(["openapi", "dev", "--deployed"], { TERRAFORM_BINARY_NAME: terraform });
  };
  expect(run("")).toMatchObject({ code: 1, out: "", error: expect.stringContaining("cdktf.out/ has no stack") });
  mkdirSync(project.path("cdktf.out/stacks/dev"), { recursive: true });
  const { code, out } = run("https://abc123.execute-api.eu-west-1.amazonaws.com/");
  expect(code).toBe(0);
  expect(JSON.parse(out).servers).toEqual([
    { url: "https://abc123.execute-api.eu-west-1.amazonaws.com", description: "The deployed front door." },
  ]);
  expect(run("http://127.0.0.1:8080/")).toMatchObject({ code: 1, out: "", error: expect.stringContaining("api_url") });
});

test("a wrong format and an unknown environment are refused", () => {
  expect(project.run(["openapi", "dev", "--format", "xml"])).toMatchObject({
    code: 64,
    out: "",
    error: expect.stringContaining("--format xml: expected one of json, yaml"),
  });
  expect(project.run(["openapi", "devv"])).toMatchObject({ code: 64, error: expect.stringContaining("dev?") });
});

test("what is left out of a document is one table, at a synthesis and before errors", () => {
  const keyed = `openapi: 3.1.0
paths: { /keyed/stock: { get: { security: [{ key: [] }] } } }
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
`;
  writeFileSync(project.path("config/openapi/keyed.yaml"), keyed);
  const before = readFileSync(project.path("config/base.yaml"), "utf8");
  project.edit("base.yaml", "  accounts:\n", "  accounts:\n    openapi: ./openapi/keyed.yaml\n");
  const isTable = (text: string) => text.split("\n").filter((line) => line.startsWith("accounts: left out of ")).length;
  const { code, out, error } = project.run(["synth", "dev"]);
  expect([code, error, isTable(out), out.split("\n")[2]]).toEqual([
    0,
    "",
    1,
    expect.stringMatching(/^ +GET \/keyed\/stock +operation .* keyed\.yaml:2$/),
  ]);
  project.edit("base.yaml", "  accounts:\n", "  accounts:\n    prot: 1\n");
  const broken = project.run(["openapi", "dev"]);
  writeFileSync(project.path("config/base.yaml"), before);
  const lines = broken.error.split("\n");
  expect([broken.code, isTable(broken.error), lines.findIndex((line) => line.includes("accounts.prot")) > 3]).toEqual([
    1,
    1,
    true,
  ]);
});
