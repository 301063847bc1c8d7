import { stringify } from "yaml";

/** Routes of a full service. */
const ROUTES_PER_SERVICE = 6;

/** As many environments as the example has. A synthesis checks all of them, whichever it writes. */
const ENVIRONMENTS = { dev: "111122223333", prod: "333344445555", staging: "222233334444" };

/**
 * A config folder, by file name, with this many routes in services of six. Each service is like one of the example's:
 * public and scoped routes, half of them with a variable, a secret and its own scopes. Names are short, because name,
 * environment and service have 25 characters together. Quotas that 300 routes exceed are raised.
 *
 * @param kind of API Gateway: a REST API has a resource for each path, and several for each method
 */
export function growthConfig(routes: number, kind: GatewayKind = "http"): Readonly<Record<string, string>> {
  const services = Array.from({ length: Math.ceil(routes / ROUTES_PER_SERVICE) }, (_, index) => {
    const id = `s${String(index + 1).padStart(2, "0")}`;
    return { id, routes: routesOf(id, Math.min(ROUTES_PER_SERVICE, routes - index * ROUTES_PER_SERVICE)) };
  });
  const overlays = Object.entries(ENVIRONMENTS).map(([name, account]) => [`${name}.yaml`, overlay(name, account)]);
  return Object.fromEntries(
    // Anchors for equal lists would be refused, because config must be readable without resolving references.
    [["base.yaml", base(services, kind)], ...overlays].map(([file, content]) => [
      file,
      stringify(content, { aliasDuplicateObjects: false }),
    ]),
  );
}

export type GatewayKind = "http" | "rest";

interface GrownService {
  readonly id: string;
  readonly routes: Readonly<Record<string, Route>>;
}

type Route = "public" | { readonly scopes: readonly string[]; readonly throttle?: object };

/** The first ones are scoped, so that the smallest service has scopes too. */
function routesOf(id: string, count: number): Readonly<Record<string, Route>> {
  const [read, write] = [[`${id}/read`], [`${id}/write`]];
  const all: [string, Route][] = [
    [`GET /${id}`, { scopes: read }],
    [`POST /${id}`, { scopes: write, throttle: { ratePerSecond: 5, burst: 10 } }],
    [`GET /${id}/{id}`, { scopes: read }],
    [`DELETE /${id}/{id}`, { scopes: write }],
    [`GET /${id}/about`, "public"],
    [`GET /${id}/files/{path+}`, "public"],
  ];
  return Object.fromEntries(all.slice(0, count));
}

function base(services: readonly GrownService[], kind: GatewayKind): object {
  return {
    name: "grow",
    aws: { region: "eu-west-1", ownsAccount: false },
    google: { region: "europe-west1" },
    issuers: { customers: { kind: "cognito", signUp: "closed" } },
    gateway: {
      ...(kind === "rest" && { kind }),
      authorizerCacheSeconds: 60,
      throttle: { ratePerSecond: 50, burst: 100 },
      cors: { origins: ["https://shop.example.com"] },
    },
    services: Object.fromEntries(services.map((service) => [service.id, serviceConfig(service)])),
    clients: {
      web: {
        issuer: "customers",
        grant: "authorization_code",
        callbackUrls: ["https://shop.example.com/cb"],
        logoutUrls: ["https://shop.example.com"],
        // The scope of every service's first route. An app client takes 50 scopes.
        scopes: services.map(({ id }) => `${id}/read`),
      },
      batch: { issuer: "customers", grant: "client_credentials", scopes: services.map(({ id }) => `${id}/read`) },
    },
    tags: { team: "growth" },
    limits: {
      resourceServersPerPool: 60,
      serviceAccountsPerProject: 200,
      ...(kind === "rest" && { resourcesPerApi: 500 }),
    },
  };
}

function serviceConfig({ id, routes }: GrownService): object {
  return {
    image: `europe-docker.pkg.dev/acme/grow/${id}:1.0.0`,
    healthPath: "/healthz",
    scaling: { min: 0, max: 10, concurrency: 80 },
    environment: { LOG_LEVEL: "info" },
    secrets: { DATABASE_URL: { secret: `${id}-database-url`, version: 1 } },
    routes,
  };
}

function overlay(environment: string, account: string): object {
  return {
    aws: { account, deployers: [`arn:aws:iam::${account}:role/terraform`] },
    google: { project: `grow-${environment}`, ownsProject: true },
    state: { bucket: `grow-${environment}-terraform-state`, region: "eu-west-1" },
    protect: false,
    issuers: { customers: { domainPrefix: `grow-${environment}` } },
  };
}
