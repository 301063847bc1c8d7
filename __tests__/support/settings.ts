import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { locateIn } from "../../cli/review/locate";
import type { Lines } from "../../cli/synthesis/sources";
import type { Intent } from "../../intent/model/intent";
import { configSchema } from "../../intent/schema/config";
import { type Json, variantsOf } from "../../intent/schema/json-schema";
import { formatPath, type Path } from "../../intent/source/located";
import { changeOfStacks } from "../../packages/terraform-access-review/judge/from-stacks";
import type { ChangeModel } from "../../packages/terraform-access-review/model/change";
import type { SynthesizedState } from "../../packages/terraform-access-review/model/state";
import { reportOf, type Verdict } from "../../packages/terraform-access-review/render/report";
import { envoyPolicy } from "../../stacks/envoy-policy";
import { authorities } from "./authorities";
import { BASE, intentsOf, otherIssuers, placesWith } from "./config-folder";
import { oncePerWorker } from "./once-per-worker";
import { ROOT } from "./places";
import { stateOf } from "./rest-state";
import { PROJECT_NUMBER } from "./secret-settings";
import { sourcesOf } from "./stack";
import { TOPIC } from "./watched";

type Patch = { readonly [key: string]: unknown };

/** What a review says of a change: the words of its verdict. A person judges what no file can show. */
export type SettingVerdict = "broader" | "narrower" | "neither" | "a person judges";

/** By the verdict of a report. */
export const VERDICT_WORDS: Readonly<Record<Verdict["access"], SettingVerdict>> = {
  broadened: "broader",
  narrowed: "narrower",
  unchanged: "neither",
  unjudged: "a person judges",
};

export type Verdicts = readonly [forth: SettingVerdict, back: SettingVerdict];

/** The right review of a key. */
interface Expected {
  /** When it is set, and when it is removed again. */
  readonly verdicts: Verdicts;
  /** What no file can show, if a person judges. */
  readonly person?: string;
  /** `synthesis`: the key is only checked, so no stack and no policy differs. `review`: they differ in nothing that counts. */
  readonly unseenBy?: "review" | "synthesis";
}

const SAME: Expected = { verdicts: ["neither", "neither"] };
const TIGHTER: Expected = { verdicts: ["narrower", "broader"] };
const LOOSER: Expected = { verdicts: ["broader", "narrower"] };
/** Another principal, route or address takes the place of the former one: what is new is broader, in both directions. */
const OTHER: Expected = { verdicts: ["broader", "broader"] };
/** Synthesis only checks it: a limit raises a vendor's quota that rules compare with. */
const CHECKED: Expected = { ...SAME, unseenBy: "synthesis" };
/** A former address changes nothing where the stack before has no resource with it. */
const UNNAMED: Expected = { ...SAME, unseenBy: "review" };
const aPerson = (person: string): Expected => ({ verdicts: ["a person judges", "a person judges"], person });

interface Case {
  readonly expected: Expected;
  /** The value of the key alone. It differs from the small shop's value, from what the key needs, and from the default. */
  readonly value: unknown;
  /** What the key needs, which is there without it as well. */
  readonly needs?: Patch;
  /** What is valid only together with the key. */
  readonly also?: Patch;
  /** Entries of the maps on the key's path, in order. */
  readonly ids?: readonly string[];
  /** The key whose line the review names. Default: the key itself, or the setting that it is one value of. */
  readonly named?: string;
}

const ROLE = "arn:aws:iam::111122223333:role/batch";
const OTHER_ROLE = "arn:aws:iam::111122223333:role/other";
const OTHER_ACCOUNT = { account: "222233334444", deployers: ["arn:aws:iam::222233334444:role/terraform"] };
const QUOTA = { requests: 1000, per: "day" };
const THROTTLE = { ratePerSecond: 3, burst: 6 };
const DOMAIN = { name: "api.shop.example.com", zoneId: "Z0123456789EXAMPLE" };
/** The shop as the twin of `main`, which `shopWith` adds. */
const TWIN = {
  twinOf: "main",
  aws: { region: "eu-west-1" },
  google: { region: "europe-west1" },
  state: { region: "eu-west-1" },
  issuers: { customers: { pool: "eu-central-1_First0001" } },
  clients: { web: { appClientId: "1web" }, batch: { appClientId: "1batch" } },
};
const ONE_OF_TWO = merged(TWIN, { gateway: { domain: { ...DOMAIN, failover: "latency" } } });
const IMAGE = "europe-docker.pkg.dev/acme/shop/orders";
const envoyImage = (digit: string) =>
  `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:${digit.repeat(64)}`;

