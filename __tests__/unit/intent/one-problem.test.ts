import { parse, stringify } from "yaml";
import { formatPath, type Path } from "../../../intent/source/located";
import { BASE, DEV, faults, otherIssuers, problemsOf } from "../../support/config-folder";
import type { Tree } from "../../support/shuffled";
import { testAll } from "../../support/test-all";

/** Text in dev, and its only problem: no further problem may follow from it. */
const FAULTS: readonly (readonly [changes: string, problem: string])[] = [
  ["services: { orders: { scaling: { mx: 20, min: 15 } } }", 'services.orders.scaling.mx  got the unknown key "mx"'],
  ["services: { catalog: { routes: null, roues: {} } }", 'services.catalog.roues  got the unknown key "roues"'],
  [
    "services: { orders: { previousName: Old_Shop, routes: { GET /orders: { scopes: [old-shop/read] } } } }\nclients: { web: { scopes: [old-shop/read] } }",
    'services.orders.previousName  got "Old_Shop"',
  ],
  [
    "services: { orders: { routes: { GET /a: { scpoes: [orders/read] }, HEAD /a: { scopes: [orders/write] } } } }",
    'services.orders.routes["GET /a"].scpoes  got the unknown key "scpoes"',
  ],
  [
    "services: { orders: { routes: { GET /orders: { scopes: [] }, HEAD /orders: { scopes: [orders/write] } } } }",
    'services.orders.routes["GET /orders"].scopes  got an empty list',
  ],
  [
    "services: { orders: null, Orders: { image: europe-docker.pkg.dev/acme/shop/orders:1.0.0, routes: { GET /o: { scopes: [orders/read, orders/write] } } } }",
    'services.Orders  got the name "Orders"',
  ],
  [
    "issuers: { customers: null, Customers: { kind: cognito, domainPrefix: x } }",
    'issuers.Customers  got the name "Customers"',
  ],
  ["clients: { export: { subject: null, subjct: x } }", 'clients.export.subjct  got the unknown key "subjct"'],
  [
    "gateway: { kind: rest, defaultPlan: { quota: 5 } }\nclients: { export: { kind: agent } }",
    "gateway.defaultPlan.quota  got 5",
  ],
  [
    "clients: { export: { kind: agent, allowWrites: maybe, allowWritesReason: because, scopes: [orders/write] } }",
    'clients.export.allowWrites  got "maybe"',
  ],
  ["clients: { export: { kind: agnet, allowWrites: true, allowWritesReason: x } }", 'clients.export.kind  got "agnet"'],
  [
    "limits: { cloudRunMaxInstances: many }\nservices: { orders: { scaling: { max: 2000 } } }",
    'limits.cloudRunMaxInstances  got "many"',
  ],
  ["aws: { deployers: [me] }", 'aws.deployers[0]  got "me"'],
];

testAll(FAULTS)("%s is one problem", (changes, problem) => {
  expect(faults(changes).map((fault) => fault.split(", expected")[0])).toEqual([problem]);
});

describe("an entry that base.yaml lost", () => {
  const without = (pattern: RegExp) => BASE.replace(pattern, "");
  const places = (base: string, dev: string, prod: string) =>
    problemsOf({ "base.yaml": base, "dev.yaml": `${DEV}${dev}`, "prod.yaml": `${otherIssuers("prod")}${prod}` }).map(
      ({ file, line, path, message }) => ({ at: `${file}:${line}`, path, message }),
    );

  test("is one problem, whatever the overlays change of it", () => {
    const base = without(/^ {2}batch:\n(?: {4}.*\n)+/m);
    const dev = 'clients:\n  batch: { readers: ["arn:aws:iam::111122223333:role/reporting"], scopes: [orders/read] }\n';
    expect(places(base, dev, "clients:\n  batch: { scopes: [orders/read] }\n")).toEqual([
      {
        at: "config/dev.yaml:3",
        path: "clients.batch",
        message:
          'got an entry without issuer, expected a complete one: base.yaml has no client called "batch" (also in config/prod.yaml:3)',
      },
    ]);
  });

  test("is one problem where some overlays change it and others delete it", () => {
    const base = without(/^ {2}catalog:\n(?: {4}.*\n)+/m);
    const dev = "services:\n  catalog: null\n  orders: { secrets: { KEY: { version: 2 } } }\n";
    expect(
      places(base, dev, "services:\n  catalog: { scaling: { max: 2 } }\n").map(({ at, path }) => [at, path]),
    ).toEqual([
      ["config/dev.yaml:4", "services.orders.secrets.KEY"],
      ["config/prod.yaml:3", "services.catalog"],
    ]);
  });

  test("of each service is one problem for each, even if no service is left", () => {
    const base = without(/^services:\n(?: +.*\n)+(?=clients)/m);
    const overlay = "services:\n  orders: { scaling: { max: 2 } }\n  catalog: { scaling: { max: 2 } }\n";
    expect(places(base, overlay, overlay).map(({ path }) => path)).toEqual(["services.orders", "services.catalog"]);
  });

  test("names the nearest entry that is left", () => {
    const [{ remedy } = { remedy: "" }] = problemsOf({
      "base.yaml": BASE,
      "dev.yaml": `${DEV}clients: { bacth: { scopes: [orders/read] } }\n`,
    });
    expect(remedy).toMatch(/^did you mean "batch"\?/);
  });
});

