import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadIntents } from "../../../../../intent/load";
import { placesOf } from "../../../../../intent/schema/places";
import { testWhere } from "../../../../support/describe-where";
import { configWith, documentFaults, ordersDocument } from "../../../../support/documents";
import { testAll } from "../../../../support/test-all";
import { WINDOWS } from "../../../../support/windows";

const GET = "{ get: { security: [{ oauth: [orders/read] }] } }";
const withPath = (openapi: string, files: Record<string, string> = {}) =>
  documentFaults({ ...configWith("orders", openapi), ...files });

testAll([
  "https://example.com/api.yaml",
  "/etc/api.yaml",
  "../api.yaml",
  "openapi/../../api.yaml",
  "./openapi/../api.yaml",
  "file:api.yaml",
  "api.txt",
  "%2e%2e/api.yaml",
])("%s is not the path of a document", (path) => {
  expect(withPath(JSON.stringify(path), { "api.yaml": ordersDocument(`  /orders: ${GET}`) })).toContain(
    `config/base.yaml:10 got ${JSON.stringify(path)}`,
  );
});

test("a document that does not exist, or has no text, is one problem at its file", () => {
  expect(withPath("api.yaml")).toEqual(["config/api.yaml:1 got no file"]);
  expect(withPath("api/orders.yaml", { "api/orders.yaml": "" })).toEqual([
    "config/api/orders.yaml:1 got an empty file",
  ]);
});

testAll<[string, string]>([
  ["https://example.com/item.yaml", 'got "https://example.com/item.yaml"'],
  ["//example.com/item.yaml", 'got "//example.com/item.yaml"'],
  ["../item.yaml", 'got "../item.yaml"'],
  ["/item.yaml", 'got "/item.yaml"'],
  ["a/../../item.yaml#/x", 'got "a/../../item.yaml#/x"'],
  ["#/components/pathItems/none", 'got "#/components/pathItems/none"'],
  ["#components", 'got "#components"'],
  ["#/paths/~1orders", "got a $ref that leads back to itself"],
])("a $ref to %s is refused", (reference, fault) => {
  const operations = `  /orders: { $ref: ${JSON.stringify(reference)} }`;
  expect(withPath("api.yaml", { "api.yaml": ordersDocument(operations) })).toEqual([`config/api.yaml:5 ${fault}`]);
});

test("a $ref to a missing file names the file, and one with keys next to it names a key", () => {
  const ref = (text: string) => withPath("api.yaml", { "api.yaml": ordersDocument(`  /orders: { $ref: ${text} }`) });
  expect(ref("item.yaml")).toEqual(["config/item.yaml:1 got no file"]);
  expect(ref("item.yaml, get: { security: [] }")).toEqual(['config/api.yaml:5 got "get" next to a $ref']);
});

test("a document has at most 1,000 operations and 5,000,000 bytes", () => {
  const paths = (count: number) => Array.from({ length: count }, (_, index) => `  /orders/${index}: ${GET}`).join("\n");
  const faults = (count: number) => withPath("api.yaml", { "api.yaml": ordersDocument(paths(count)) });
  expect(faults(1_001)).toEqual(["config/api.yaml:1005 got 1001 operations"]);
  expect(faults(1_000)).toEqual(["config/base.yaml:7 got 1000 routes, each ANY counted as its methods"]);
  const large = `${ordersDocument(`  /orders: ${GET}`)}#`;
  const filled = (bytes: number) => withPath("api/a.yaml", { "api/a.yaml": large.padEnd(bytes, "x") });
  expect(filled(5_000_000)).toEqual([]);
  expect(filled(5_000_001)).toEqual(["config/api/a.yaml:1 got 5000001 bytes"]);
});

test("a document in config/ is not an environment, whatever its name", () => {
  const document = { "Orders_v2.yaml": ordersDocument(`  /orders: ${GET}`) };
  expect(withPath("Orders_v2.yaml", document)).toEqual([]);
  expect(withPath("orders.yml", { "orders.yml": document["Orders_v2.yaml"] })).toEqual([]);
});

test("an environment named as a document is an error, and is not silently dropped", () => {
  expect(withPath("dev.yaml")).toContainEqual(expect.stringContaining("got no environment"));
});

describe("in a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "documents-"));
    mkdirSync(join(folder, "config"));
    for (const [name, text] of Object.entries(configWith("orders", "./api/orders.yaml")))
      writeFileSync(join(folder, "config", name), text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const problems = () => {
    const result = loadIntents(join(folder, "config"));
    return result.ok ? [] : result.problems.map(({ file, message }) => `${file} ${message.split(",")[0]}`);
  };

  testWhere(WINDOWS)("a link to a document is refused, as a file and as a folder", () => {
    mkdirSync(join(folder, "elsewhere"));
    writeFileSync(join(folder, "elsewhere", "orders.yaml"), ordersDocument(`  /orders: ${GET}`));
    symlinkSync(join(folder, "elsewhere"), join(folder, "config", "api"));
    expect(problems()).toEqual(["config/api/orders.yaml got a symbolic link"]);
    rmSync(join(folder, "config", "api"));
    mkdirSync(join(folder, "config", "api"));
    symlinkSync(join(folder, "elsewhere", "orders.yaml"), join(folder, "config", "api", "orders.yaml"));
    expect(problems()).toEqual(["config/api/orders.yaml got a symbolic link"]);
  });

  test("a route's place is the document's line, or the config's if config overrides it", () => {
    mkdirSync(join(folder, "config", "api"));
    writeFileSync(
      join(folder, "config", "api", "orders.yaml"),
      ordersDocument(`  /orders:\n    get: ${GET.slice(7, -2)}`),
    );
    expect(problems()).toEqual([]);
    const route = (key: string) => ["services", "orders", "routes", key];
    expect(placesOf(join(folder, "config"), "dev").at(route("GET /orders"))).toBe("config/api/orders.yaml:6");
    writeFileSync(join(folder, "config", "dev.yaml"), 'services: { orders: { routes: { "GET /orders": public } } }\n');
    expect(placesOf(join(folder, "config"), "dev").at(route("GET /orders"))).toBe("config/dev.yaml:1");
  });
});
