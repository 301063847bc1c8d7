import { BASE, DEV, dev, intentsOf, otherIssuers } from "../../support/config-folder";

test("an environment is named, tagged and addressed", () => {
  expect(dev("tags: { team: shop }\nfederation: { generation: 2 }")).toMatchObject({
    environment: "dev",
    prefix: "shop-dev",
    aws: { account: "111122223333", region: "eu-west-1", deployers: ["arn:aws:iam::111122223333:role/terraform"] },
    google: { project: "shop-project", region: "europe-west1", ownsProject: true },
    state: { kind: "s3", bucket: "shop-state", region: "eu-west-1", key: "shop/dev.tfstate" },
    federation: { poolId: "shop-dev-2", providerId: "aws-gateway" },
    tags: { application: "shop", environment: "dev", team: "shop" },
  });
});

test("a local state has only a path", () => {
  expect(dev("state: { bucket: null, region: null, path: state/dev.tfstate }").state).toEqual({
    kind: "local",
    path: "state/dev.tfstate",
  });
});

/** Without the flags that are off, so that a new one needs no line here, and one that is on shows up. */
const set = (entity: object | undefined) =>
  Object.fromEntries(Object.entries(entity ?? {}).filter(([, value]) => value !== false));

test("omitted keys have their defaults", () => {
  const intent = dev();
  expect(intent).toMatchObject({ protect: true, recoveryDays: 30, logs: { retentionDays: 30 } });
  expect(set(intent.gateway)).toEqual({
    kind: "http",
    authorizerCacheSeconds: 60,
    throttle: { ratePerSecond: 50, burst: 100 },
    authorizer: { memoryMb: 512 },
    plans: [],
  });
  expect(set(dev("gateway: { cors: { origins: [https://a.example.com] } }").gateway.cors)).toEqual({
    origins: ["https://a.example.com"],
    headers: ["authorization", "content-type"],
    maxAgeSeconds: 600,
  });
  expect(set(intent.services[0])).toEqual({
    id: "catalog",
    key: "catalog",
    name: "shop-dev-catalog",
    runtimeName: "shop-dev-catalog-rt",
    audience: "https://shop-dev-catalog.shop-project.internal",
    image: "europe-docker.pkg.dev/acme/shop/catalog:1.0.0",
    port: 8080,
    timeoutSeconds: 30,
    forwardsAuthorization: true,
    resources: { cpu: "1", memory: "512Mi" },
    scaling: { min: 0, max: 10, concurrency: 80 },
    environment: [],
    secrets: [],
    routes: [
      {
        key: "GET /products",
        method: "GET",
        path: "/products",
        address: "catalog_get_products",
        written: "GET /products",
        hasVariable: false,
        access: { kind: "public" },
        stream: false,
        timeoutSeconds: 30,
      },
    ],
  });
});

test("a service has its health path, if config sets one", () => {
  expect(dev("services: { orders: { healthPath: /health } }").services.map(({ healthPath }) => healthPath)).toEqual([
    undefined,
    "/health",
  ]);
});

test("secrets have their variable, their name in Google and their version", () => {
  const { services } = dev("services: { orders: { secrets: { KEY: { secret: orders-key } } } }");
  expect(services[1]?.secrets).toEqual([
    { variable: "DATABASE_URL", id: "orders-database-url", secretId: "shop-dev-orders-database-url", version: 3 },
    { variable: "KEY", id: "orders-key", secretId: "shop-dev-orders-key" },
  ]);
});

test("routes are public or require scopes, with or without a throttle", () => {
  const changes = `services:
  catalog:
    routes:
      GET /images/{path+}: { access: public, throttle: { ratePerSecond: 2, burst: 3 } }
      PUT /products/{sku}: { scopes: [catalog/write, catalog/admin] }`;
  expect(dev(changes).services[0]?.routes).toMatchObject([
    {
      key: "GET /images/{path+}",
      hasVariable: true,
      access: { kind: "public" },
      throttle: { ratePerSecond: 2, burst: 3 },
    },
    { key: "GET /products", hasVariable: false, access: { kind: "public" } },
    {
      key: "PUT /products/{sku}",
      hasVariable: true,
      access: { kind: "scopes", scopes: ["catalog/admin", "catalog/write"] },
    },
  ]);
});

