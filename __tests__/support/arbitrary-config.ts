import { ENVOY_VERSION } from "../../intent/schema/image-reference";
import { arbitraryGateway, type GatewayShape, gatewayOf, isRest } from "./arbitrary-gateway";
import fc from "./properties";

const MOST_SERVICES = 4;

/** A valid config with any combination of optional parts. */
export const arbitraryConfig = fc
  .record({
    name: fc.stringMatching(/^[a-z][a-z0-9]{2,5}$/).filter((name) => !/^(gcp|goog|aws)/.test(name)),
    services: fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9]{1,5}(-[a-z]{1,2})?$/), {
      minLength: 1,
      maxLength: MOST_SERVICES,
    }),
    shapes: fc.array(serviceShape(), { minLength: MOST_SERVICES, maxLength: MOST_SERVICES }),
    protect: fc.boolean(),
    ownsProject: fc.constant(true),
    cacheSeconds: fc.integer({ min: 0, max: 300 }),
    generation: fc.integer({ min: 1, max: 99 }),
    gateway: arbitraryGateway,
    machine: fc.boolean(),
    readers: fc.subarray(["reporting", "jobs/nightly", "agents"]),
    external: fc.boolean(),
    handshake: fc.constantFrom("federated", "shared-issuer"),
    verifies: fc.boolean(),
    retentionDays: fc.constantFrom(1, 30, 3653),
    alarms: fc.constantFrom(undefined, {}, { throttledPercent: 7, gatewayErrorPercent: false }),
    dashboards: fc.boolean(),
    tag: fc.stringMatching(/^[a-z0-9_-]{0,20}$/),
  })
  .filter(({ services }) => services.every((id) => !/-rt$/.test(id) && !["callers", "public"].includes(id)))
  .map(build);

interface Shape {
  readonly paths: readonly string[];
  readonly isPublic: boolean;
  readonly any: boolean;
  readonly throttled: boolean;
  readonly streamed: boolean;
  readonly secret: boolean;
  readonly version: number | "latest" | undefined;
  readonly replicas: "automatic" | readonly string[] | undefined;
  readonly added: boolean;
  readonly rotated: boolean;
  readonly healthPath: boolean;
  readonly slo: Map | undefined;
  readonly text: string;
}

function serviceShape(): fc.Arbitrary<Shape> {
  return fc.record({
    paths: fc.subarray(["", "/{id}", "/{id}/parts", "/export", "/files/{path+}", "/v1.0/a-b_c:d"], { minLength: 1 }),
    isPublic: fc.boolean(),
    any: fc.boolean(),
    throttled: fc.boolean(),
    streamed: fc.boolean(),
    secret: fc.boolean(),
    version: fc.constantFrom(undefined, 1, "latest" as const),
    replicas: fc.constantFrom(undefined, "automatic" as const, ["europe-west4", "europe-west1"]),
    added: fc.boolean(),
    rotated: fc.boolean(),
    healthPath: fc.boolean(),
    slo: fc.constantFrom(undefined, { availability: 99.5 }, { latencyMs: 250 }, { availability: 99.9, latencyMs: 1 }),
    // Characters that Terraform, JSON, YAML or Markdown could misread.
    text: fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).map((text) => `\${${text}} %{x} "|\\ ${text}`),
  });
}

type Map = Record<string, unknown>;

const ENVOY = `europe-docker.pkg.dev/acme/mirror/envoy:distroless-v${ENVOY_VERSION}@sha256:${"0".repeat(64)}`;

