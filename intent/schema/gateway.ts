import * as z from "zod";
import {
  ACCOUNT_BURST,
  ACCOUNT_REQUESTS_PER_SECOND,
  AUTHORIZER_CACHE_SECONDS_MAX,
  AUTHORIZER_MEMORY_MB_MAX,
  AUTHORIZER_MEMORY_MB_MIN,
  CORS_MAX_AGE_SECONDS,
} from "../model/limits";
import { allowedNetworks, domain, mutualTls } from "./domain";
import { count, explain, flag, integer, keys, list, text, word } from "./fields";
import { waf } from "./waf";

/** Whether a throttle fits into the account's quota is a rule: a team can raise that. */
export const throttle = keys(
  {
    ratePerSecond: z
      .number({ error: explain("a number above 0", "write requests per second, as in 50 or 0.5") })
      .positive({
        error: explain("a number above 0", "write requests per second, as in 50 or 0.5; 0 would refuse every one"),
      })
      .meta({
        description: `Requests per second, at most the account's ${ACCOUNT_REQUESTS_PER_SECOND}.`,
        examples: [50],
      }),
    burst: count(1, {
      description: `Requests at one moment, at most the account's ${ACCOUNT_BURST}.`,
      example: 100,
      remedy: "write how many requests may come at once; 0 would refuse every one",
    }),
  },
  "How much passes before API Gateway answers 429.",
);

/** How much of an API one caller may use up. */
export const quota = keys(
  {
    requests: count(1, { description: "Requests within the period.", example: 10_000 }),
    per: word(["day", "week", "month"], { description: "The period, in UTC.", expected: "day, week or month" }),
  },
  "Requests of one caller, after which API Gateway answers 429. A cost guard, not a boundary: AWS calls it best effort.",
);

const plan = keys(
  { quota: quota.optional(), throttle: throttle.optional() },
  "With kind: rest, quota and throttle of each client that has none of its own. Callers of public routes have none.",
);

const cors = keys(
  {
    origins: list(
      text(/^(https:\/\/[^\s/?#*@]+|http:\/\/localhost(:\d+)?)$/, {
        description: "One origin.",
        expected: "https://host[:port] or http://localhost[:port], exactly (no *, no path)",
        example: "https://shop.example.com",
      }),
      {
        description: "Origins whose pages may call the API.",
        expected: "a list of origins",
        example: ["https://shop.example.com"],
      },
    ),
    headers: list(
      text(/^[a-z0-9!#$%&'^_`|~.+-]+$/, {
        description: "One header.",
        expected: "a header's name in lower case (no *, which does not cover authorization)",
        example: "authorization",
      }),
      {
        description: "Request headers that these pages may send.",
        expected: "a list of header names",
        example: ["authorization", "content-type"],
      },
    ).default(["authorization", "content-type"]),
    maxAgeSeconds: integer(0, CORS_MAX_AGE_SECONDS, {
      description: "How long a browser keeps a preflight's answer, in seconds.",
      limit: "API Gateway's limit",
    }).default(600),
  },
  "Which web pages may call. Without it, none. API Gateway answers the preflights itself.",
);

const concurrency = (who: string) =>
  count(1, {
    description: `Concurrency kept free for the function that decides ${who} routes. New AWS accounts have little to spare.`,
  }).optional();

const authorizer = keys(
  {
    memoryMb: integer(AUTHORIZER_MEMORY_MB_MIN, AUTHORIZER_MEMORY_MB_MAX, {
      description: "Memory of both authorizer functions, in MB; processor time grows with it.",
      limit: `AWS Lambda's limit, and ${AUTHORIZER_MEMORY_MB_MIN} so that signatures are fast`,
    }).default(512),
    reservedConcurrency: keys(
      { callers: concurrency("scoped"), public: concurrency("public") },
      "Unset: drawn from the account's pool.",
    ).optional(),
  },
  "The two Lambda functions that decide.",
);

export const gateway = keys(
  {
    kind: word(["http", "rest"], {
      description: "API Gateway's HTTP API (http), or its REST API (rest), which knows quotas per caller and streams.",
      expected: "http or rest",
    }).default("http"),
    alsoServe: word(["http", "rest"], {
      description:
        "The other kind of API, declared as well while callers move: docs/how-to/switch-api-kind.md walks through a switch.",
      expected: "http or rest",
    }).optional(),
    authorizerCacheSeconds: integer(0, AUTHORIZER_CACHE_SECONDS_MAX, {
      description: "How long an expired, revoked or disabled caller may still pass, in seconds.",
      limit: "the design's limit",
      remedy: "lower it: an answer is replayed for this long, whatever happened to the caller",
    }).default(60),
    throttle: throttle
      .meta({ description: "How much the whole API takes before it answers 429. Unset: the account's quota." })
      .optional(),
    tracing: flag("With kind: rest, whether AWS X-Ray follows requests. It keeps their paths for 30 days.").optional(),
    defaultPlan: plan.optional(),
    cors: cors.optional(),
    authorizer: authorizer.prefault({}),
    domain: domain.optional(),
    mutualTls: mutualTls.optional(),
    allowedNetworks: allowedNetworks.optional(),
    waf: waf.optional(),
  },
  "The front door on AWS.",
);
