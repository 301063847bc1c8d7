import * as z from "zod";
import {
  CLOUD_RUN_CONCURRENCY_MAX,
  CLOUD_RUN_CPU_MIN,
  INTEGRATION_TIMEOUT_SECONDS,
  PORT_MAX,
  SCOPES_PER_ROUTE,
  STREAM_TIMEOUT_SECONDS,
} from "../model/limits";
import { METHODS } from "../model/methods";
import { suggestion } from "../model/nearest";
import { ID, SCOPE, VARIABLE } from "../model/patterns";
import { count, entries, explain, flag, id, integer, keys, list, text } from "./fields";
import { throttle } from "./gateway";
import { secret } from "./secrets";

const resources = keys(
  {
    cpu: z
      .number({ error: explain("a number of cores", "write it as in 1 or 0.5") })
      .min(CLOUD_RUN_CPU_MIN, {
        error: explain(`at least ${CLOUD_RUN_CPU_MIN} (Cloud Run's smallest share of a core)`, "raise it"),
      })
      .meta({ description: "Cores: 0.08 to below 1 (then with concurrency 1), 1, 2, 4, 6 or 8.", examples: [1, 0.5] })
      .default(1),
    memory: text(/^[1-9]\d*(Mi|Gi)$/, {
      description: "Memory with its unit, as Cloud Run allows it for that many cores.",
      expected: "a whole number with Mi or Gi",
      example: "512Mi",
    }).default("512Mi"),
  },
  "What each instance gets.",
);

const scaling = keys(
  {
    min: count(0, { description: "Instances that always run." }).default(0),
    max: count(1, { description: "Instances at most: the bound on load and cost." }).default(10),
    concurrency: integer(1, CLOUD_RUN_CONCURRENCY_MAX, {
      description: "Requests that one instance handles at a time.",
      limit: "Cloud Run's limit per instance",
    }).default(80),
  },
  "How many instances run.",
);

const variableName = z.string().regex(VARIABLE, {
  error: explain("letters, digits and _, no digit first (an environment variable)", 'rename it, as in "LOG_LEVEL"'),
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: a process's environment cannot hold NUL
const environmentValue = text(/^[^\u0000]*$/, { description: "Its value.", expected: "text", example: "info" });

const scopes = list(
  text(SCOPE, { description: "One scope.", expected: "<service>/<verb> (a scope)", example: "orders/read" }),
  {
    description: "Scopes of which the caller needs at least one.",
    expected: `a list of 1-${SCOPES_PER_ROUTE} scopes (API Gateway's limit per route)`,
    example: ["orders/read"],
  },
  SCOPES_PER_ROUTE,
);

const routeKeys = keys(
  {
    scopes: scopes.optional(),
    access: z
      .literal("public", { error: explain("public", "write `access: public`, or scopes instead") })
      .meta({ description: "public: nobody is asked who they are. Instead of scopes." })
      .optional(),
    throttle: throttle.meta({ description: "A throttle of its own." }).optional(),
    stream: flag(
      "With kind: rest, whether the answer is handed on while it is being written: server-sent events.",
    ).optional(),
    timeoutSeconds: integer(1, STREAM_TIMEOUT_SECONDS, {
      description: "With stream: true, longest time of the answer, in seconds. Unset: the service's.",
      limit: "the limit of hashicorp/aws 6.25.0 for streams",
    }).optional(),
    previousName: text(/^[A-Z]+ \/\S*$/, {
      description: "Key that the route had when it was deployed: it moves to its new one instead of being made anew.",
      expected: "a route key",
      example: "GET /orders/{id}",
    }).optional(),
  },
  "Scopes or `access: public`, and a throttle.",
);

/** Only editors use the pattern: what is wrong with a route key is a rule's to say. */
const routeKey = z.string().meta({ pattern: `^(${[...METHODS, "ANY"].join("|")}) /`, examples: ["GET /orders/{id}"] });

/** One of scopes and public, and not both: a rule says so. */
export const route = z
  .union([z.literal("public").meta({ description: "Nobody is asked who they are." }), routeKeys], {
    error: ({ input }) =>
      explain(
        "public, or a map with scopes",
        typeof input === "string"
          ? `correct it; ${suggestion(input, ["public"])}`
          : "write public, or a map with scopes",
      ),
  })
  .meta({
    description: "public, or scopes of which the caller needs one.",
    examples: ["public", { scopes: ["orders/read"] }],
  });

export const service = keys(
  {
    previousName: text(ID, {
      description:
        "Id that the service had when it was deployed. Its names in both clouds, its audience and its scopes stay those of that id, so that nothing is made anew.",
      expected: "lower-case words joined by dashes (a service's former id)",
      example: "orders",
    }).optional(),
    image: text(/^\S+$/, {
      description: "Container image; with a digest where requireDigest says so.",
      expected: "an image reference",
      example: "europe-docker.pkg.dev/acme/shop/orders:1.4.0",
    }),
    port: integer(1, PORT_MAX, { description: "Port the container listens on.", limit: "TCP" }).default(8080),
    healthPath: text(/^\/\S*$/, {
      description: "Path of the start-up and liveness probes. Unset: Cloud Run only waits for the port.",
      expected: "a path that starts with /",
      example: "/healthz",
    }).optional(),
    timeoutSeconds: integer(1, INTEGRATION_TIMEOUT_SECONDS, {
      description: "Longest time for one request, in seconds.",
      limit: "API Gateway waits no longer",
    }).default(30),
    verifyCallerToken: flag(
      "Whether Envoy verifies the caller's token in each instance, before the app sees the call: beside IAM's own check under handshake: federated. Under shared-issuer always.",
    ).default(false),
    forwardAuthorization: flag(
      "With kind: rest, whether the service gets the caller's own token, which it could replay. An HTTP API cannot withhold it.",
    ).optional(),
    resources: resources.prefault({}),
    scaling: scaling.prefault({}),
    environment: entries(variableName, environmentValue, {
      description: "Environment variables in clear: no secrets.",
      expected: "a map of variables and their text",
      example: { LOG_LEVEL: "info" },
    }).default({}),
    secrets: entries(variableName, secret, {
      description: "Environment variables that are secrets, read by this service alone.",
      expected: "a map of variables and their secrets",
      example: { DATABASE_URL: { secret: "orders-database-url", version: 3 } },
    }).default({}),
    routes: entries(routeKey, route, {
      description: "Route keys, as in `GET /orders/{id}`, and who may call them. ANY means every method but OPTIONS.",
      expected: "a map of route keys and their access",
      remedy: "write who may call it, as in GET /orders: { scopes: [orders/read] }",
    }),
  },
  "One Cloud Run service.",
);

export const services = entries(id, service, {
  description: "Cloud Run services, by an id that is also the prefix of their scopes.",
  expected: "a map of services by id",
});