const OWNER = { aws: { ownsAccount: true } };
const rest = (gateway: Patch = {}) => ({ ...OWNER, gateway: { kind: "rest", ...gateway } });
const orders = (service: Patch) => ({ services: { orders: service } });
/** A client of its own, so that cases fit into one environment. */
const client = (id: string, config: Patch) => ({
  clients: { [id]: { issuer: "customers", scopes: ["orders/read"], ...config } },
});
const machine = (id: string, config: Patch = {}) => client(id, { grant: "client_credentials", ...config });
const WRITES = { scopes: ["orders/write"], allowWritesReason: "closes orders" };
const external = (id: string) => client(id, { issuer: "partner", subject: id });
const ROUTE = orders({ routes: { "GET /orders/{id}": { scopes: ["orders/read"] } } });
const RELEASER = "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com";
/** The orders service without what an existing one has from its owner. */
const NOT_OURS = orders({ image: null, environment: null, secrets: null });
const ELSEWHERE = merged(NOT_OURS, orders({ existing: { name: "orders-v1" } }));
const TENANT = { issuers: { workforce: { pathClaims: ["tenant_id"] } } };
const SIGNERS = { issuers: { roles: { kind: "aws-iam", accounts: ["111122223333"] } } };
/** One issuer, no public route, no throttle: valid with either handshake. */
const ONE_ISSUER = {
  envoy: { image: envoyImage("a") },
  issuers: { partner: null, workforce: null },
  clients: { export: null },
  services: { catalog: null },
  gateway: { throttle: null },
};
const SHARED = { ...ONE_ISSUER, handshake: "shared-issuer" };
/** Keys of every issuer, which Envoy needs. */
const KEYED = {
  envoy: { image: envoyImage("a") },
  issuers: {
    partner: { jwksUri: "https://partner.example.com/keys" },
    workforce: { jwksUri: "https://workforce.example.com/v1/keys" },
  },
};
const SERVER = {
  ...rest({ domain: DOMAIN }),
  services: { tools: { image: `${IMAGE}:1.0.0`, mcp: { path: "/mcp", scopes: ["tools/use"] } } },
  clients: {
    desk: {
      issuer: "customers",
      grant: "authorization_code",
      callbackUrls: ["http://localhost:33418/callback"],
      logoutUrls: ["http://localhost:33418"],
      scopes: ["tools/use"],
    },
  },
};
/** Tokens of the workforce name the server by its URL, and by a name of its own. */
const SERVER_OF_PROVIDER = merged(SERVER, {
  issuers: { workforce: { audiences: ["shop", "https://api.shop.example.com/mcp", "assistant", "desk"] } },
  clients: { aide: { issuer: "workforce", clientId: "0oaAide", scopes: ["tools/use"] } },
});
const DOCUMENT = `openapi: 3.0.3
info: { title: items, version: "1" }
paths:
  /items: { get: { security: [{ token: [orders/read] }], responses: { "200": { description: ok } } } }
components:
  securitySchemes:
    token: { type: oauth2, flows: { clientCredentials: { tokenUrl: https://x.example.com/t, scopes: { orders/read: r } } } }
`;
const OPEN_DOCUMENT = DOCUMENT.replace("security: [{ token: [orders/read] }]", "security: []");

const is = (expected: Expected, value: unknown, needs: Patch = {}, ...ids: readonly string[]): Case => ({
  expected,
  value,
  needs,
  ids,
});
/** A service whose Envoy verifies tokens, with what that needs. */
export const WITH_ENVOY = merged(KEYED, orders({ verifyCallerToken: true }));

/** With keys that are valid only together with it. */
const and = (one: Case, also: Patch): Case => ({ ...one, also });

/** If the review names another line than that of the key. */
const at = (named: string, one: Case): Case => ({ ...one, named });
const GET_ORDER = 'services.orders.routes["GET /orders/{id}"]';
const GET_ITEMS = 'services.orders.routes["GET /items"]';

