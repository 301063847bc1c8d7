import { BASE, DEV, type Files, faults, otherIssuers, problemsOf } from "../../support/config-folder";
import { testAll } from "../../support/test-all";

/** `path  got …`, without what was expected. */
const found = (changes: string) => faults(changes).map((fault) => fault.split(", expected")[0]);

/** Text in dev, and all schema problems in it: one fault must not hide another. */
const BY_SCHEMA: readonly (readonly [changes: string, problems: readonly string[]])[] = [
  [
    'clients: { x: { issuer: Partner, subject: "", scopes: [orders/read, 7, é] } }',
    [
      'clients.x.issuer  got "Partner"',
      'clients.x.subject  got ""',
      "clients.x.scopes[1]  got the number 7",
      'clients.x.scopes[2]  got "é"',
    ],
  ],
  [
    "clients: { x: { grant: machine, issuer: 5, scopes: [7], disabled: maybe } }",
    [
      'clients.x.grant  got "machine"',
      "clients.x.issuer  got the number 5",
      "clients.x.scopes[0]  got the number 7",
      'clients.x.disabled  got "maybe"',
    ],
  ],
  [
    "clients: { batch: { grant: null, grnat: client_credentials, readers: [me], scopes: [orders/raed] } }",
    ['clients.batch.grnat  got the unknown key "grnat"', 'clients.batch.readers[0]  got "me"'],
  ],
  [
    'clients: { web: { callbackUrls: [7, "https://b.example.com", "https://b.example.com"] } }',
    ["clients.web.callbackUrls[0]  got the number 7", 'clients.web.callbackUrls[2]  got "https://b.example.com"'],
  ],
  [
    'issuers: { partner: { grants: tokn, issuer: "http://a", audiences: [é] } }',
    [
      'issuers.partner.grants  got "tokn"',
      'issuers.partner.issuer  got "http://a"',
      'issuers.partner.audiences[0]  got "é"',
    ],
  ],
  [
    `services: { catalog: { routes: { GET /x: { scopes: [é, 7, catalog/a, ${[..."bcdefghijk"].map((verb) => `catalog/${verb}`).join()}] } } } }`,
    [
      'services.catalog.routes["GET /x"].scopes  got a list',
      'services.catalog.routes["GET /x"].scopes[0]  got "é"',
      'services.catalog.routes["GET /x"].scopes[1]  got the number 7',
    ],
  ],
  [
    "services: { orders: { secrets: { bad-name: { secret: orders-database-url, version: 0 } } } }",
    ['services.orders.secrets.bad-name  got the name "bad-name"', "services.orders.secrets.bad-name.version  got 0"],
  ],
  [
    "issuers: 5\nservices: { catalog: 5, orders: { scaling: { max: many } } }\nclients: { web: none }",
    ["issuers  got 5", "services.catalog  got 5", 'services.orders.scaling.max  got "many"', 'clients.web  got "none"'],
  ],
];

testAll(BY_SCHEMA)("all schema problems of %s are reported", (changes, problems) => {
  expect(found(changes)).toEqual(problems);
});

/** The same for text that fits the schema. */
const BY_RULES: typeof BY_SCHEMA = [
  [
    'clients: { x: { issuer: awz, subject: x, scopes: [orders/raed, catalog/nope] }, web: { callbackUrls: ["https://u:p@a.example.com"] } }',
    [
      'clients.x.issuer  got the unknown issuer "awz"',
      'clients.x.scopes[0]  got "orders/raed"',
      'clients.x.scopes[1]  got "catalog/nope"',
      'clients.web.callbackUrls[0]  got "[url-password]a.example.com"',
    ],
  ],
  [
    'services: { orders: { environment: { PORT: "1", DATABASE_URL: x }, resources: { cpu: 3 }, scaling: { max: 2000 } } }',
    [
      "services.orders.environment.PORT  got the variable PORT",
      "services.orders.environment.DATABASE_URL  got the variable DATABASE_URL in environment and in secrets",
      "services.orders.resources.cpu  got 3",
      "services.orders.scaling.max  got 2000",
    ],
  ],
  [
    "services: { orders: { routes: { GET /a/: { scopes: [openid] }, GET /b: { throttle: { ratePerSecond: 20000, burst: 1 } } } } }",
    [
      'services.orders.routes["GET /a/"]  got the path /a/',
      'services.orders.routes["GET /a/"].scopes[0]  got "openid"',
      'services.orders.routes["GET /b"]  got neither scopes nor access',
      'services.orders.routes["GET /b"].throttle.ratePerSecond  got 20000',
    ],
  ],
  [
    'tags: { aws-x: a }\nstate: { path: x }\ngateway: { cors: { origins: ["https://A.b", "https://a.b:443"] } }',
    [
      "tags.aws-x  got the tag aws-x",
      "state  got bucket and region and path",
      'gateway.cors.origins[0]  got "https://A.b"',
      'gateway.cors.origins[1]  got "https://a.b:443"',
    ],
  ],
];

