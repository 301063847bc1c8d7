import { loadIntents } from "../../../intent/load";
import { formatProblem } from "../../../intent/model/problem";
import { BASE, DEV, intentsOf, loadFiles, otherIssuers, problemsOf } from "../../support/config-folder";
import { testAll } from "../../support/test-all";

const PROD = `google: { project: shop-prod, ownsProject: true }\n${otherIssuers("shop-prod")}`;
const places = (files: Parameters<typeof problemsOf>[0]) =>
  problemsOf(files).map(({ file, line, column, path }) => `${file}:${line}:${column} ${path}`);

test("a broken prod.yaml stops dev too", () => {
  const result = loadFiles({ "base.yaml": BASE, "dev.yaml": DEV, "prod.yaml": `${PROD}protect: maybe\n` });
  expect(result).toMatchObject({ ok: false, problems: [{ file: "config/prod.yaml", line: 3, path: "protect" }] });
});

test("syntax and schema problems of every file come first, and rules run only without them", () => {
  const files = {
    "base.yaml": BASE.replace("burst: 100", "burst: 0"),
    "dev.yaml": `${DEV}servces: {}\nservices:\n  orders:\n    scaling: { min: 5, max: 2 }\n    port: on\n`,
    "prod.yaml": `${PROD}name: [x\n`,
    "test.yml": "",
  };
  expect(loadFiles(files)).toMatchObject({ ok: false, rulesWait: true });
  expect(places(files)).toEqual([
    "config/base.yaml:31:5 gateway.throttle.burst",
    "config/dev.yaml:2:1 servces",
    "config/dev.yaml:6:5 services.orders.port",
    "config/prod.yaml:3:7 ",
    "config/test.yml:1:1 ",
  ]);
});

test("a YAML file with keys of something else is one problem, and not an environment that lacks all", () => {
  const state = "state:\n  bucket: shop-state\n  region: eu-west-1\n";
  const files = { "base.yaml": BASE.replace(state, ""), "dev.yaml": `${DEV}${state}` };
  for (const text of [
    "name: CI\non: push\njobs: { test: { steps: [] } }\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n",
    "replicaCount: 2\nservices: { web: { ports: [80] } }\n",
  ]) {
    expect([text, places({ ...files, "x.yaml": text })]).toEqual([text, ["config/x.yaml:1:1 "]]);
  }
  const [values] = problemsOf({ ...files, "values.yaml": "replicaCount: 2\nimage: { tag: a }\n" });
  expect(values?.message).toContain("got a file with replicaCount, image, ");
});

testAll([
  ["a misspelt key", `${DEV}`, "servces: {}\n", ["config/dev.yaml:2:1 servces"]],
  ["a misspelt key alone", "", "gogle: { ownsProject: true }\n", ["config/dev.yaml:1:1 gogle"]],
  ["an unknown key", `${DEV}`, "image: x\n", ["config/dev.yaml:2:1 image"]],
  ["an unknown key among others", "", "services: {}\nclients: {}\nimage: x\n", ["config/dev.yaml:3:1 image"]],
])("an environment with %s is an environment", (_, start, text, expected) => {
  expect(places({ "base.yaml": BASE, "dev.yaml": `${start}${text}` })).toEqual(expected);
});