/** A case for each key of the config, with the right review of it. */
const CASES: Readonly<Record<string, Case>> = {
  // Another user pool signs the tokens.
  twinOf: at("issuers.customers.pool", and(is(OTHER, "main"), TWIN)),
  name: is(SAME, "bazaar", { issuers: { customers: { domainPrefix: "bazaar" } } }),
  "aws.account": and(
    is(aPerson("who owns the other account, and so becomes the administrator of every role"), "222233334444"),
    { aws: OTHER_ACCOUNT },
  ),
  "aws.region": is(SAME, "eu-central-1", { state: { region: "eu-west-1" } }),
  "aws.deployers": is(OTHER, [OTHER_ROLE]),
  "aws.ownsAccount": is(LOOSER, true, { gateway: { kind: "rest" } }),
  "google.project": is(
    aPerson("who owns the other project, and so becomes the administrator of every service"),
    "other-project",
  ),
  "google.region": is(SAME, "europe-west4"),
  "google.projectNumber": is(OTHER, "999999999999", {
    google: { projectNumber: PROJECT_NUMBER },
    ...orders({ secrets: { DATABASE_URL: { rotateEveryDays: 30 } } }),
  }),
  "google.ownsProject": is(LOOSER, false),
  "state.bucket": at(
    "state",
    is(aPerson("who can read the other bucket, and so every value of the state"), "other-state"),
  ),
  "state.region": at("state", is(SAME, "us-east-1")),
  "state.path": at(
    "state",
    and(is(aPerson("who can read the file, and so every value of the state"), "state/dev.tfstate"), {
      state: { bucket: null, region: null },
    }),
  ),
  handshake: is(
    aPerson("API Gateway or Envoy decides in place of the functions, by rules in another form"),
    "shared-issuer",
    ONE_ISSUER,
  ),
  // Another program verifies the tokens: no file shows that it is Envoy.
  "envoy.image": is(OTHER, envoyImage("b"), SHARED),
  "issuers.<id>.kind": at("issuers.roles", and(is(LOOSER, "aws-iam", {}, "roles"), SIGNERS)),
  "issuers.<id>.signUp": is(LOOSER, "open", {}, "customers"),
  "issuers.<id>.domainPrefix": is(SAME, "shop-other", {}, "customers"),
  "issuers.<id>.pool": is(OTHER, "eu-central-1_Second002", TWIN, "customers"),
  "issuers.<id>.issuer": is(OTHER, "https://other.example.com", {}, "partner"),
  "issuers.<id>.audiences": is(OTHER, ["other"], {}, "partner"),
  "issuers.<id>.jwksUri": is(
    aPerson("whose keys are at the other address: any key there signs accepted tokens"),
    "https://partner.example.com/other",
    WITH_ENVOY,
    "partner",
  ),
  "issuers.<id>.grants": at(
    "issuers.given.scopes",
    and(
      is(
        LOOSER,
        "token",
        { issuers: { given: { kind: "oidc", issuer: "https://given.example.com", audiences: ["shop"] } } },
        "given",
      ),
      { issuers: { given: { scopes: ["orders/read"], clients: ["x"] } } },
    ),
  ),
  "issuers.<id>.scopes": is(LOOSER, ["orders/read", "orders/write"], {}, "workforce"),
  "issuers.<id>.scopeClaim": is(OTHER, "scp", {}, "workforce"),
  "issuers.<id>.scopeValues.<id>": at(
    "issuers.workforce.scopes",
    is(
      LOOSER,
      ["orders/read"],
      { issuers: { workforce: { scopeValues: { Reader: ["orders/read"] } } } },
      "workforce",
      "Writer",
    ),
  ),
  "issuers.<id>.pathClaims": at(
    GET_ORDER,
    and(
      is(TIGHTER, ["account_id"], ROUTE, "workforce"),
      orders({ routes: { "GET /orders/{id}": { where: { id: "claim.account_id" } } } }),
    ),
  ),
  "issuers.<id>.clientClaim": is(OTHER, "cid", {}, "workforce"),
  "issuers.<id>.clients": is(OTHER, ["0oa2example"], {}, "workforce"),
  "issuers.<id>.accounts": is(CHECKED, ["444455556666"], SIGNERS, "roles"),
  // An address of its own, the tokens that reach services, and the role that writes the logs of a REST API.
  "gateway.kind": at("gateway", is(OTHER, "rest", OWNER)),
  "gateway.authorizerCacheSeconds": is(TIGHTER, 30),
  "gateway.throttle.ratePerSecond": is(TIGHTER, 40),
  "gateway.throttle.burst": is(TIGHTER, 90),
  "gateway.tracing": is(SAME, true, rest()),
  "gateway.defaultPlan.quota.requests": is(TIGHTER, 7, rest({ defaultPlan: { quota: QUOTA } })),
  "gateway.defaultPlan.quota.per": is(TIGHTER, "week", rest({ defaultPlan: { quota: QUOTA } })),
  "gateway.defaultPlan.throttle.ratePerSecond": is(TIGHTER, 2, rest({ defaultPlan: { throttle: THROTTLE } })),
  "gateway.defaultPlan.throttle.burst": is(TIGHTER, 5, rest({ defaultPlan: { throttle: THROTTLE } })),
  "gateway.cors.origins": is(LOOSER, ["https://shop.example.com"]),
  "gateway.cors.headers": is(TIGHTER, ["authorization"], {
    gateway: { cors: { origins: ["https://shop.example.com"] } },
  }),
  "gateway.cors.servicesAnswer": is(CHECKED, true, { gateway: { cors: { origins: ["https://shop.example.com"] } } }),
  "gateway.cors.maxAgeSeconds": is(TIGHTER, 60, { gateway: { cors: { origins: ["https://shop.example.com"] } } }),
  "gateway.authorizer.memoryMb": is(SAME, 1024),
  "gateway.authorizer.reservedConcurrency.callers": is(SAME, 10),
  "gateway.authorizer.reservedConcurrency.public": is(SAME, 10),
  "gateway.authorizer.provisionedConcurrency": is(SAME, 1),
  "gateway.domain.name": is(SAME, "api.shop.example.com"),
  // With the domain, the default endpoint is closed.
  "gateway.domain.zoneId": at(
    "gateway.domain",
    is(TIGHTER, DOMAIN.zoneId, { gateway: { domain: { name: DOMAIN.name } } }),
  ),
  "gateway.domain.records": is(SAME, "validation", { gateway: { domain: { name: DOMAIN.name } } }),
  "gateway.domain.failover": is(SAME, "secondary", ONE_OF_TWO),
  "gateway.mutualTls.truststore": is(TIGHTER, authorities("root", "level-1"), { gateway: { domain: DOMAIN } }),
  "gateway.allowedNetworks": is(TIGHTER, ["203.0.113.0/24"]),
  "gateway.waf.common.mode": is(TIGHTER, "block", rest({ waf: {} })),
  "gateway.waf.knownBadInputs.mode": is(LOOSER, "none", rest({ waf: {} })),
  "gateway.waf.ipReputation.mode": is(TIGHTER, "block", rest({ waf: {} })),
  "gateway.waf.rateLimit.requests": is(TIGHTER, 100, rest({ waf: {} })),
  // As many requests, in a shorter time.
  "gateway.waf.rateLimit.windowSeconds": is(LOOSER, 60, rest({ waf: { rateLimit: { requests: 100 } } })),
  "gateway.waf.rateLimit.mode": is(TIGHTER, "block", rest({ waf: { rateLimit: { requests: 100 } } })),
  "gateway.waf.networks.deny": is(TIGHTER, ["198.51.100.0/24"], rest({ waf: {} })),
  "gateway.waf.networks.trust": is(LOOSER, ["203.0.113.0/24"], rest({ waf: {} })),
  "gateway.waf.networks.mode": at(
    "gateway.waf.networks.deny",
    is(TIGHTER, "block", rest({ waf: { networks: { deny: ["198.51.100.0/24"] } } })),
  ),
  "gateway.waf.countries.only": is(TIGHTER, ["AT"], rest({ waf: {} })),
  "gateway.waf.countries.deny": is(TIGHTER, ["AT"], rest({ waf: {} })),
  "gateway.waf.countries.mode": is(TIGHTER, "block", rest({ waf: { countries: { only: ["AT"] } } })),
  "gateway.waf.body.maxBytes": is(TIGHTER, 8192, rest({ waf: {} })),
  "gateway.waf.body.mode": is(TIGHTER, "block", rest({ waf: { body: { maxBytes: 8192 } } })),
  "gateway.waf.contentTypes.only": is(TIGHTER, ["application/json"], rest({ waf: {} })),
  "gateway.waf.contentTypes.mode": is(
    TIGHTER,
    "block",
    rest({ waf: { contentTypes: { only: ["application/json"] } } }),
  ),
  // As if the service had always had the other name: so have its role and its accounts.
  "services.<id>.previousName": at("services.catalog", is(OTHER, "products", {}, "catalog")),
  "services.<id>.image": is(SAME, `${IMAGE}:1.1.0`, {}, "orders"),
  "services.<id>.rollout.percent": is(SAME, 100, {}, "orders"),
  "services.<id>.rollout.from": is(
    SAME,
    `${IMAGE}:0.8.0`,
    orders({ rollout: { percent: 10, from: `${IMAGE}:0.9.0` } }),
    "orders",
  ),
  "services.<id>.port": is(SAME, 9090, {}, "orders"),
  "services.<id>.healthPath": is(SAME, "/healthz", {}, "orders"),
  "services.<id>.timeoutSeconds": is(SAME, 20, {}, "orders"),
  "services.<id>.verifyCallerToken": is(TIGHTER, true, KEYED, "orders"),
  "services.<id>.forwardAuthorization": is(LOOSER, true, rest(), "orders"),
  "services.<id>.resources.cpu": is(SAME, 2, {}, "orders"),
  "services.<id>.resources.memory": is(SAME, "1Gi", {}, "orders"),
  "services.<id>.scaling.min": is(SAME, 1, {}, "orders"),
  "services.<id>.scaling.max": is(SAME, 3, {}, "orders"),
  "services.<id>.scaling.concurrency": is(SAME, 10, {}, "orders"),
  "services.<id>.environment.<id>": is(SAME, "debug", {}, "orders", "LOG_LEVEL"),
  "services.<id>.secrets.<id>.secret": is(OTHER, "other-url", {}, "orders", "DATABASE_URL"),
  "services.<id>.secrets.<id>.version": is(SAME, 4, {}, "orders", "DATABASE_URL"),
  "services.<id>.secrets.<id>.replicas": is(SAME, "automatic", {}, "orders", "DATABASE_URL"),
  "services.<id>.secrets.<id>.versionAdders": is(LOOSER, ["group:platform@example.com"], {}, "orders", "DATABASE_URL"),
  "services.<id>.secrets.<id>.rotateEveryDays": is(
    TIGHTER,
    30,
    { google: { projectNumber: PROJECT_NUMBER } },
    "orders",
    "DATABASE_URL",
  ),
  "services.<id>.slo.availability": is(SAME, 99.9, {}, "orders"),
  "services.<id>.slo.latencyMs": is(SAME, 800, {}, "orders"),
  // 5 % of calls may be slow in place of 1 %.
  "services.<id>.slo.latencyPercent": is(LOOSER, 95, orders({ slo: { latencyMs: 300 } }), "orders"),
  "services.<id>.mcp.path": is(OTHER, "/other", SERVER, "tools"),
  "services.<id>.mcp.scopes": and(is(OTHER, ["tools/read", "tools/use"], SERVER, "tools"), {
    clients: { desk: { scopes: ["tools/read", "tools/use"] } },
  }),
  "services.<id>.mcp.toolScopes": at("services.tools", is(LOOSER, ["tools/refund"], SERVER, "tools")),
  "services.<id>.mcp.audiences": is(LOOSER, ["assistant"], SERVER_OF_PROVIDER, "tools"),
  "services.<id>.openapi": at(GET_ITEMS, is(LOOSER, "./openapi/items.yaml", {}, "orders")),
  "services.<id>.openapi.document": at(GET_ITEMS, is(LOOSER, "./openapi/items.yaml", {}, "orders")),
  "services.<id>.openapi.public": at(
    GET_ITEMS,
    and(is(LOOSER, "allowed", {}, "orders"), orders({ openapi: { document: "./openapi/open.yaml" } })),
  ),
  "services.<id>.routes.<id>": is(LOOSER, "public", {}, "orders", "GET /orders/count"),
  "services.<id>.routes.<id>.scopes": is(OTHER, ["orders/write"], ROUTE, "orders", "GET /orders/{id}"),
  "services.<id>.routes.<id>.scopes.allOf": at(
    GET_ORDER,
    is(
      OTHER,
      ["orders/read", "orders/write"],
      orders({ routes: { "GET /orders/{id}": { scopes: { allOf: ["orders/read", "orders/audit"] } } } }),
      "orders",
      "GET /orders/{id}",
    ),
  ),
  "services.<id>.existing.name": and(is(OTHER, "orders-v2", {}, "orders"), NOT_OURS),
  "services.<id>.existing.region": is(
    aPerson("whether the service of the same name is the same program"),
    "europe-west4",
    ELSEWHERE,
    "orders",
  ),
  "services.<id>.existing.project": is(
    aPerson("whether the service of the same name is the same program"),
    "acme-orders",
    ELSEWHERE,
    "orders",
  ),
  "services.<id>.existing.audience": is(OTHER, "https://orders.acme.internal", ELSEWHERE, "orders"),
  "services.<id>.deployedBy": is(LOOSER, "pipeline", {}, "orders"),
  "services.<id>.deployedBy.pipeline": is(LOOSER, RELEASER, {}, "orders"),
  "services.<id>.deployedBy.traffic": is(LOOSER, "pipeline", orders({ deployedBy: { pipeline: RELEASER } }), "orders"),
  "services.<id>.routes.<id>.where.<id>": at(
    GET_ORDER,
    and(is(TIGHTER, "claim.tenant_id", ROUTE, "orders", "GET /orders/{id}", "id"), TENANT),
  ),
  "services.<id>.routes.<id>.where.<id>.in": at(
    GET_ORDER,
    and(is(TIGHTER, "claim.tenant_id", ROUTE, "orders", "GET /orders/{id}", "id"), TENANT),
  ),
  "services.<id>.routes.<id>.access": is(LOOSER, "public", {}, "orders", "GET /orders/{id}"),
  "services.<id>.routes.<id>.throttle.ratePerSecond": is(
    TIGHTER,
    2,
    orders({ routes: { "GET /orders": { throttle: THROTTLE } } }),
    "orders",
    "GET /orders",
  ),
  "services.<id>.routes.<id>.throttle.burst": is(
    TIGHTER,
    5,
    orders({ routes: { "GET /orders": { throttle: THROTTLE } } }),
    "orders",
    "GET /orders",
  ),
  "services.<id>.routes.<id>.stream": is(SAME, true, rest(), "orders", "GET /orders"),
  "services.<id>.routes.<id>.timeoutSeconds": is(
    SAME,
    120,
    { ...rest(), ...orders({ routes: { "GET /orders": { stream: true } } }) },
    "orders",
    "GET /orders",
  ),
  "services.<id>.routes.<id>.previousName": is(UNNAMED, "GET /orders/old", {}, "orders", "GET /orders"),
  "clients.<id>.issuer": at(
    "clients.moved",
    is(
      OTHER,
      "partner",
      {
        issuers: { other: { kind: "oidc", issuer: "https://else.example.com", audiences: ["shop"] } },
        ...client("moved", { issuer: "other", subject: "moved" }),
      },
      "moved",
    ),
  ),
  "clients.<id>.scopes": is(OTHER, ["orders/write"], external("raised"), "raised"),
  "clients.<id>.quota.requests": is(TIGHTER, 5, { ...rest(), clients: { batch: { quota: QUOTA } } }, "batch"),
  "clients.<id>.quota.per": is(TIGHTER, "month", { ...rest(), clients: { batch: { quota: QUOTA } } }, "batch"),
  "clients.<id>.throttle.ratePerSecond": is(
    TIGHTER,
    2,
    { ...rest(), clients: { batch: { throttle: THROTTLE } } },
    "batch",
  ),
  "clients.<id>.throttle.burst": is(TIGHTER, 5, { ...rest(), clients: { batch: { throttle: THROTTLE } } }, "batch"),
  "clients.<id>.kind": is(TIGHTER, "agent", machine("robot"), "robot"),
  // The case grants another scope as well.
  "clients.<id>.allowWrites": at(
    "clients.writer.scopes",
    and(is(OTHER, true, machine("writer", { kind: "agent" }), "writer"), machine("writer", WRITES)),
  ),
  "clients.<id>.allowWritesReason": is(
    CHECKED,
    "closes reviews",
    machine("editor", { kind: "agent", allowWrites: true, ...WRITES }),
    "editor",
  ),
  "clients.<id>.disabled": is(TIGHTER, true, external("paused"), "paused"),
  "clients.<id>.grant": at("clients.own", and(is(LOOSER, "client_credentials", {}, "own"), machine("own"))),
  "clients.<id>.callbackUrls": is(OTHER, ["https://other.example.com/cb"], {}, "web"),
  "clients.<id>.logoutUrls": is(OTHER, ["https://other.example.com"], {}, "web"),
  // As if the client had always had the other name, which services read.
  "clients.<id>.previousName": at("clients.renamed", is(OTHER, "former", machine("renamed"), "renamed")),
  "clients.<id>.readers": is(
    LOOSER,
    ["arn:aws:iam::222233334444:role/batch"],
    { aws: OTHER_ACCOUNT, ...machine("read") },
    "read",
  ),
  "clients.<id>.rotateEveryDays": is(TIGHTER, 30, machine("rotated"), "rotated"),
  "clients.<id>.appClientId": is(OTHER, "2web", TWIN, "web"),
  "clients.<id>.subject": at("clients.named", is(OTHER, "other", external("named"), "named")),
  "clients.<id>.clientId": is(
    OTHER,
    "0oa3example",
    client("paired", { issuer: "workforce", clientId: "0oa4example" }),
    "paired",
  ),
  "clients.<id>.scopeClaim": is(
    OTHER,
    "roles",
    client("program", { issuer: "workforce", clientId: "0oa5example" }),
    "program",
  ),
  "clients.<id>.uniqueId": is(
    TIGHTER,
    "AROAEXAMPLEEXAMPLE123",
    { ...SIGNERS, ...client("pinned", { issuer: "roles", subject: ROLE }) },
    "pinned",
  ),
  "clients.<id>.claims.<id>": is(
    OTHER,
    "b",
    client("claimed", { issuer: "partner", claims: { tier: "a" } }),
    "claimed",
    "tier",
  ),
  "logs.retentionDays": is(LOOSER, 7),
  "alarms.actions": is(SAME, [TOPIC]),
  "alarms.gatewayErrorPercent": is(LOOSER, 2, { alarms: {} }),
  "alarms.serviceErrorPercent": is(SAME, false, { alarms: {} }),
  "alarms.unavailablePercent": is(LOOSER, 2, { alarms: {} }),
  "alarms.overheadP99Ms": is(LOOSER, 2000, { alarms: {} }),
  "alarms.throttledPercent": is(LOOSER, 6, { alarms: {} }),
  "alarms.fewestRequests": is(SAME, 10, { alarms: {} }),
  "alarms.forgedTokens": is(LOOSER, 51, { alarms: {} }),
  "alarms.unknownCallers": is(LOOSER, 51, { alarms: {} }),
  "alarms.keysUnavailable": is(LOOSER, 6, { alarms: {} }),
  "alarms.mintFailures": is(LOOSER, 6, { alarms: {} }),
  "alarms.concurrencyPercent": is(TIGHTER, 70, { alarms: {} }),
  "alarms.lateRotationDays": at(
    "clients.batch.rotateEveryDays",
    is(LOOSER, 3, { alarms: {}, clients: { batch: { rotateEveryDays: 30 } } }),
  ),
  dashboards: is(SAME, true),
  "auditors.awsRoles": is(LOOSER, ["arn:aws:iam::444455556666:role/audit"]),
  "auditors.googleGroups": is(LOOSER, ["auditors@example.com"]),
  "tags.<id>": is(SAME, "shop", {}, "team"),
  requireDigest: is(CHECKED, true, {
    services: {
      orders: { image: `${IMAGE}:1.0.0@sha256:${"a".repeat(64)}` },
      catalog: { image: `${IMAGE}:1.0.0@sha256:${"b".repeat(64)}` },
    },
  }),
  protect: is(LOOSER, false),
  recoveryDays: is(LOOSER, 7),
  "federation.generation": is(SAME, 2),
  "limits.cloudRunMaxInstances": is(CHECKED, 2000),
  "limits.routesPerApi": is(CHECKED, 400),
  "limits.resourcesPerApi": is(CHECKED, 400),
  "limits.usagePlansPerRegion": is(CHECKED, 400),
  "limits.resourceServersPerPool": is(CHECKED, 26),
  "limits.serviceAccountsPerProject": is(CHECKED, 200),
  "limits.requestsPerSecond": is(CHECKED, 20_000),
  "limits.requestBurst": is(CHECKED, 6000),
  // The alarm on concurrency counts from it.
  "limits.lambdaConcurrency": at("alarms", is(TIGHTER, 900, { alarms: {} })),
};

