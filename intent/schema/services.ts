import * as z from "zod";
import * as limit from "../model/limits";
import { REST_TIMEOUT_SECONDS, SLO_PERCENT_MAX, SLO_PERCENT_MIN } from "../model/limits";
import { METHODS } from "../model/methods";
import { suggestion } from "../model/nearest";
import {
  CLAIM_OF_TOKEN,
  DOCUMENT_PATH,
  GOOGLE_IDENTITY,
  GOOGLE_REGION,
  ID,
  MCP_PATH,
  PROJECT_ID,
  VARIABLE,
} from "../model/patterns";
import {
  BELOW,
  count,
  either,
  entries,
  explain,
  flag,
  id,
  integer,
  keys,
  list,
  scope,
  THIS_SERVICE,
  text,
  word,
} from "./fields";
import { throttle } from "./gateway";
import { CLOSED } from "./openapi/left-out";
import { secret } from "./secrets";

const REMEDY = `write a number from ${SLO_PERCENT_MIN} to ${SLO_PERCENT_MAX}`;
const MIN = "the design's limit: below it no budget burns 14.4 times too fast";
const MAX = "Cloud Monitoring's limit";

function percent(description: string) {
  return z
    .number({ error: explain(`a number from ${SLO_PERCENT_MIN} to ${SLO_PERCENT_MAX}`, REMEDY) })
    .min(SLO_PERCENT_MIN, { error: explain(`at least ${SLO_PERCENT_MIN} (${MIN})`, REMEDY) })
    .max(SLO_PERCENT_MAX, { error: explain(`at most ${SLO_PERCENT_MAX} (${MAX})`, REMEDY) })
    .meta({ description, examples: [99.9], limit: `${SLO_PERCENT_MIN}-${SLO_PERCENT_MAX} (${MAX})` });
}

/** A rule checks that at least one objective is set, because an overlay may remove one. */
const slo = keys(
  {
    availability: percent("Percent of requests that callers get without a 5xx.").optional(),
    latencyMs: integer(1, REST_TIMEOUT_SECONDS * 1000, {
      description: "A request is fast if the caller gets its response within this time, in milliseconds.",
      example: 300,
      limit: "API Gateway waits no longer",
    }).optional(),
    latencyPercent: percent("Percent of requests that are fast.").default(99),
  },
  "Service level objectives over 28 days. They make burn-rate alarms in CloudWatch and objectives in Cloud Monitoring. Set availability, latencyMs, or both. docs/how-to/alarms.md explains them.",
);

/** `2Gi` for `2GB`, `2G`, `2 GiB`; `1536Mi` for `1.5Gi`. */
function memoryMeant(written: string): string | undefined {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([MG])i?B?$/i.exec(written) ?? [];
  const number = Number(amount);
  if (!(number > 0)) return undefined;
  if (Number.isInteger(number)) return `${number}${unit.toUpperCase()}i`;
  return unit.toUpperCase() === "G" && Number.isInteger(number * 1024) ? `${number * 1024}Mi` : undefined;
}

const resources = keys(
  {
    cpu: z
      .number({ error: explain("a number of cores", "write it as in 1 or 0.5") })
      .min(limit.CLOUD_RUN_CPU_MIN, {
        error: explain(`at least ${limit.CLOUD_RUN_CPU_MIN} (Cloud Run's smallest share of a core)`, "raise it"),
      })
      .meta({ description: "vCPUs: 0.08 to below 1 (then with concurrency 1), 1, 2, 4, 6 or 8.", examples: [1, 0.5] })
      .default(1),
    memory: text(/^[1-9]\d*(Mi|Gi)$/, {
      description: "Memory with its unit, as Cloud Run allows it for that many vCPUs.",
      expected: "a whole number with Mi or Gi",
      meant: memoryMeant,
      example: "512Mi",
    }).default("512Mi"),
  },
  "Resources of each instance.",
);

const scaling = keys(
  {
    min: count(0, { description: "Instances that always run, at most scaling.max." }).default(0),
    max: count(1, {
      description: "Maximum number of instances, at most limits.cloudRunMaxInstances. It limits load and cost.",
    }).default(10),
    concurrency: integer(1, limit.CLOUD_RUN_CONCURRENCY_MAX, {
      description: "Concurrent requests of one instance.",
      limit: "Cloud Run's limit per instance",
    }).default(80),
  },
  "Number of instances.",
);