test("then come the rule findings of every environment", () => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}services: { orders: { scaling: { min: 5, max: 2 } } }\n`,
    "prod.yaml": `${PROD}recoveryDays: 3\n`,
  };
  expect(loadFiles(files)).toMatchObject({ ok: false, rulesWait: false });
  expect(places(files)).toEqual([
    "config/dev.yaml:2:34 services.orders.scaling.min",
    "config/prod.yaml:3:1 recoveryDays",
  ]);
});

test("many unknown keys, nulls or invalid values are counted", () => {
  const many = (line: (index: number) => string) => Array.from({ length: 4_000 }, (_, index) => line(index)).join("\n");
  const count = (files: Parameters<typeof problemsOf>[0]) => problemsOf(files).length;
  expect(count({ "base.yaml": `${BASE}${many((index) => `key-${index}: 1`)}`, "dev.yaml": DEV })).toBe(4_000);
  expect(count({ "base.yaml": BASE, "dev.yaml": `${DEV}${many((index) => `key-${index}: null`)}` })).toBe(4_000);
  const routes = many((index) => `      GET /x-${index}: publc`);
  expect(count({ "base.yaml": BASE, "dev.yaml": `${DEV}services:\n  orders:\n    routes:\n${routes}` })).toBe(4_000);
});

test("two nulls that delete nothing, with similar names, are two problems", () => {
  const changes = "services:\n  orderz: null\n  ordery: null\n";
  expect(places({ "base.yaml": BASE, "dev.yaml": `${DEV}${changes}` })).toEqual([
    "config/dev.yaml:3:3 services.orderz",
    "config/dev.yaml:4:3 services.ordery",
  ]);
});

test("a wrong type in the base is reported there, even if every overlay replaces the value", () => {
  const base = BASE.replace(/gateway:\n( .*\n)+/, "gateway: http\n");
  const overlay = (text: string) => `${text}gateway: { kind: http }\n`;
  expect(places({ "base.yaml": base, "dev.yaml": overlay(DEV), "prod.yaml": overlay(PROD) })).toEqual([
    "config/base.yaml:28:1 gateway",
  ]);
});

test("a fault of the base file is one problem, not one for each environment", () => {
  const base = BASE.replace("kind: cognito", "kind: cognit");
  expect(places({ "base.yaml": base, "dev.yaml": DEV, "prod.yaml": PROD })).toEqual([
    "config/base.yaml:15:5 issuers.customers.kind",
  ]);
});

test("a key that is missing in every environment is reported in the base file", () => {
  const base = BASE.replace("  region: europe-west1\n", "");
  expect(places({ "base.yaml": base, "dev.yaml": DEV, "prod.yaml": PROD })).toEqual([
    "config/base.yaml:7:1 google.region",
  ]);
});

test("a base value that breaks a rule in only one environment is reported with that environment", () => {
  const files = { "base.yaml": BASE, "dev.yaml": DEV, "prod.yaml": `${PROD}requireDigest: true\n` };
  expect(problemsOf(files).map(({ file, path, message }) => [file, path, message.slice(-8)])).toEqual([
    ["config/base.yaml", "services.orders.image", " in prod"],
    ["config/base.yaml", "services.catalog.image", " in prod"],
  ]);
});

test("one fault is one problem: neither schema nor rules repeat a YAML error", () => {
  expect(places({ "base.yaml": BASE, "dev.yaml": `${DEV}services: &anchor\n  orders: {}\n` })).toEqual([
    "config/dev.yaml:2:1 services",
  ]);
  expect(places({ "base.yaml": BASE, "dev.yaml": `${DEV}clients: { batch: { scopes: [on] } }\n` })).toEqual([
    "config/dev.yaml:2:30 clients.batch.scopes[0]",
  ]);
});

test("an invalid key causes no further schema problem", () => {
  expect(places({ "base.yaml": BASE, "dev.yaml": `${DEV}"": 1\n<<: { a: 1 }\n` })).toEqual([
    "config/dev.yaml:2:1 ",
    "config/dev.yaml:3:1 ",
  ]);
});

test("a folder that is missing, or has no base.yaml or no environments, is reported", () => {
  expect(problemsOf({ "dev.yaml": DEV }).map(formatProblem)).toEqual([
    "config/base.yaml:1:1  got no file, expected a readable file\n    write it, or correct its name",
  ]);
  expect(problemsOf({ "base.yaml": BASE }).map(({ message }) => message)).toEqual([
    "got no environment, expected at least one file in addition to base.yaml",
  ]);
  expect(loadIntents("/nowhere/at/all").ok).toBe(false);
});

test("an environment without changes to the base is written as {}", () => {
  const base = BASE.replace("google:", "google:\n  ownsProject: true");
  expect(intentsOf({ "base.yaml": base, "dev.yaml": "{}\n" })).toHaveLength(1);
  expect(problemsOf({ "base.yaml": base, "dev.yaml": "# nothing\n" })[0]?.message).toContain("got an empty file");
});

test("a byte order mark does not shift positions", () => {
  expect(places({ "base.yaml": BASE, "dev.yaml": `\ufeff${DEV}protect: 1\n` })).toEqual([
    "config/dev.yaml:2:1 protect",
  ]);
  expect(places({ "base.yaml": BASE, "dev.yaml": "\ufeffprotect: 1\n" })).toContain("config/dev.yaml:1:1 protect");
});

test("a file that is not UTF-8 is refused", () => {
  const files = { "base.yaml": BASE, "dev.yaml": Buffer.from(`${DEV}# caf\u00e9\n`, "latin1") };
  expect(problemsOf(files).map(({ message }) => message)).toEqual([
    "got bytes that are not UTF-8, expected UTF-8 text",
  ]);
});