/**
 * The right review of a second value in place of the first, for each key that its case sets where nothing was: setting and
 * removing it shows nothing of its values.
 */
const CHANGES: Readonly<Record<string, readonly [expected: Expected, other: unknown]>> = {
  "issuers.<id>.scopeClaim": [OTHER, "permissions"],
  "issuers.<id>.scopeValues.<id>": [LOOSER, ["orders/read", "orders/write"]],
  "issuers.<id>.clientClaim": [OTHER, "azp"],
  "gateway.cors.origins": [LOOSER, ["https://shop.example.com", "https://admin.example.com"]],
  "gateway.cors.headers": [LOOSER, ["authorization", "x-request"]],
  // The owner of the other zone answers for the name.
  "gateway.domain.zoneId": [OTHER, "Z0123456789OTHER"],
  // The review compares no certificates with each other: another file may name an authority more.
  "gateway.mutualTls.truststore": [OTHER, authorities("root")],
  "gateway.allowedNetworks": [LOOSER, ["203.0.112.0/23"]],
  "gateway.waf.rateLimit.requests": [LOOSER, 200],
  "gateway.waf.networks.deny": [TIGHTER, ["198.51.100.0/24", "192.0.2.0/24"]],
  "gateway.waf.networks.trust": [LOOSER, ["203.0.113.0/24", "192.0.2.0/24"]],
  "gateway.waf.countries.only": [LOOSER, ["AT", "DE"]],
  "gateway.waf.countries.deny": [TIGHTER, ["AT", "DE"]],
  "gateway.waf.body.maxBytes": [LOOSER, 16_384],
  "gateway.waf.contentTypes.only": [LOOSER, ["application/json", "text/plain"]],
  "services.<id>.secrets.<id>.versionAdders": [LOOSER, ["group:all@example.com", "group:platform@example.com"]],
  "services.<id>.secrets.<id>.rotateEveryDays": [LOOSER, 60],
  "services.<id>.mcp.toolScopes": [LOOSER, ["tools/cancel", "tools/refund"]],
  "services.<id>.mcp.audiences": [LOOSER, ["assistant", "desk"]],
  "services.<id>.deployedBy.pipeline": [OTHER, RELEASER.replace("orders", "other")],
  "services.<id>.existing.name": [OTHER, "orders-v3"],
  "services.<id>.existing.audience": [OTHER, "https://other.acme.internal"],
  "clients.<id>.readers": [LOOSER, ["arn:aws:iam::222233334444:role/batch", "arn:aws:iam::222233334444:role/other"]],
  "clients.<id>.rotateEveryDays": [LOOSER, 60],
  "clients.<id>.scopeClaim": [OTHER, "permissions"],
  "clients.<id>.uniqueId": [OTHER, "AROAEXAMPLEEXAMPLE456"],
  "auditors.awsRoles": [LOOSER, ["arn:aws:iam::444455556666:role/audit", "arn:aws:iam::444455556666:role/other"]],
  "auditors.googleGroups": [LOOSER, ["auditors@example.com", "others@example.com"]],
};

