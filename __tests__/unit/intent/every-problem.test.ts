import { BASE, DEV, type Files, faults, otherIssuers, problemsOf } from "../../support/config-folder";
import { testAll } from "../../support/test-all";

/** `path  got …`, without what was expected. */
const told = (changes: string) => faults(changes).map((fault) => fault.split(", expected")[0]);

/** What is written in dev, and every problem of it: those of the schema beside those of the rules. */
const PROBES: readonly (readonly [what: string, changes: string, problems: readonly string[]])[] = [
  [
    "a client, with a bad field",
    'clients: { x: { issuer: awz, subject: "", scopes: [orders/raed, catalog/nope] } }',
    [
      'clients.x.issuer  got the unknown issuer "awz"',
      'clients.x.subject  got ""',
      'clients.x.scopes[0]  got "orders/raed"',
      'clients.x.scopes[1]  got "catalog/nope"',
    ],
  ],
  [
    "a client of which nobody can tell what kind it is",
    "clients: { x: { grant: machine, issuer: awz, scopes: [7, orders/raed], disabled: maybe } }",
    [
      'clients.x.grant  got "machine"',
      'clients.x.issuer  got the unknown issuer "awz"',
      "clients.x.scopes[0]  got the number 7",
      'clients.x.scopes[1]  got "orders/raed"',
      'clients.x.disabled  got "maybe"',
    ],
  ],
  [
    "a client whose kind is told by a misspelt key",
    "clients: { batch: { grant: null, grnat: client_credentials, readers: [me], scopes: [orders/raed] } }",
    ['clients.batch.grnat  got the unknown key "grnat"', 'clients.batch.scopes[0]  got "orders/raed"'],
  ],
  [
    "a client's URLs",
    'clients: { web: { callbackUrls: [7, "https://u:p@a.example.com", "https://b.example.com", "https://b.example.com"] } }',
    [
      "clients.web.callbackUrls[0]  got the number 7",
      'clients.web.callbackUrls[1]  got "https://u:p@a.example.com"',
      'clients.web.callbackUrls[3]  got "https://b.example.com"',
    ],
  ],
  [
    "an issuer of which nobody can tell where its callers' scopes come from",
    'issuers: { partner: { grants: tokn, issuer: "https://127.0.0.1", audiences: [a b] } }',
    [
      'issuers.partner.grants  got "tokn"',
      'issuers.partner.issuer  got "https://127.0.0.1"',
      'issuers.partner.audiences[0]  got "a b"',
    ],
  ],
  [
    "variables",
    "services: { orders: { environment: { PORT: 8080, DATABASE_URL: x, K_SERVICE: x, N: 1 } } }",
    [
      "services.orders.environment.PORT  got the number 8080",
      "services.orders.environment.PORT  got the variable PORT",
      "services.orders.environment.DATABASE_URL  got the variable DATABASE_URL in environment and in secrets",
      "services.orders.environment.K_SERVICE  got the variable K_SERVICE",
      "services.orders.environment.N  got the number 1",
    ],
  ],
  [
    "instances",
    "services: { orders: { scaling: { max: 2000, min: -1 } } }",
    ["services.orders.scaling.max  got 2000", "services.orders.scaling.min  got -1"],
  ],
  [
    "a throttle",
    "gateway: { throttle: { ratePerSecond: 20000, burst: 0 } }",
    ["gateway.throttle.ratePerSecond  got 20000", "gateway.throttle.burst  got 0"],
  ],
  [
    "resources",
    "services: { orders: { resources: { cpu: 3, memory: x } } }",
    ["services.orders.resources.cpu  got 3", 'services.orders.resources.memory  got "x"'],
  ],
  [
    "origins",
    'gateway: { cors: { origins: ["*", ftp://a.b, "https://a.b/c", "https://A.b", "https://a.b:443"] } }',
    [
      'gateway.cors.origins[0]  got "*"',
      'gateway.cors.origins[1]  got "ftp://a.b"',
      'gateway.cors.origins[2]  got "https://a.b/c"',
      'gateway.cors.origins[3]  got "https://A.b"',
      'gateway.cors.origins[4]  got "https://a.b:443"',
    ],
  ],
  [
    "a list that is too long, and its items",
    `services: { catalog: { routes: { GET /x: { scopes: [orders/a, 7, catalog/a, ${[..."bcdefghijk"].map((verb) => `catalog/${verb}`).join()}] } } } }`,
    [
      'services.catalog.routes["GET /x"].scopes  got a list',
      'services.catalog.routes["GET /x"].scopes[0]  got "orders/a"',
      'services.catalog.routes["GET /x"].scopes[1]  got the number 7',
    ],
  ],
  [
    "routes, with a bad field",
    "services: { orders: { routes: { GET /a/: { scopes: [catalog/x], stream: maybe }, GET /b: { throttle: 5 } } } }",
    [
      'services.orders.routes["GET /a/"]  got the path /a/',
      'services.orders.routes["GET /a/"].scopes[0]  got "catalog/x"',
      'services.orders.routes["GET /a/"].stream  got "maybe"',
      'services.orders.routes["GET /b"]  got neither scopes nor access',
      'services.orders.routes["GET /b"].throttle  got 5',
    ],
  ],
  [
    "an entry under a bad name",
    "services: { orders: { secrets: { bad-name: { secret: orders-database-url, version: 0 } } } }",
    [
      "services.orders.secrets.DATABASE_URL.secret  got the secret orders-database-url, which services.orders.secrets.bad-name reads too",
      'services.orders.secrets.bad-name  got the name "bad-name"',
      "services.orders.secrets.bad-name.secret  got the secret orders-database-url, which services.orders.secrets.DATABASE_URL reads too",
      "services.orders.secrets.bad-name.version  got 0",
    ],
  ],
  [
    "tags",
    "tags: { aws-x: a, Team: b, team: NOT }",
    ["tags.aws-x  got the tag aws-x", 'tags.Team  got the name "Team"', 'tags.team  got "NOT"'],
  ],
  [
    "a state",
    "state: { bucket: Bad_Bucket, region: null, path: ../x }",
    ["state  got bucket and path", 'state.bucket  got "Bad_Bucket"', 'state.path  got "../x"'],
  ],
  [
    "mutual TLS, and the domain that it needs",
    "gateway: { domain: 5, mutualTls: { truststore: 5 } }",
    ["gateway.domain  got 5", "gateway.mutualTls.truststore  got the number 5"],
  ],
  [
    "whole parts that are no maps",
    "issuers: 5\nservices: { catalog: 5, orders: { scaling: { max: 2000 } } }\nclients: { web: { scopes: [orders/raed] } }",
    [
      "issuers  got 5",
      "services.catalog  got 5",
      "services.orders.scaling.max  got 2000",
      'clients.web.scopes[0]  got "orders/raed"',
    ],
  ],
];