const rollout = keys(
  {
    percent: integer(0, 100, {
      description: "Share of calls that go to image, in percent. The others go to from. 100 promotes, 0 aborts.",
      limit: "percent",
      example: 10,
    }),
    from: text(/^\S+$/, {
      description:
        "The previous image. Required below 100 percent. It must already run with rollout: { percent: 100 }.",
      expected: "an image reference",
      example: "europe-docker.pkg.dev/acme/shop/orders:1.3.2",
    }).optional(),
  },
  "Names the service's revisions by their content, and divides its calls between two of them.",
);

const releaser = text(GOOGLE_IDENTITY, {
  description: "One identity of the pipeline.",
  expected: "one exact Google identity: serviceAccount:<e-mail>, or principal://…/subject/<subject>",
  example: "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com",
});

const deployedBy = either(
  [
    z.literal("pipeline"),
    keys(
      {
        pipeline: either(
          [
            releaser,
            list(releaser, {
              description: "Several identities.",
              expected: "a list of Google identities",
              example: ["serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com"],
            }),
          ],
          {
            description:
              "Identities that may release an image of this service and nothing else. The ledger lists them.",
            expected: "one exact Google identity, or a list of them",
            remedy: "write it as in serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com",
            examples: ["serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com"],
          },
        ),
        traffic: word(["terraform", "pipeline"], {
          description:
            "Who divides the calls between revisions. terraform: the newest revision gets all of them. pipeline: a plan ignores traffic.",
          expected: "terraform or pipeline",
        }).default("terraform"),
      },
      "The pipeline's identities, and who sets the traffic.",
    ),
  ],
  {
    description:
      "pipeline: the service's own pipeline releases its image; image is that of the first deploy. With a map, its identities get the permissions. docs/how-to/releases.md#let-the-services-own-pipeline-release explains it.",
    expected: "pipeline, or a map with pipeline",
    remedy: "write deployedBy: pipeline, or the pipeline's identity below it",
    examples: ["pipeline", { pipeline: "serviceAccount:orders-release@acme-ci.iam.gserviceaccount.com" }],
  },
);

const existing = keys(
  {
    name: text(/^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$/, {
      description: "Name of the Cloud Run service.",
      expected: "up to 49 lower-case letters, digits and inner dashes (a Cloud Run service)",
      example: "orders",
    }),
    region: text(GOOGLE_REGION, {
      description: "Its region. Default: google.region.",
      expected: "a Google Cloud region",
      example: "europe-west1",
    }).optional(),
    project: text(PROJECT_ID, {
      description: "Its Google Cloud project. Default: google.project.",
      expected: "a project id",
      example: "acme-orders",
    }).optional(),
    audience: text(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,499}$/, {
      description:
        "Audience of the tokens for it: one of its custom audiences, or its run.app URL. Default: https://<name>-<environment>-<id>.<google.project>.internal.",
      expected: "up to 500 letters, digits and . _ : / - (an audience)",
      example: "https://orders.acme.internal",
    }).optional(),
  },
  "A Cloud Run service that exists and is not managed here. Only who may invoke it for the gateway is, and the routes. docs/how-to/existing-service.md explains it.",
);

