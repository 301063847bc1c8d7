import { BASE, intentsOf, problemsOf } from "../../../support/config-folder";
import { testAll } from "../../../support/test-all";

const PROD = { aws: { region: "eu-west-1" }, google: { ownsProject: true } };
const TWIN = {
  twinOf: "prod",
  aws: { region: "us-east-1" },
  google: { region: "us-east1", ownsProject: false },
  state: { region: "us-east-1" },
  services: { orders: { secrets: { DATABASE_URL: { version: null } } } },
  issuers: { customers: { pool: "eu-west-1_First0001" } },
  clients: { web: { appClientId: "1web" }, batch: { appClientId: "1batch" } },
};
const DOMAIN = { name: "api.shop.example.com", zoneId: "Z0123456789EXAMPLE" };

type Patch = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Patch => typeof value === "object" && value !== null && !Array.isArray(value);
const merged = (one: Patch, other: Patch): Patch => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([key, value]) => {
      const [before, after] = [one[key], value];
      return [key, isMap(before) && isMap(after) ? merged(before, after) : after];
    }),
  ),
});
const files = (twin: Patch = {}, prod: Patch = {}) => ({
  "base.yaml": BASE,
  "prod.yaml": JSON.stringify(merged(PROD, prod)),
  "prod-us.yaml": JSON.stringify(merged(TWIN, twin)),
});
const places = (twin: Patch = {}, prod: Patch = {}) =>
  problemsOf(files(twin, prod)).map(({ file, path }) => `${file} ${path}`);

test("a twin starts from its primary's file, and has its tokens' issuers, audiences and domain", () => {
  const domain = (failover: string) => ({ gateway: { domain: { ...DOMAIN, failover } } });
  const prod = { ...domain("primary"), services: { orders: { scaling: { max: 7 } } } };
  const [primary, twin] = intentsOf(files(domain("secondary"), prod));
  expect(twin).toMatchObject({ environment: "prod-us", twinOf: "prod", prefix: "shop-prod-us" });
  expect([primary, twin].map((each) => each?.services.map(({ scaling }) => scaling.max))).toEqual([
    [10, 7],
    [10, 7],
  ]);
  expect(twin?.gateway.domain?.name).toBe(primary?.gateway.domain?.name);
  expect(twin?.clients.map(({ id, scopes }) => [id, scopes])).toEqual(
    primary?.clients.map(({ id, scopes }) => [id, scopes]),
  );
});

test("a twin has no secret of its primary's clients: no role reads one there, and nothing rotates it", () => {
  const prod = { clients: { batch: { readers: ["arn:aws:iam::111122223333:role/batch"], rotateEveryDays: 30 } } };
  const [primary, twin] = intentsOf(files({}, prod)).map(({ clients }) => clients.find(({ id }) => id === "batch"));
  expect(primary).toMatchObject({ rotateEveryDays: 30, readers: ["arn:aws:iam::111122223333:role/batch"] });
  expect(twin).toMatchObject({ readers: [] });
  expect(twin).not.toHaveProperty("rotateEveryDays");
});

test("what its primary's expectations say holds for a twin as well", () => {
  const stated = { "expectations.yaml": "prod: [{ who: partner/export, mayNot: { call: POST /orders } }]\n" };
  const twin = intentsOf({ ...files(), ...stated }).find(({ environment }) => environment === "prod-us");
  expect(twin?.expectations.map(({ principals }) => principals)).toEqual([["partner/export"]]);
});

test("an address that only its primary's stack has may be stated for the primary", () => {
  const stated =
    "prod: [{ grantsNothing: aws_cognito_user_pool.customers }, { who: partner/export, mayNot: { call: POST /orders } }]\n";
  const addresses = intentsOf({ ...files(), "expectations.yaml": stated }).map(({ expectations: [first] }) => [
    first?.stated?.grantsNothing,
    first?.stated?.addresses?.map(({ address }) => address),
  ]);
  const pool = ["aws_cognito_user_pool.customers"];
  expect(addresses).toEqual([
    [pool, pool],
    [pool, []],
  ]);
});