/** A key of the config that is set alone. */
export interface Setting {
  /** As in docs/reference/config.md, with `<id>` for the entries of maps: `services.<id>.scaling.max`. */
  readonly key: string;
  /** The small shop's environment with what the key needs. */
  readonly before: Patch;
  /** The same with the key. */
  readonly after: Patch;
  readonly expected: Expected;
  /** Keys of which the review names one, or something below it. */
  readonly named: readonly string[];
  /** File and line of its case. */
  readonly place: string;
}

const FILE = "__tests__/support/settings.ts";
const LINES = linesOf(FILE);
const CHANGES_START = "const CHANGES:";

/** File and line of the first line that starts with a text, or of the first `below` another. */
function placeOf(start: string, { file = FILE, lines = LINES, below = "" } = {}): string {
  const from = lines.findIndex((line) => line.startsWith(below));
  return `${file}:${lines.findIndex((line, index) => index >= from && line.startsWith(start)) + 1}`;
}

function linesOf(file: string): readonly string[] {
  return readFileSync(join(ROOT, file), "utf8").split("\n");
}

const DECIDE = "functions/authorizer/handler/decide.ts";

/** File and line at which the authorizer decides whether a caller may call a route. */
export const DECIDES_PLACE = placeOf("async function permitted", { file: DECIDE, lines: linesOf(DECIDE) });

