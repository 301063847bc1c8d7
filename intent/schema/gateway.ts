import * as z from "zod";
import * as limit from "../model/limits";
import { DNS_NAME, NETWORK, TRUSTSTORE_PATH } from "../model/patterns";
import { count, explain, flag, integer, keys, list, text, word } from "./fields";

/** A rule checks that the name is public. */
const domain = keys(
  {
    name: text(DNS_NAME, {
      description: "Exact domain name that callers use. No other environment but a twin may have it.",
      expected: "a DNS name in lower case, of two labels or more (no wildcard, no dot at its end)",
      example: "api.shop.example.com",
    }),
    zoneId: text(new RegExp(`^[A-Z0-9]{1,${limit.HOSTED_ZONE_ID_CHARACTERS}}$`), {
      description:
        "Route 53 hosted zone of the domain. All records are created there. Without it, the output dns_records lists the records to create elsewhere.",
      expected: "the id of a hosted zone",
      example: "Z0123456789EXAMPLE",
    }).optional(),
    records: word(["none", "validation", "all"], {
      description:
        "Without zoneId: which records already exist in your DNS. none. validation: the certificate's record; the next apply waits for it and opens the domain. all: also the domain's record; callers use the domain, and the default endpoint is disabled.",
      expected: "none, validation or all",
    }).optional(),
    failover: word(["primary", "secondary", "latency"], {
      description:
        "Which of two environments with this name, one being the other's twin, Route 53 answers with. primary: this one, while API Gateway works in its region. secondary: this one otherwise. latency, in both: the nearer one of those that work. Needs zoneId.",
      expected: "primary, secondary or latency",
    }).optional(),
  },
  "Custom domain, with a certificate that AWS renews.",
);

/** A text of several lines is no path. A rule checks its certificates. */
const mutualTls = keys(
  {
    truststore: text(new RegExp(`${TRUSTSTORE_PATH.source}|^-----BEGIN |\\n`), {
      description:
        "CA certificates whose clients may connect: the path of a .pem file, relative to config/, or the text itself.",
      expected: "a relative path of a .pem file in config/, or certificates in PEM (-----BEGIN CERTIFICATE-----)",
      example: "./partners.pem",
    }),
  },
  "Requires a client certificate in addition to the token. Needs a domain.",
);

const network = text(NETWORK, {
  description: "One network.",
  expected: "a network in CIDR notation",
  example: "203.0.113.0/24",
});

const allowedNetworks = list(network, {
  description:
    "Only calls from these networks are accepted, whatever their token. A REST API checks before its authorizer runs; an HTTP API checks in the authorizer.",
  expected: "a list of networks in CIDR notation",
  example: ["203.0.113.0/24", "2001:db8::/32"],
});

const mode = word(["count", "block"], {
  description: "count: logs what it would block. block: answers 403.",
  expected: "count or block",
}).default("count");

const managed = (what: string) =>
  keys(
    {
      mode: word(["none", "count", "block"], {
        description: "none: off. count: logs what it would block. block: answers 403.",
        expected: "none, count or block",
      }).default("count"),
    },
    `AWS managed rules ${what}.`,
  ).prefault({});

const networks = (description: string) =>
  list(
    network,
    {
      description,
      expected: `a list of 1-${limit.WAF_NETWORKS} networks (AWS WAF's limit)`,
      example: ["198.51.100.0/24"],
    },
    limit.WAF_NETWORKS,
  );

const countries = (description: string) =>
  list(
    text(/^[A-Z]{2}$/, { description: "One country.", expected: "two capitals (ISO 3166)", example: "DE" }),
    {
      description,
      expected: `a list of 1-${limit.WAF_COUNTRIES} countries (AWS WAF's limit)`,
      example: ["AT", "CH", "DE"],
    },
    limit.WAF_COUNTRIES,
  );

const waf = keys(
  {
    common: managed("against common web attacks"),
    knownBadInputs: managed("against requests that exploit known vulnerabilities"),
    ipReputation: managed("against IP addresses of known bots and attackers"),
    rateLimit: keys(
      {
        requests: integer(limit.WAF_RATE_MIN, limit.WAF_RATE_MAX, {
          description: "Requests of one address within the window. AWS WAF's count is approximate.",
          limit: "AWS WAF's limits",
          example: 1000,
        }),
        windowSeconds: z
          .literal([...limit.WAF_WINDOW_SECONDS], {
            error: explain(`one of ${limit.WAF_WINDOW_SECONDS.join(", ")} (AWS WAF's choices)`, "choose one of these"),
          })
          .meta({ description: "Window in which AWS WAF counts, in seconds.", examples: [300] })
          .default(300),
        mode,
      },
      "Limit on the requests of one IP address.",
    ).optional(),
    networks: keys(
      {
        deny: networks("Networks that are denied.").optional(),
        trust: networks("Networks that only the deny rule inspects. The authorizer still requires a token.").optional(),
        mode: mode.meta({ description: "What deny does: count or block (403)." }),
      },
      "Rules by the caller's IP address.",
    ).optional(),
    countries: keys(
      {
        only: countries("The only countries that are accepted.").optional(),
        deny: countries("Countries that are denied.").optional(),
        mode,
      },
      "Rules by the country of the caller's IP address, as AWS WAF determines it: only or deny.",
    ).optional(),
    body: keys(
      {
        maxBytes: integer(1, limit.WAF_BODY_BYTES_MAX, {
          description: "Maximum body size, in bytes. AWS charges more for each request with a body above 16384 bytes.",
          example: 16_384,
          limit: "AWS WAF inspects no more of a body",
        }),
        mode,
      },
      "Once it blocks, it replaces the common rules' limit of 8192 bytes.",
    ).optional(),
    contentTypes: keys(
      {
        only: list(
          text(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/, {
            description: "One media type, without parameters.",
            expected: "a media type in lower case (RFC 6838), without parameters",
            example: "application/json",
          }),
          {
            description: "Accepted media types of a body. A body without a type is not accepted.",
            expected: "a list of media types",
            example: ["application/json"],
          },
        ),
        mode,
      },
      "Rules by the Content-Type of requests with a body, on every route.",
    ).optional(),
  },
  "REST API only: AWS WAF in front of the API. Each rule only counts until you set it to block.",
);