/** A config with nearly every key, and quotas that only `limits` allows. */
const SHOP = merged(
  parse(BASE),
  parse(`
google: { ownsProject: true, projectNumber: "123456789012" }
limits: { cloudRunMaxInstances: 2000, requestsPerSecond: 20000, requestBurst: 6000 }
auditors: { googleGroups: [auditors@example.com] }
alarms: { actions: ["arn:aws:sns:eu-west-1:111122223333:on-call"] }
tags: { team: shop }
protect: false
recoveryDays: 0
federation: { generation: 2 }
gateway:
  kind: rest
  cors: { origins: [https://a.example.com] }
  domain: { name: api.shop.example.org, records: none }
  defaultPlan: { quota: { requests: 100, per: day } }
  waf: { networks: { deny: [198.51.100.0/24] }, countries: { only: [AT] } }
issuers: { github: { kind: oidc, issuer: https://token.actions.githubusercontent.com, audiences: [shop] } }
services:
  orders:
    scaling: { min: 11, max: 1500, concurrency: 1 }
    resources: { cpu: 0.5 }
    secrets: { DATABASE_URL: { versionAdders: ["group:x@example.com"], rotateEveryDays: 5 } }
    routes:
      HEAD /orders: { scopes: [orders/read] }
      POST /orders: { throttle: { ratePerSecond: 12000, burst: 5500 } }
      GET /stream: { scopes: [orders/read], stream: true, timeoutSeconds: 60 }
  shop: { image: europe-docker.pkg.dev/acme/shop/shop:1.0.0, previousName: old-shop, routes: { GET /shop: { scopes: [old-shop/read] } } }
clients:
  batch: { readers: ["arn:aws:iam::111122223333:role/reporting"], scopes: [orders/read] }
  bot: { issuer: partner, subject: bot, kind: agent, allowWrites: true, allowWritesReason: so, scopes: [orders/write] }
  ci: { issuer: github, claims: { repository: acme/shop, environment: prod }, scopes: [old-shop/read], disabled: true }
`),
) as Tree;

/** Maps whose keys people choose: another key is another entry. */
const CHOSEN = ["services", "issuers", "clients", "environment", "secrets", "routes", "claims", "tags"];

const problemsIn = (config: unknown) =>
  problemsOf({
    "base.yaml": stringify(config, {
      aliasDuplicateObjects: false,
      defaultStringType: "QUOTE_DOUBLE",
      defaultKeyType: "PLAIN",
    }),
    "dev.yaml": "{}\n",
  }).map(({ path }) => path);

test("the test config has no problem", () => {
  expect(problemsIn(SHOP)).toEqual([]);
});

testAll(pathsIn(SHOP).map((path) => [formatPath(path), path] as const))(
  "%s is one problem if misspelt or of the wrong type, wherever else it is used",
  (place, path) => {
    const [key, map] = [path.at(-1) as string, path.at(-2)];
    const wrong = (value: unknown) => (typeof value === "number" || typeof value === "boolean" ? "x" : 7);
    expect(problemsIn(changed(SHOP, path, (value) => [[key, wrong(value)]]))).toEqual([place]);
    if (typeof key !== "string" || CHOSEN.includes(String(map))) return;
    const misspelt = `${key}${key.at(-1)}`;
    expect(problemsIn(changed(SHOP, path, (value) => [[misspelt, value]]))).toEqual([
      formatPath([...path.slice(0, -1), misspelt]),
    ]);
  },
);

function merged(base: unknown, patch: unknown): unknown {
  if (!isMap(base) || !isMap(patch)) return patch;
  const entries = Object.entries(patch).map(([key, value]) => [key, merged(base[key], value)]);
  return { ...base, ...Object.fromEntries(entries) };
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => [[...path, index], ...pathsIn(item, [...path, index])]);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => [[...path, key], ...pathsIn(entry, [...path, key])]);
}

/** A copy in which these entries replace the one at a path. */
function changed(value: unknown, [key, ...rest]: Path, entries: (value: unknown) => [string, unknown][]): unknown {
  const into = (entry: unknown) => (rest.length === 0 ? entries(entry) : [[key, changed(entry, rest, entries)]]);
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? into(item)[0]?.[1] : item));
  return Object.fromEntries(
    Object.entries(value as Tree).flatMap(([each, entry]) => (each === key ? into(entry) : [[each, entry]])),
  );
}

function isMap(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