/** File and line below which the cases are. */
export const CASES_PLACE = placeOf("const CASES:");

/** File and line below which the second values are. */
export const CHANGES_PLACE = placeOf(CHANGES_START);

export const SETTINGS: readonly Setting[] = Object.entries(CASES).map(([key, one]) => {
  const before = merged({ google: { ownsProject: true } }, one.needs ?? {});
  return settingOf(key, one.expected, before, withValue(key, before, one.value));
});

/** The same keys, from their case's value to a second one. */
export const CHANGED: readonly Setting[] = SETTINGS.flatMap(({ key, after }) => {
  const change = CHANGES[key];
  return change ? [settingOf(key, change[0], after, withValue(key, after, change[1]), CHANGES_START)] : [];
});

function settingOf(key: string, expected: Expected, before: Patch, after: Patch, below?: string): Setting {
  const path = pathOf(key);
  // A block within a section or an entry: its values together are one setting, such as a quota.
  const block = path.length > 3 ? [formatPath(path.slice(0, -1))] : [];
  const { named } = caseOf(key);
  const own = named === undefined ? [formatPath(path), ...block] : [named];
  const place = placeOf(`  ${/\W/.test(key) ? JSON.stringify(key) : key}: `, { below });
  return { key, expected, named: own, place, before, after };
}