test("a statement on a client's secret does not hold there, because the primary's stack alone has it", () => {
  const stated =
    "prod: [{ who: service catalog, mayNot: { readSecrets: [clients/batch, orders-database-url] } }," +
    " { who: service catalog, mayNot: { readSecrets: clients/batch } }]\n";
  const [primary, twin] = intentsOf({ ...files(), "expectations.yaml": stated });
  expect([primary, twin].map((each) => each?.expectations.map(({ targets }) => targets))).toEqual([
    [["clients/batch", "orders-database-url"], ["clients/batch"]],
    [["orders-database-url"]],
  ]);
});

test("a fault about a map that only one of the two has names its keys, not its values", () => {
  const routes = { "GET /orders/newest": { scopes: ["orders/read"] } };
  const found = problemsOf(files({ services: { orders: { routes } } }));
  expect(found[0]?.message).toMatch(/^got \{ scopes \}, where prod has nothing, /);
});

testAll<[name: string, twin: Patch]>([
  [
    "account, state and limits",
    {
      aws: { account: "222233334444", deployers: ["arn:aws:iam::222233334444:role/t"] },
      state: { bucket: "other" },
      limits: { routesPerApi: 400 },
    },
  ],
  [
    "scaling, size and image of a service",
    {
      services: {
        orders: {
          scaling: { max: 2 },
          resources: { cpu: 2, memory: "1Gi" },
          image: "europe-docker.pkg.dev/acme/shop/orders:1.1.0",
        },
      },
    },
  ],
  [
    "environment and secret version of a service",
    { services: { orders: { environment: { LOG_LEVEL: "warn" }, secrets: { DATABASE_URL: { version: 9 } } } } },
  ],
  [
    "throttles",
    {
      gateway: { throttle: { ratePerSecond: 5, burst: 9 } },
      services: { orders: { routes: { "GET /orders": { throttle: { ratePerSecond: 1, burst: 2 } } } } },
    },
  ],
  ["protection while it is removed", { protect: false, recoveryDays: 7 }],
  ["places of a secret", { services: { orders: { secrets: { DATABASE_URL: { replicas: ["us-east1"] } } } } }],
  [
    "rollout",
    {
      services: {
        orders: {
          image: "europe-docker.pkg.dev/acme/shop/orders:1.1.0",
          rollout: { percent: 10, from: "europe-docker.pkg.dev/acme/shop/orders:1.0.0" },
        },
      },
    },
  ],
])("a twin may have its own %s", (_, twin) => {
  expect(places(twin)).toEqual([]);
});

test("a twin whose certificate is not issued yet has fewer records in another DNS", () => {
  const domain = (records: string) => ({ gateway: { domain: { name: DOMAIN.name, records } } });
  expect(places(domain("validation"), domain("all"))).toEqual([]);
});