function build({ services, shapes: drawn, ...part }: Parts): Map {
  const shared = part.handshake === "shared-issuer";
  // Settings that this handshake does not support would be config errors.
  const fitting = shared ? drawn.map((shape) => ({ ...shape, isPublic: false, throttled: false })) : drawn;
  const counts = isRest(part.gateway, shared);
  const shapes = counts ? fitting : fitting.map((shape) => ({ ...shape, streamed: false }));
  const chosen = services.map((id, index) => ({ id, shape: shapes[index] as Shape, index }));
  const scoped = chosen.filter(({ shape }) => !shape.isPublic).map(({ id }) => `${id}/use`);
  const clients: Map = {};
  if (scoped.length > 0) {
    clients.web = {
      issuer: "people",
      grant: "authorization_code",
      callbackUrls: ["https://a.example.com/cb"],
      logoutUrls: ["https://a.example.com"],
      scopes: scoped,
    };
    const readers = part.readers.map((role) => `arn:aws:iam::111122223333:role/${role}`);
    if (part.machine) {
      clients.job = {
        issuer: "people",
        grant: "client_credentials",
        scopes: scoped,
        ...(readers.length > 0 && { readers }),
        ...(counts && part.gateway.quota && { quota: { requests: 1000, per: "day" } }),
      };
    }
    if (part.external && !shared) clients.agent = { issuer: "partner", subject: "agent|7", scopes: scoped.slice(0, 1) };
  }
  return {
    name: part.name,
    aws: {
      account: "111122223333",
      region: "eu-west-1",
      deployers: ["arn:aws:iam::111122223333:role/terraform"],
      ownsAccount: false,
    },
    google: { project: "shop-project", projectNumber: "123456789012", region: "europe-west1", ownsProject: true },
    state: { bucket: "shop-state", region: "eu-west-1" },
    protect: part.protect,
    federation: { generation: part.generation },
    handshake: part.handshake,
    envoy: { image: ENVOY },
    issuers: {
      people: { kind: "cognito", domainPrefix: "shop-people" },
      ...(!shared && {
        partner: {
          kind: "oidc",
          issuer: "https://partner.example.com",
          audiences: ["shop"],
          jwksUri: "https://partner.example.com/keys",
        },
      }),
    },
    gateway: { authorizerCacheSeconds: part.cacheSeconds, ...gatewayOf(part.gateway, shared) },
    services: Object.fromEntries(
      chosen.map(({ id, shape, index }) => [
        id,
        {
          ...service(id, index, shape),
          verifyCallerToken: part.verifies,
          ...(isRest(part.gateway, shared) && part.gateway.forwards && { forwardAuthorization: true }),
        },
      ]),
    ),
    clients,
    logs: { retentionDays: part.retentionDays },
    ...(part.alarms && { alarms: part.alarms }),
    dashboards: part.dashboards,
    tags: { team: part.tag },
  };
}

function service(id: string, index: number, shape: Shape): Map {
  const route = {
    ...(shape.isPublic ? { access: "public" } : { scopes: [`${id}/use`] }),
    ...(shape.throttled && { throttle: { ratePerSecond: 1, burst: 2 } }),
    ...(shape.streamed && { stream: true, timeoutSeconds: 300 }),
  };
  // The usual form, without further settings.
  const access = shape.isPublic && Object.keys(route).length === 1 ? "public" : route;
  const method = shape.any ? "ANY" : "GET";
  return {
    image: `europe-docker.pkg.dev/acme/shop/${id}:1.0.0`,
    ...(shape.healthPath && { healthPath: "/ready" }),
    ...(shape.slo && { slo: shape.slo }),
    environment: { TEXT: shape.text },
    ...(shape.secret && { secrets: { KEY: secret(index, shape) } }),
    routes: Object.fromEntries(shape.paths.map((path) => [`${method} /s${index}${path}`, access])),
  };
}

function secret(index: number, { version, replicas, added, rotated }: Shape): Map {
  return {
    secret: `key-${index}`,
    ...(version && { version }),
    ...(replicas && { replicas }),
    ...(added && { versionAdders: ["user:ann@example.com", "group:platform@example.com"] }),
    ...(rotated && { rotateEveryDays: 30 }),
  };
}

interface Parts {
  readonly name: string;
  readonly handshake: "federated" | "shared-issuer";
  readonly verifies: boolean;
  readonly services: readonly string[];
  readonly shapes: readonly Shape[];
  readonly protect: boolean;
  readonly cacheSeconds: number;
  readonly generation: number;
  readonly gateway: GatewayShape;
  readonly machine: boolean;
  readonly readers: readonly string[];
  readonly external: boolean;
  readonly retentionDays: number;
  readonly alarms: Map | undefined;
  readonly dashboards: boolean;
  readonly tag: string;
}