/** An environment with another value of a key, and what is valid only with it. */
function withValue(key: string, before: Patch, value: unknown): Patch {
  const patch = pathOf(key).reduceRight<unknown>((inner, part) => ({ [part]: inner }), value) as Patch;
  return merged(merged(before, caseOf(key).also ?? {}), patch);
}

function pathOf(key: string): readonly string[] {
  const rest = [...(caseOf(key).ids ?? [])];
  return key.split(".").map((part) => (part === "<id>" ? String(rest.shift()) : part));
}

function caseOf(key: string): Case {
  const found = CASES[key];
  if (found === undefined) throw new Error(`${CASES_PLACE}: no case of ${key}`);
  return found;
}

/**
 * Keys that the case sets where nothing was, to one of many values which decides access, at a line of its own that the review
 * names: each needs a second value.
 */
export function keysWithoutChange(): readonly string[] {
  const base = parse(BASE);
  const open = new Set(openLeavesOf(configSchema));
  return SETTINGS.filter(({ key, before, expected }) => {
    const was = pathOf(key).reduce<unknown>((at, part) => (isMap(at) ? at[part] : undefined), merged(base, before));
    const isNamed = caseOf(key).named === undefined;
    const decides = expected.person === undefined && expected.verdicts.some((verdict) => verdict !== "neither");
    return isNamed && decides && open.has(key) && was === undefined && CHANGES[key] === undefined;
  }).map(({ key }) => key);
}

/** The small shop with an overlay; made once per worker. */
export function shopWith(overlay: Patch): Intent {
  return oncePerWorker(`setting ${JSON.stringify(overlay)}`, () => {
    const intent = intentsOf(filesOf(overlay)).find(({ environment }) => environment === "dev");
    if (intent === undefined) throw new Error("no intent");
    return intent;
  });
}

function filesOf(overlay: Patch) {
  const { google, twinOf } = overlay as {
    readonly google: { readonly ownsProject: boolean };
    readonly twinOf?: string;
  };
  return {
    "base.yaml": BASE,
    "dev.yaml": JSON.stringify(overlay),
    "openapi/items.yaml": DOCUMENT,
    "openapi/open.yaml": OPEN_DOCUMENT,
    // Some environment must own the project.
    ...(twinOf !== undefined && { [`${twinOf}.yaml`]: JSON.stringify(primaryOf(overlay)) }),
    ...(google.ownsProject ? {} : { "owner.yaml": `google: { ownsProject: true }\n${otherIssuers("owner")}` }),
  };
}

/** The config keys that the review of a setting names. */
export function keysNamed(setting: Setting): readonly string[] {
  const { before, after } = setting;
  const places = placesWith(filesOf(after), "dev");
  const named = (path: Path) => ({ path, key: path, place: formatPath(path) });
  const lines: Lines = {
    nearest: (path) => {
      const found = places.nearest(path);
      return found && named(found.key);
    },
    values: (path) => places.values(path).map(({ path: at, text }) => ({ text, ...named(at) })),
  };
  const origins = { sources: sourcesOf(shopWith(after)), former: sourcesOf(shopWith(before)), lines: () => lines };
  const { access } = reportOf(
    reviewsOf(setting)[0],
    locateIn(() => origins),
  );
  return [...new Set(access.map(({ source }) => source?.text ?? "nowhere"))].sort();
}

