import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadIntents } from "../../../../intent/load";
import { BASE, DEV, intentsOf, otherIssuers, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const PROD = `google: { project: shop-prod, ownsProject: true }\n${otherIssuers("shop-prod")}services: { catalog: null }\nclients: { night: { issuer: partner, subject: night, scopes: [orders/read] } }\n`;
const files = (expectations: string) => ({
  "base.yaml": BASE,
  "dev.yaml": DEV,
  "prod.yaml": PROD,
  "expectations.yaml": expectations,
});
const places = (expectations: string) => problemsOf(files(expectations)).map(({ line, path }) => `${line} ${path}`);

test("an environment has the expectations under all, then its own, with their places", () => {
  const [dev, prod] = intentsOf(
    files(
      "all:\n  - who: anyone\n    may: { call: GET /orders }\nprod:\n  - only: [customers/web]\n    may: { call: [POST /orders] }\n",
    ),
  );
  const ofAll = {
    principals: ["anyone"],
    only: false,
    may: true,
    action: "call",
    targets: ["GET /orders"],
    place: {
      file: "config/expectations.yaml",
      line: 2,
      column: 5,
      path: "all[0]",
      reference: "docs/reference/optional-files.md#expectations",
    },
  };
  expect(dev?.expectations).toEqual([ofAll]);
  expect(prod?.expectations).toEqual([
    ofAll,
    {
      principals: ["customers/web"],
      only: true,
      may: true,
      action: "call",
      targets: ["POST /orders"],
      place: {
        file: "config/expectations.yaml",
        line: 5,
        column: 5,
        path: "prod[0]",
        reference: "docs/reference/optional-files.md#expectations",
      },
    },
  ]);
});

test("a list without an environment is an error that says what to write above it", () => {
  const [found] = problemsOf(files("- who: anyone\n  mayNot: { call: POST /orders }\n"));
  expect([found?.message, found?.remedy]).toEqual([
    "got no map, expected a map of keys and values",
    "write environments, or all, each with a list of expectations below it, or remove the file",
  ]);
});

testAll([
  ["neither who nor only", "may: { call: GET /orders }", "2 dev[0]"],
  ["both who and only", "who: anyone\n    only: agents\n    may: { call: GET /orders }", "2 dev[0]"],
  ["neither may nor mayNot", "who: anyone", "2 dev[0]"],
  [
    "both may and mayNot",
    "who: anyone\n    may: { call: GET /orders }\n    mayNot: { call: POST /orders }",
    "2 dev[0]",
  ],
  ["no action", "who: anyone\n    may: {}", "3 dev[0].may"],
  ["two actions", "who: anyone\n    may: { call: GET /orders, invoke: orders }", "3 dev[0].may"],
  [
    "a reason for an allowed call",
    "who: anyone\n    may: { call: GET /orders }\n    because: scope",
    "4 dev[0].because",
  ],
  [
    "a reason for a secret",
    "who: gateway\n    mayNot: { readSecrets: orders-database-url }\n    because: scope",
    "4 dev[0].because",
  ],
  ["only with mayNot", "only: customers/web\n    mayNot: { call: GET /orders }", "2 dev[0].only"],
  ["only anyone", "only: anyone\n    may: { call: GET /products }", "2 dev[0].only"],
  ["an unknown reason", "who: anyone\n    mayNot: { call: GET /orders }\n    because: mood", "4 dev[0].because"],
  ["an unknown key", "who: anyone\n    may: { cal: GET /orders }", "3 dev[0].may.cal"],
  ["a route without a slash", "who: anyone\n    may: { call: GET orders }", "3 dev[0].may.call"],
])("%s is an error at its line", (_, expectation, place) => {
  expect(places(`dev:\n  - ${expectation}\n`)).toEqual([place]);
});

testAll([
  ["a caller", "who: costumers/web\n    mayNot: { call: GET /orders }", "dev[0].who"],
  ["a caller in a list", "who: [customers/web, customers/wob]\n    mayNot: { call: GET /orders }", "dev[0].who[1]"],
  ["the group of an issuer without clients", "who: ghosts/*\n    mayNot: { call: GET /orders }", "dev[0].who"],
  ["agents, without any in config", "who: agents\n    mayNot: { call: GET /orders }", "dev[0].who"],
  ["a caller of another environment", "who: partner/night\n    mayNot: { call: GET /orders }", "dev[0].who"],
  ["a route", "who: anyone\n    mayNot: { call: GET /order }", "dev[0].mayNot.call"],
  ["a method that no route has", "who: anyone\n    mayNot: { call: [POST *, TRACE *] }", "dev[0].mayNot.call[1]"],
  ["a secret", "who: service orders\n    mayNot: { readSecrets: orders-db }", "dev[0].mayNot.readSecrets"],
  [
    "a secret of a client without one",
    "who: gateway\n    mayNot: { readSecrets: clients/web }",
    "dev[0].mayNot.readSecrets",
  ],
  ["a service", "only: gateway\n    may: { invoke: order }", "dev[0].may.invoke"],
  ["a principal of secrets", "who: service order\n    mayNot: { readSecrets: orders-database-url }", "dev[0].who"],
  [
    "a caller as a principal of secrets",
    "who: customers/web\n    mayNot: { readSecrets: orders-database-url }",
    "dev[0].who",
  ],
])("%s that matches nothing is an error, because such an expectation cannot fail", (_, expectation, path) => {
  expect(problemsOf(files(`dev:\n  - ${expectation}\n`)).map((problem) => problem.path)).toEqual([path]);
});

test("the secret of a client that has one may be named", () => {
  expect(places("dev:\n  - who: gateway\n    mayNot: { readSecrets: clients/batch }\n")).toEqual([]);
});

test("under all, each environment must have each target", () => {
  const stated = (target: string) => places(`all:\n  - who: anyone\n    mayNot: { call: [POST /orders, ${target}] }\n`);
  expect(stated("GET /orders")).toEqual([]);
  // The catalog is not in prod.
  expect(stated("GET /products")).toEqual(["3 all[0].mayNot.call[1]"]);
});

test("a target fits by the requests that it stands for, whatever its variables are named", () => {
  const stated = (call: string) => places(`dev:\n  - who: anyone\n    mayNot: { call: ${call} }\n`);
  expect(stated('"GET /{anything}"')).toEqual([]);
  expect(stated('"GET /{anything}/{more}"')).toEqual(["3 dev[0].mayNot.call"]);
});

test("exceptions are routes that exist, leave something, and belong to calls", () => {
  const stated = (does: string) => places(`dev:\n  - who: anyone\n    mayNot: { ${does} }\n`);
  expect(stated('call: "GET /{any}", except: GET /orders')).toEqual([]);
  expect(stated('call: "GET /{any}", except: [GET /orders, GET /order]')).toEqual(["3 dev[0].mayNot.except[1]"]);
  expect(stated("call: GET /orders, except: GET /orders")).toEqual(["3 dev[0].mayNot.call"]);
  expect(stated("invoke: orders, except: GET /orders")).toEqual(["3 dev[0].mayNot.except"]);
});

test("under all, a principal of one environment is enough", () => {
  expect(places("all:\n  - who: partner/night\n    mayNot: { call: POST /orders }\n")).toEqual([]);
  expect(places("all:\n  - who: partner/nigth\n    mayNot: { call: POST /orders }\n")).toEqual(["2 all[0].who"]);
});

test("an unknown environment, an empty list and an empty file are errors", () => {
  expect(places("pord:\n  - who: anyone\n    may: { call: GET /products }\n")).toEqual(["1 pord"]);
  expect(places("dev: []\n")).toEqual(["1 dev"]);
  expect(places("")).toEqual(["1 "]);
});

test("entries about roles and unread resources belong to each statement, and are no statements", () => {
  const text =
    "all:\n  - role: organizations/7/roles/audit\n    permissions: [logging.views.access]\n  - grantsNothing: module.network\n  - who: anyone\n    may: { call: GET /orders }\n";
  const [dev] = intentsOf(files(text));
  expect(dev?.expectations).toMatchObject([
    {
      principals: ["anyone"],
      stated: {
        roles: { "organizations/7/roles/audit": ["logging.views.access"] },
        grantsNothing: ["module.network"],
        addresses: [{ address: "module.network", place: { path: "all[1].grantsNothing" } }],
      },
      place: { path: "all[2]" },
    },
  ]);
});

testAll([
  "{ role: organizations/7/roles/audit }",
  "{ permissions: [logging.views.access] }",
  "{ role: organizations/7/roles/audit, permissions: [logging.views.access], who: anyone }",
  "{ grantsNothing: module.x, who: anyone, may: { call: GET /products } }",
])("%s is no entry", (entry) => {
  expect(places(`all:\n  - ${entry}\n`)).toEqual(["2 all[0]"]);
});

test("expectations of another folder fit the config, but for environments that it lacks", () => {
  const folder = mkdtempSync(join(tmpdir(), "stated-"));
  const here = mkdtempSync(join(tmpdir(), "config-"));
  for (const [name, text] of Object.entries({ "base.yaml": BASE, "dev.yaml": DEV }))
    writeFileSync(join(here, name), text);
  for (const [name, text] of Object.entries({ "base.yaml": BASE, "dev.yaml": DEV, "prod.yaml": PROD }))
    writeFileSync(join(folder, name), text);
  const stated = (text: string) => {
    writeFileSync(join(folder, "expectations.yaml"), text);
    const loaded = loadIntents(here, folder);
    return loaded.ok
      ? loaded.intents.map(({ expectations }) => expectations.length)
      : loaded.problems.map(({ path }) => path);
  };
  const of = (environment: string, who: string) =>
    `${environment}:\n  - who: ${who}\n    mayNot: { call: POST /orders }\n`;
  expect(stated(of("dev", "customers/web") + of("prod", "partner/night"))).toEqual([1]);
  expect(stated(of("dev", "partner/night"))).toEqual(["dev[0].who"]);
  expect(stated(of("pord", "anyone"))).toEqual(["pord"]);
  for (const each of [folder, here]) rmSync(each, { recursive: true });
});