testAll<[difference: string, twin: Patch, at: string]>([
  [
    "a route more",
    { services: { orders: { routes: { "GET /orders/all": "public" } } } },
    'services.orders.routes["GET /orders/all"]',
  ],
  [
    "a route less",
    { services: { orders: { routes: { "POST /orders": null } } } },
    'services.orders.routes["POST /orders"]',
  ],
  [
    "another need of a route",
    { services: { orders: { routes: { "POST /orders": { scopes: ["orders/read"] } } } } },
    'services.orders.routes["POST /orders"].scopes',
  ],
  [
    "a route that is public",
    { services: { orders: { routes: { "GET /orders": "public" } } } },
    'services.orders.routes["GET /orders"]',
  ],
  ["a service less", { services: { catalog: null } }, "services.catalog"],
  [
    "a service that gets callers' tokens",
    { services: { orders: { forwardAuthorization: true } } },
    "services.orders.forwardAuthorization",
  ],
  [
    "another secret",
    { services: { orders: { secrets: { DATABASE_URL: { secret: "other" } } } } },
    "services.orders.secrets.DATABASE_URL.secret",
  ],
  [
    "more scopes of a client",
    { clients: { export: { scopes: ["orders/read", "orders/write"] } } },
    "clients.export.scopes",
  ],
  ["another subject of a client", { clients: { export: { subject: "other" } } }, "clients.export.subject"],
  [
    "a client more",
    { clients: { other: { issuer: "partner", subject: "other", scopes: ["orders/read"] } } },
    "clients.other",
  ],
  ["a client less", { clients: { export: null } }, "clients.export"],
  ["a client that is disabled in one alone", { clients: { export: { disabled: true } } }, "clients.export.disabled"],
  [
    "another address to return to",
    { clients: { web: { callbackUrls: ["https://us.example.com/cb"] } } },
    "clients.web.callbackUrls",
  ],
  ["another audience", { issuers: { partner: { audiences: ["other"] } } }, "issuers.partner.audiences"],
  ["another issuer", { issuers: { partner: { issuer: "https://else.example.com" } } }, "issuers.partner.issuer"],
  [
    "clients that an issuer lists",
    { issuers: { workforce: { clients: ["0oa2example"] } } },
    "issuers.workforce.clients",
  ],
  ["sign-up for anyone", { issuers: { customers: { signUp: "open" } } }, "issuers.customers.signUp"],
  ["networks", { gateway: { allowedNetworks: ["203.0.113.0/24"] } }, "gateway.allowedNetworks"],
  ["a cache time", { gateway: { authorizerCacheSeconds: 30 } }, "gateway.authorizerCacheSeconds"],
  ["origins", { gateway: { cors: { origins: ["https://us.example.com"] } } }, "gateway.cors"],
  ["auditors", { auditors: { googleGroups: ["auditors@example.com"] } }, "auditors"],
  ["tags", { tags: { team: "other" } }, "tags"],
])("a twin with %s is refused at the place of the difference", (_, twin, at) => {
  expect(places(twin)).toContain(`config/prod-us.yaml ${at}`);
});

testAll<[fault: string, at: string, twin: Patch, prod: Patch]>([
  ["no user pool's id", "issuers.customers.pool", { issuers: { customers: { pool: null } } }, {}],
  [
    "the id of a pool in its own region",
    "issuers.customers.pool",
    { issuers: { customers: { pool: "us-east-1_Own000001" } } },
    {},
  ],
  ["no id of an app client", "clients.web.appClientId", { clients: { web: { appClientId: null } } }, {}],
  [
    "one pool for two issuers",
    "issuers.staff.pool",
    { issuers: { staff: { pool: "eu-west-1_First0001" } } },
    { issuers: { staff: { kind: "cognito", signUp: "closed", domainPrefix: "staff" } } },
  ],
  ["one id for two app clients", "clients.web.appClientId", { clients: { web: { appClientId: "1batch" } } }, {}],
  ["its primary's version of a secret", "services.orders.secrets.DATABASE_URL.version", { services: undefined }, {}],
  [
    "its primary's number of another project",
    "google.projectNumber",
    { google: { project: "other-project" } },
    { google: { projectNumber: "100000000003" } },
  ],
  [
    "its primary's records of another account's certificate",
    "gateway.domain.records",
    { aws: { account: "222233334444", deployers: ["arn:aws:iam::222233334444:role/t"] } },
    { gateway: { domain: { name: DOMAIN.name, records: "all" } } },
  ],
  [
    "its primary's alarm on few requests in a secondary",
    "alarms.fewestRequests",
    { gateway: { domain: { failover: "secondary" } } },
    { alarms: { fewestRequests: 100 }, gateway: { domain: { ...DOMAIN, failover: "primary" } } },
  ],
  ["its state in its primary's region", "state.region", { state: { region: "eu-west-1" } }, {}],
  [
    "an existing service in its primary's region",
    "services.catalog.existing.region",
    {},
    { services: { catalog: { image: null, existing: { name: "catalog", region: "europe-west1" } } } },
  ],
  ["its primary's region in AWS", "aws.region", { aws: { region: "eu-west-1" } }, {}],
  ["its primary's region in Google", "google.region", { google: { region: "europe-west1" } }, {}],
  ["one zone, and no failover", "gateway.domain.failover", {}, { gateway: { domain: DOMAIN } }],
  [
    "one zone, and two primaries",
    "gateway.domain.failover",
    {},
    { gateway: { domain: { ...DOMAIN, failover: "primary" } } },
  ],
  [
    "one zone, and another account",
    "aws.account",
    {
      aws: { account: "222233334444", deployers: ["arn:aws:iam::222233334444:role/t"] },
      gateway: { domain: { failover: "secondary" } },
    },
    { gateway: { domain: { ...DOMAIN, failover: "primary" } } },
  ],
  [
    "failover without a zone",
    "gateway.domain.failover",
    { gateway: { domain: { failover: "secondary" } } },
    { gateway: { domain: { name: DOMAIN.name, failover: "primary" } } },
  ],
  [
    "signed requests",
    "issuers.roles.kind",
    {},
    { issuers: { roles: { kind: "aws-iam", accounts: ["111122223333"] } } },
  ],
])("a twin with %s is refused", (_, at, twin, prod) => {
  expect(places(twin, prod).map((place) => place.split(" ")[1])).toContain(at);
});