/** The environment whose twin an overlay makes of the shop. */
function primaryOf({ gateway }: { readonly gateway?: { readonly domain?: Patch } }): Patch {
  const { domain } = gateway ?? {};
  const failover = domain?.failover === "latency" ? "latency" : "primary";
  return {
    aws: { region: "eu-central-1" },
    google: { region: "europe-west4" },
    state: { region: "eu-central-1" },
    services: { orders: { secrets: { DATABASE_URL: { version: null } } } },
    ...(domain && { gateway: { domain: { ...domain, failover } } }),
  };
}

/** Merges overlays, whose nulls stay: they delete values of the base. */
export function merged<T>(one: unknown, other: T): T {
  if (!isMap(one) || !isMap(other)) return other;
  return {
    ...one,
    ...Object.fromEntries(Object.entries(other).map(([key, value]) => [key, merged(one[key], value)])),
  } as T;
}

function isMap(value: unknown): value is Patch {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function leavesOfConfig(): readonly string[] {
  return leavesOf(configSchema);
}

/** Every key of a schema that is not only a map of other keys, with `<id>` for entries that teams name. */
export function leavesOf(schema: z.ZodType): readonly string[] {
  return [...new Set(leavesBelow("", jsonSchemaOf(schema)).map(({ path }) => path))];
}

/** Keys without a default that take a list, a number or a free text. */
function openLeavesOf(schema: z.ZodType): readonly string[] {
  const isOpen = ({ default: usual, type, enum: values, const: only }: Json) =>
    usual === undefined && values === undefined && only === undefined && type !== "boolean" && type !== "object";
  return leavesBelow("", jsonSchemaOf(schema)).flatMap(({ path, schema: leaf }) =>
    leaf.default === undefined && (variantsOf(leaf) ?? [leaf]).some(isOpen) ? [path] : [],
  );
}

function jsonSchemaOf(schema: z.ZodType): Json {
  return z.toJSONSchema(schema, { io: "input" }) as Json;
}

function leavesBelow(path: string, schema: Json): readonly { readonly path: string; readonly schema: Json }[] {
  const variants = variantsOf(schema) ?? [schema];
  const below = variants.flatMap(({ properties = {}, additionalProperties, items }) => [
    ...Object.entries(properties as Record<string, Json>).flatMap(([key, inner]) =>
      leavesBelow(joined(path, key), inner),
    ),
    ...(isMap(additionalProperties) ? leavesBelow(joined(path, "<id>"), additionalProperties) : []),
    // A list's keys count as the list's own.
    ...(isMap(items) ? leavesBelow(path, items) : []),
  ]);
  const isValue = variants.some(
    ({ type, properties, additionalProperties }) => type !== "object" || !(properties || additionalProperties),
  );
  return isValue ? [{ path, schema }, ...below] : below;
}

function joined(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

/** Settings that are valid together, with the overlay of all of them. */
export interface SettingGroup {
  readonly keys: string[];
  overlay: Patch;
}

/** As few groups as come of adding each setting to the first that it fits. None changes the value of another. */
export function groupsOf(settings: readonly Setting[]): readonly SettingGroup[] {
  const groups: SettingGroup[] = [];
  for (const { key, after } of settings) {
    const fitting = groups.find(({ overlay }) => areTogether(overlay, after));
    if (fitting === undefined) groups.push({ keys: [key], overlay: after });
    else {
      fitting.keys.push(key);
      fitting.overlay = merged(fitting.overlay, after);
    }
  }
  return groups;
}

function areTogether(one: Patch, other: Patch): boolean {
  // Environments with Envoy stay apart: a front door with it needs its binary.
  if (hasEnvoy(shopWith(one)) !== hasEnvoy(shopWith(other))) return false;
  const both = merged(one, other);
  if (JSON.stringify(merged(both, one)) !== JSON.stringify(both)) return false;
  try {
    shopWith(both);
    return true;
  } catch {
    return false;
  }
}

export function hasEnvoy({ services }: Intent): boolean {
  return services.some(({ verifiesCallerToken }) => verifiesCallerToken);
}

/** Both sides of a setting, as a review of files reads them: with Envoy's policy, and the program's own functions. */
export function reviewed({ before, after }: Setting): readonly [before: SynthesizedState, after: SynthesizedState] {
  return [reviewedState(shopWith(before)), reviewedState(shopWith(after))];
}

/** The reviews of a setting: when it is set, and when it is removed again; made once per worker. */
export function reviewsOf(setting: Setting): readonly [forth: ChangeModel, back: ChangeModel] {
  return oncePerWorker(`reviews of ${setting.place}`, () => {
    const [before, after] = reviewed(setting);
    return [changeOfStacks("dev", before, after), changeOfStacks("dev", after, before)];
  });
}

function reviewedState(intent: Intent): SynthesizedState {
  return oncePerWorker(`reviewed ${JSON.stringify(intent)}`, () => {
    const { policy, ...state } = stateOf(intent);
    const envoy = envoyPolicy(intent);
    return {
      ...state,
      ...(intent.handshake === "federated" && policy !== undefined && { policy }),
      ...(envoy !== undefined && { envoy: JSON.parse(JSON.stringify(envoy)) }),
      isOwnCode: true,
    };
  });
}