const variableName = z.string().regex(VARIABLE, {
  error: explain("letters, digits and _, no digit first (an environment variable)", 'rename it, as in "LOG_LEVEL"'),
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: a process's environment cannot hold NUL
const environmentValue = text(/^[^\u0000]*$/, { description: "Its value.", expected: "text", example: "info" });

const SEVERAL = `a list of 2-${limit.SCOPES_PER_ROUTE} scopes (the design's limit)`;

const allOf = keys(
  {
    allOf: list(
      scope,
      {
        description: "The caller needs all of these scopes. Not with handshake: shared-issuer.",
        expected: SEVERAL,
        remedy: `write it as in ["${THIS_SERVICE}/read", "${THIS_SERVICE}/audit"]`,
        example: ["orders/read", "orders/audit"],
      },
      limit.SCOPES_PER_ROUTE,
    ).min(2, { error: explain(SEVERAL, "add the others, or write the one scope without allOf") }),
  },
  "The caller needs all of these scopes.",
);

const oneOf = list(
  z.union([scope, allOf]),
  {
    description: "The caller needs one of these.",
    expected: `a list of 1-${limit.SCOPES_PER_ROUTE} scopes (API Gateway's limit per route)`,
    remedy: `write it as in ["${THIS_SERVICE}/read"]`,
    example: ["orders/read"],
  },
  limit.SCOPES_PER_ROUTE,
);

const scopes = either([oneOf, allOf], {
  description:
    "The caller needs at least one of these. An entry is a scope, or { allOf: [a, b] }, of which the caller needs every scope.",
  expected: `a list of 1-${limit.SCOPES_PER_ROUTE} scopes, or allOf`,
  remedy: `write it as in ["${THIS_SERVICE}/read"]`,
  examples: [["orders/read"], { allOf: ["orders/read", "orders/audit"] }],
});

const claimText = (description: string) =>
  text(CLAIM_OF_TOKEN, { description, expected: "claim. and the name of a claim", example: "claim.tenant_id" });

const where = entries(
  z.string().regex(/^[A-Za-z_]\w*$/, {
    error: explain("the name of a variable of the path", 'write it as in "tenant", without braces'),
  }),
  either(
    [
      claimText("The claim whose text the variable must be."),
      keys(
        { in: claimText("The claim, a list of texts, of which the variable must be one.") },
        "A claim that is a list.",
      ),
    ],
    {
      description: "claim.<name>, or { in: claim.<name> } if the claim is a list.",
      expected: "claim.<name>, or in: claim.<name>",
      remedy: 'write it as in "claim.tenant_id"',
      examples: ["claim.tenant_id", { in: "claim.tenants" }],
    },
  ),
  {
    description:
      "With scopes: variables of the path that must be the text of a claim of the caller's token, which its issuer lists in pathClaims. A caller without the claim is refused. docs/how-to/tenants.md explains it.",
    expected: "a map from variables of the path to claims",
    example: { tenant: "claim.tenant_id" },
  },
);

const routeKeys = keys(
  {
    scopes: scopes.optional(),
    where: where.optional(),
    access: z
      .literal("public", { error: explain("public", "write `access: public`, or scopes instead") })
      .meta({ description: "public: no token is required. Use it instead of scopes." })
      .optional(),
    throttle: throttle.meta({ description: "Throttle of this route." }).optional(),
    stream: flag("REST API only: streams the response, for example server-sent events."),
    timeoutSeconds: integer(1, limit.STREAM_TIMEOUT_SECONDS, {
      description: "With stream: true: maximum duration of the response, in seconds. Default: the service's timeout.",
      limit: "the limit of hashicorp/aws 6.25.0 for streams",
    }).optional(),
    previousName: text(/^[A-Z]+ \/\S*$/, {
      description: "Route key under which the route was deployed. It moves to the new key instead of being replaced.",
      expected: "a route key",
      example: "GET /order/{id}",
    }).optional(),
  },
  "Scopes or `access: public`, and a throttle.",
);

/** `GET /orders: public`, written out. */
export const PUBLIC_ROUTE = routeKeys.parse({ access: "public" });

/** Only editors use this pattern. A rule validates route keys. */
const routeKey = z.string().meta({ pattern: `^(${[...METHODS, "ANY"].join("|")}) /`, examples: ["GET /orders/{id}"] });

const isPublic = z.literal("public").meta({ description: "No token is required." });
const isClosed = z.literal(CLOSED).meta({ description: "Leaves out an operation of the service's OpenAPI document." });

/**
 * A rule checks that exactly one of scopes and public is set. `withDocuments` removes or reports each `closed`, so no
 * complete config has one.
 */
export const route = z
  .union([isPublic, isClosed, routeKeys], {
    error: ({ input }) =>
      explain(
        "public, or a map with scopes",
        typeof input === "string"
          ? `correct it; ${suggestion(input, ["public", CLOSED])}`
          : "write public, or a map with scopes",
      ),
  })
  .meta({
    description: "public, or scopes. The caller needs one of them. closed: no route for an operation of openapi.",
    examples: ["public", { scopes: ["orders/read"] }],
  }) as unknown as z.ZodUnion<[typeof isPublic, typeof routeKeys]>;

const document = text(DOCUMENT_PATH, {
  description: "Path of the document, relative to config/. YAML or JSON.",
  expected: "a relative path of a .yaml, .yml or .json file in config/",
  example: "./openapi/orders.yaml",
});

const withPublic = keys(
  {
    document,
    public: z
      .literal("allowed", { error: explain("allowed", "write allowed, or remove the key") })
      .meta({ description: "allowed: an operation with security: [] is public. Default: it has no route." })
      .optional(),
  },
  "The document, and whether its operations may be public.",
);

const openapi = either([document, withPublic], {
  description:
    "OpenAPI 3.0 or 3.1 document whose operations become routes, with the scopes of their security. Entries of routes override single ones. docs/how-to/openapi.md#take-routes-from-a-document explains it.",
  expected: "a path, or a map with document",
  remedy: 'write it as in "./openapi/orders.yaml"',
  examples: ["./openapi/orders.yaml"],
});

const mcp = keys(
  {
    path: text(MCP_PATH, {
      description: "Path of the server. POST, GET and DELETE become routes, whose answers are streamed.",
      expected: "a path of letters, digits and . _ - between slashes, without variables",
      example: "/mcp",
    }),
    scopes: list(
      scope,
      {
        description: "The caller needs all of these. A client requests them at sign-in.",
        expected: `a list of 1-${limit.SCOPES_PER_ROUTE} scopes (the design's limit)`,
        remedy: `write it as in ["${THIS_SERVICE}/use"]`,
        example: ["orders-tools/use"],
      },
      limit.SCOPES_PER_ROUTE,
    ),
    toolScopes: list(scope, {
      description: "Further scopes that the server itself checks, for single tools. They open no route. Default: none.",
      expected: "a list of scopes",
      example: ["orders-tools/refund"],
    }).optional(),
    audiences: list(
      text(/^[\x21-\x7e]+$/, {
        description: "One audience.",
        expected: "printable ASCII characters without spaces (an audience)",
        example: "0d1a6d3c-8a35-4c5e-9f0b-2a7c1b7f7a11",
      }),
      {
        description:
          "Audiences that stand for the server's URL in tokens of a provider that chooses them itself: with Entra ID, the application id of the server's own app registration. The issuer must list them too. Default: none.",
        expected: "a list of audiences of this server alone",
        example: ["0d1a6d3c-8a35-4c5e-9f0b-2a7c1b7f7a11"],
      },
    ).optional(),
  },
  "REST API only: the service is a server of the Model Context Protocol. Needs gateway.domain. docs/how-to/mcp-server.md explains it.",
);

export const service = keys(
  {
    previousName: text(ID, {
      description:
        "Id under which the service was deployed. Its resource names, audience and scopes stay, so nothing is replaced.",
      expected: "lower-case words joined by dashes (a service's former id)",
      example: "shop-orders",
    }).optional(),
    existing: existing.optional(),
    image: text(/^\S+$/, {
      description: "Container image. Required without existing. Needs a digest with requireDigest.",
      expected: "an image reference",
      example: "europe-docker.pkg.dev/acme/shop/orders:1.4.0",
    }).optional(),
    rollout: rollout.optional(),
    deployedBy: deployedBy.optional(),
    port: integer(1, limit.PORT_MAX, { description: "Port the container listens on.", limit: "TCP" }).default(8080),
    healthPath: text(/^\/\S*$/, {
      description: "Path of the startup and liveness probes. Default: Cloud Run only waits for the port.",
      expected: "a path that starts with /",
      example: "/healthz",
    }).optional(),
    timeoutSeconds: integer(1, limit.INTEGRATION_TIMEOUT_SECONDS, {
      description: "Maximum duration of a request, in seconds.",
      limit: "API Gateway waits no longer",
    }).default(30),
    verifyCallerToken: flag(
      "Envoy verifies the caller's token in each instance, before the app gets the call. With handshake: federated this is in addition to Cloud Run's IAM check. With shared-issuer it is always on.",
    ),
    forwardAuthorization: flag(
      "REST API only: passes the caller's token on to the service, which could replay it. An HTTP API always passes it on.",
    ),
    resources: resources.prefault({}),
    scaling: scaling.prefault({}),
    environment: entries(variableName, environmentValue, {
      description: "Plain environment variables. Do not put secrets here.",
      expected: "a map of variables and their text",
      example: { LOG_LEVEL: "info" },
    }).default({}),
    secrets: entries(variableName, secret, {
      description: "Environment variables from Secret Manager. Only this service reads them.",
      expected: "a map of variables and their secrets",
      example: { DATABASE_URL: { secret: "orders-database-url", version: 3 } },
    }).default({}),
    slo: slo.optional(),
    mcp: mcp.optional(),
    openapi: openapi.optional(),
    routes: entries(routeKey, route, {
      description:
        "Route keys such as `GET /orders/{id}`, and who may call them. ANY means every method except OPTIONS. With openapi or mcp it may be left out.",
      expected: "a map of route keys and their access",
      remedy: `write who may call it, as in GET /${THIS_SERVICE}: { scopes: [${THIS_SERVICE}/read] }`,
      example: { "GET /orders/{id}": { scopes: ["orders/read"] } },
    }),
  },
  "One Cloud Run service.",
);

export const services = entries(id, service, {
  description: "Cloud Run services, by an id that is also the prefix of their scopes.",
  expected: "a map of services by id",
  remedy: BELOW,
  example: {
    orders: {
      image: "europe-docker.pkg.dev/acme/shop/orders:1.4.0",
      routes: { "GET /orders": { scopes: ["orders/read"] } },
    },
  },
});