testAll(BY_RULES)("all rule findings in %s are reported", (changes, problems) => {
  expect(found(changes)).toEqual(problems);
});

const BOOTSTRAP = `repository: { name: acme/storefront, ownerId: "1234567", id: 7654321 }
identities: { plan: shop-dev-plan, deploy: terraform }
environments:
  dev: { googleProjectNumber: none }
  prd: { googleProjectNumber: "100000000002" }
  test: { googleProjectNumber: "100000000003" }
`;

test("invalid YAML or a missing file does not hide the problems of other files", () => {
  const places = (files: Files) => problemsOf(files).map(({ file, path }) => `${file} ${path}`);
  expect(
    places({ "base.yaml": "name: [x\n", "dev.yaml": `${DEV}protect: maybe\n`, "bootstrap.yaml": BOOTSTRAP }),
  ).toEqual([
    "config/base.yaml ",
    "config/bootstrap.yaml repository.id",
    "config/bootstrap.yaml environments.dev.googleProjectNumber",
    "config/dev.yaml protect",
  ]);
  expect(places({ "base.yaml": BASE, "dev.yaml": `${DEV}protect: maybe\n`, "bootstrap.yaml": "name: [x\n" })).toEqual([
    "config/bootstrap.yaml ",
    "config/dev.yaml protect",
  ]);
});

const shown = (files: Files) =>
  problemsOf(files).map(
    ({ file, line, path, message }) => `${file}:${line} ${path}  ${message.split(", expected")[0]}`,
  );

test("all syntax and schema problems of every file are reported together", () => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}protect: maybe\n`,
    "prod.yaml": "name: [x\n",
    "test.yaml": otherIssuers("shop-test"),
    "allowances.yaml":
      "dve: [{ rule: no-wildcard-grant, address: aws_iam_role.x, reason: because it is so, owner: me }]\n",
    "imports.yaml": "dev: { Wrong: x }\n",
    "bootstrap.yaml": BOOTSTRAP,
  };
  expect(shown(files)).toEqual([
    'config/allowances.yaml:1 dve  got the environment "dve"',
    "config/bootstrap.yaml:1 repository.id  got the number 7654321",
    'config/bootstrap.yaml:4 environments.dev.googleProjectNumber  got "none"',
    'config/dev.yaml:2 protect  got "maybe"',
    'config/imports.yaml:1 dev.Wrong  got the name "Wrong"',
    "config/prod.yaml:1   got a [ that is not closed",
  ]);
});

test("all rule findings of every environment and the bootstrap are reported together", () => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}state: { path: state/dev.tfstate, bucket: null, region: null }\nrecoveryDays: 3\n`,
    "test.yaml": otherIssuers("shop-test"),
    "bootstrap.yaml": BOOTSTRAP.replace(" 7654321", ' "7654321"').replace(" none", ' "100000000001"'),
  };
  expect(shown(files)).toEqual([
    "config/bootstrap.yaml:2 identities.plan  got shop-dev-plan",
    "config/bootstrap.yaml:4 environments.dev  got an environment that keeps its state in state/dev.tfstate",
    "config/bootstrap.yaml:4 environments.dev  got aws.deployers without arn:aws:iam::111122223333:role/shop-dev-plan",
    'config/bootstrap.yaml:5 environments.prd  got the environment "prd"',
    "config/bootstrap.yaml:6 environments.test  got aws.deployers without arn:aws:iam::111122223333:role/shop-dev-plan",
    "config/bootstrap.yaml:6 environments.test  got the AWS account 111122223333, which dev uses too",
    "config/bootstrap.yaml:6 environments.test  got the Google project shop-project, which dev uses too",
    "config/dev.yaml:3 recoveryDays  got 3",
  ]);
});