/** A rule checks that a throttle fits the account's quota, because AWS can raise that quota. */
export const throttle = keys(
  {
    ratePerSecond: z
      .number({ error: explain("a number above 0", "write requests per second, as in 50 or 0.5") })
      .positive({
        error: explain("a number above 0", "write requests per second, as in 50 or 0.5; 0 would refuse every request"),
      })
      .meta({
        description: "Requests per second, at most the account's.",
        examples: [50],
        limit: "above 0",
      }),
    burst: count(1, {
      description: "Burst of requests, at most the account's.",
      example: 100,
      remedy: "write how many requests may arrive at the same time; 0 would refuse every request",
    }),
  },
  "Requests that pass before API Gateway answers 429.",
);

/** How much of an API one caller may use. */
export const quota = keys(
  {
    requests: count(1, { description: "Requests within the period.", example: 10_000 }),
    per: word(["day", "week", "month"], { description: "The period, in UTC.", expected: "day, week or month" }),
  },
  "Requests of one caller, after which API Gateway answers 429. A cost guard, not a security boundary: AWS calls it best effort.",
);

const plan = keys(
  { quota: quota.optional(), throttle: throttle.optional() },
  "REST API only: quota and throttle of each client without its own. They do not apply to callers of public routes.",
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
        description: "Origins whose web pages may call the API.",
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
        description: "Request headers that these web pages may send.",
        expected: "a list of header names",
        example: ["authorization", "content-type"],
      },
    ).default(["authorization", "content-type"]),
    maxAgeSeconds: integer(0, limit.CORS_MAX_AGE_SECONDS, {
      description: "How long browsers cache a preflight response, in seconds.",
      limit: "API Gateway's limit",
    }).default(600),
    servicesAnswer: flag(
      "REST API only: every service writes access-control-allow-origin into its answers, which a REST API forwards unchanged.",
    ),
  },
  "Web pages that may call. Default: none. API Gateway answers preflights itself.",
);

const concurrency = (who: string) =>
  count(1, {
    description: `Reserved concurrency of the function for ${who} routes. New AWS accounts have little to spare.`,
  }).optional();

const authorizer = keys(
  {
    memoryMb: integer(limit.AUTHORIZER_MEMORY_MB_MIN, limit.AUTHORIZER_MEMORY_MB_MAX, {
      description: "Memory of both authorizer functions, in MB. CPU grows with it.",
      limit: `AWS Lambda's limit, and ${limit.AUTHORIZER_MEMORY_MB_MIN} so that signatures are fast`,
    }).default(512),
    reservedConcurrency: keys(
      { callers: concurrency("scoped"), public: concurrency("public") },
      "Default: unreserved, from the account's pool.",
    ).optional(),
    provisionedConcurrency: count(1, {
      description:
        "Instances of each function that Lambda keeps started, at an hourly price. A function without routes has none. Default: none. docs/reference/costs.md#cold-starts explains it.",
    }).optional(),
  },
  "The two Lambda authorizer functions.",
);

export const gateway = keys(
  {
    kind: word(["http", "rest"], {
      description:
        "API Gateway's HTTP API (http), or its REST API (rest), which supports quotas per caller and streaming.",
      expected: "http or rest",
    }).default("http"),
    authorizerCacheSeconds: integer(0, limit.AUTHORIZER_CACHE_SECONDS_MAX, {
      description:
        "How long authorizer results are cached, in seconds. For that long, an expired, revoked or disabled caller may still get access.",
      limit: "the design's limit",
      remedy: "lower it: a cached result is used for this long, even for a revoked caller",
    }).default(60),
    throttle: throttle
      .meta({ description: "Requests that the whole API accepts before it answers 429. Default: the account's quota." })
      .optional(),
    tracing: flag("REST API only: traces requests with AWS X-Ray, which keeps their paths for 30 days."),
    defaultPlan: plan.optional(),
    cors: cors.optional(),
    authorizer: authorizer.prefault({}),
    domain: domain.optional(),
    mutualTls: mutualTls.optional(),
    allowedNetworks: allowedNetworks.optional(),
    waf: waf.optional(),
  },
  "The API Gateway.",
);