test("a secondary may inherit that there is no alarm on few requests, and have its own", () => {
  const secondary = { gateway: { domain: { failover: "secondary" } } };
  const prod = (fewestRequests: number | false) => ({
    alarms: { fewestRequests },
    gateway: { domain: { ...DOMAIN, failover: "primary" } },
  });
  expect(places(secondary, prod(false))).toEqual([]);
  for (const fewestRequests of [false, 1]) {
    expect(places({ ...secondary, alarms: { fewestRequests } }, prod(100))).toEqual([]);
  }
});

testAll<[fault: string, files: Readonly<Record<string, string>>, place: string]>([
  ["of an environment that is not there", { "prod-us.yaml": "twinOf: prdo\n" }, "config/prod-us.yaml twinOf"],
  ["of itself", { "prod-us.yaml": "twinOf: prod-us\n" }, "config/prod-us.yaml twinOf"],
  ["of a twin", { "prod-eu.yaml": "twinOf: prod-us\n" }, "config/prod-eu.yaml twinOf"],
  ["in another form", { "prod-us.yaml": "twinOf: [prod]\n" }, "config/prod-us.yaml twinOf"],
  ["in base.yaml", { "base.yaml": `twinOf: prod\n${BASE}` }, "config/base.yaml twinOf"],
])("a twin %s is one problem", (_, changed, place) => {
  expect(problemsOf({ ...files(), ...changed }).map(({ file, path }) => `${file} ${path}`)).toEqual([place]);
});

test("two twins of one environment are refused, both", () => {
  const second = { ...TWIN, aws: { region: "eu-north-1" }, google: { region: "europe-north1", ownsProject: false } };
  const found = problemsOf({ ...files(), "prod-north.yaml": JSON.stringify(second) }).map(({ file }) => file);
  expect(found).toEqual(["config/prod-north.yaml", "config/prod-us.yaml"]);
});

testAll<[key: string, dev: Patch]>([
  ["issuers.customers.pool", { issuers: { customers: { pool: "eu-west-1_First0001" } } }],
  ["clients.web.appClientId", { clients: { web: { appClientId: "1web" } } }],
  ["gateway.domain.failover", { gateway: { domain: { ...DOMAIN, failover: "primary" } } }],
])("%s is refused in an environment without a twin", (key, dev) => {
  const found = problemsOf({
    "base.yaml": BASE,
    "dev.yaml": JSON.stringify(merged({ google: { ownsProject: true } }, dev)),
  });
  expect(found.map(({ path }) => path)).toEqual([key]);
});

test("a fault of a value from its primary's file names the twin", () => {
  const topic = "arn:aws:sns:eu-west-1:111122223333:on-call";
  const [problem, ...others] = problemsOf(files({}, { alarms: { actions: [topic] } }));
  expect([problem?.file, others]).toEqual(["config/prod.yaml", []]);
  expect(problem?.message).toMatch(/ in prod-us$/);
});