test("ANY becomes one route per method, each with the throttle", () => {
  const changes =
    "services: { catalog: { routes: { ANY /carts: { access: public, throttle: { ratePerSecond: 1, burst: 1 } } } } }";
  const routes = dev(changes).services[0]?.routes.filter(({ path }) => path === "/carts") ?? [];
  expect(routes.map(({ method }) => method)).toEqual(["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]);
  expect(routes.every(({ throttle }) => throttle?.burst === 1)).toBe(true);
});

test("issuers and clients have only the fields of their kind", () => {
  const { issuers, clients } = dev();
  expect(issuers).toEqual([
    { kind: "cognito", id: "customers", name: "shop-dev-customers", signUp: "closed", domainPrefix: "shop-dev" },
    { kind: "oidc", id: "partner", issuer: "https://partner.example.com", audiences: ["shop"], grants: "subjects" },
    {
      kind: "oidc",
      id: "workforce",
      issuer: "https://workforce.example.com",
      audiences: ["shop"],
      grants: "token",
      scopes: ["orders/read"],
      scopeClaim: "scope",
      clientClaim: "client_id",
      clients: ["0oa1example"],
    },
  ]);
  expect(clients).toEqual([
    {
      id: "batch",
      key: "batch",
      issuer: "customers",
      grant: "client_credentials",
      scopes: ["orders/read"],
      name: "shop-dev-batch",
      secretName: "shop-dev/clients/batch",
      readers: [],
      allowWrites: false,
      disabled: false,
    },
    {
      id: "export",
      issuer: "partner",
      grant: "external",
      scopes: ["orders/read"],
      subject: "export",
      allowWrites: false,
      disabled: false,
    },
    {
      id: "web",
      key: "web",
      issuer: "customers",
      grant: "authorization_code",
      scopes: ["orders/read", "orders/write"],
      name: "shop-dev-web",
      callbackUrls: ["https://shop.example.com/cb"],
      logoutUrls: ["https://shop.example.com"],
      allowWrites: false,
      disabled: false,
    },
  ]);
});

test("the order of keys and lists in the files does not matter", () => {
  const one = `tags: { b: x, a: z }
gateway: { cors: { origins: [https://b.example.com, https://a.example.com] } }
clients: { web: { scopes: [orders/write, orders/read] } }`;
  const other = `clients: { web: { scopes: [orders/read, orders/write] } }
tags: { a: z, b: x }
gateway: { cors: { origins: [https://a.example.com, https://b.example.com] } }`;
  expect(JSON.stringify(dev(one))).toBe(JSON.stringify(dev(other)));
});

test("text that Terraform would interpolate is unchanged", () => {
  const changes = 'services: { orders: { environment: { TEMPLATE: "${x} %{if y}" } } }';
  expect(dev(changes).services[1]?.environment).toContainEqual({ name: "TEMPLATE", value: "${x} %{if y}" });
});

test("intents are deeply frozen and sorted by environment", () => {
  const prod = `google: { project: shop-prod, ownsProject: true }\n${otherIssuers("shop-prod")}`;
  const intents = intentsOf({ "base.yaml": BASE, "prod.yaml": prod, "dev.yaml": DEV });
  expect(intents.map(({ environment }) => environment)).toEqual(["dev", "prod"]);
  expect(Object.isFrozen(intents[0]?.services[1]?.routes[0]?.access)).toBe(true);
});

test("scopes of a route are sorted, and redundant ones are left out", () => {
  const needs = (scopes: string) => {
    const intent = dev(`services: { orders: { routes: { GET /orders: { scopes: ${scopes} } } } }`);
    const route = intent.services.flatMap(({ routes }) => routes).find(({ key }) => key === "GET /orders");
    return route?.access;
  };
  const both = { allOf: ["orders/read", "orders/write"] };
  expect(needs("{ allOf: [orders/write, orders/read] }")).toEqual({ kind: "scopes", scopes: [both] });
  expect(
    needs("[{ allOf: [orders/write, orders/read] }, orders/admin, { allOf: [orders/read, orders/write] }]"),
  ).toEqual({
    kind: "scopes",
    scopes: ["orders/admin", both],
  });
  expect(needs("[{ allOf: [orders/write, orders/read] }, orders/read]")).toEqual({
    kind: "scopes",
    scopes: ["orders/read"],
  });
});