testAll(PROBES)("every problem of %s is told at once", (_what, changes, problems) => {
  expect(told(changes)).toEqual(problems);
});

const BOOTSTRAP = `repository: { name: acme/storefront, ownerId: "1234567", id: 7654321 }
identities: { plan: shop-dev-plan, deploy: terraform }
environments:
  dev: { googleProjectNumber: none }
  prd: { googleProjectNumber: "100000000002" }
  test: { googleProjectNumber: "100000000003" }
`;

test("what is no YAML, or not there, leaves the others' problems", () => {
  const places = (files: Files) => problemsOf(files).map(({ file, path }) => `${file} ${path}`);
  expect(places({ "base.yaml": "name: [x\n", "dev.yaml": DEV, "bootstrap.yaml": BOOTSTRAP })).toEqual([
    "config/base.yaml ",
    "config/bootstrap.yaml repository.id",
    "config/bootstrap.yaml environments.dev.googleProjectNumber",
    "config/bootstrap.yaml environments.prd",
    "config/bootstrap.yaml environments.test",
  ]);
  expect(places({ "base.yaml": BASE, "dev.yaml": `${DEV}protect: maybe\n`, "bootstrap.yaml": "name: [x\n" })).toEqual([
    "config/bootstrap.yaml ",
    "config/dev.yaml protect",
  ]);
});

test("every problem of every file is told at once, whatever is wrong with the others", () => {
  const files = {
    "base.yaml": BASE,
    "dev.yaml": `${DEV}state: { path: state/dev.tfstate, bucket: null, region: null }\nprotect: maybe\n`,
    "prod.yaml": "name: [x\n",
    "test.yaml": otherIssuers("shop-test"),
    "allowances.yaml":
      "dve: [{ rule: no-wildcard-grant, address: aws_iam_role.x, reason: because it is so, owner: me }]\n",
    "imports.yaml": "dev: { Wrong: x }\n",
    "bootstrap.yaml": BOOTSTRAP,
  };
  const found = problemsOf(files).map(({ file, line, path, message }) => {
    return `${file}:${line} ${path}  ${message.split(", expected")[0]}`;
  });
  expect(found).toEqual([
    'config/allowances.yaml:1 dve  got the environment "dve"',
    "config/bootstrap.yaml:1 repository.id  got the number 7654321",
    "config/bootstrap.yaml:2 identities.plan  got shop-dev-plan",
    "config/bootstrap.yaml:4 environments.dev  got an environment that keeps its state in state/dev.tfstate",
    "config/bootstrap.yaml:4 environments.dev  got aws.deployers without arn:aws:iam::111122223333:role/shop-dev-plan",
    'config/bootstrap.yaml:4 environments.dev.googleProjectNumber  got "none"',
    'config/bootstrap.yaml:5 environments.prd  got the environment "prd"',
    "config/bootstrap.yaml:6 environments.test  got aws.deployers without arn:aws:iam::111122223333:role/shop-dev-plan",
    "config/bootstrap.yaml:6 environments.test  got the AWS account 111122223333, which is that of dev too",
    "config/bootstrap.yaml:6 environments.test  got the Google project shop-project, which is that of dev too",
    'config/dev.yaml:3 protect  got "maybe"',
    'config/imports.yaml:1 dev.Wrong  got the name "Wrong"',
    "config/prod.yaml:2   got no valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
  ]);
});
