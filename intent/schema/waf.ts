import * as z from "zod";
import * as limit from "../model/limits";
import { network } from "./domain";
import { explain, integer, keys, list, text, word } from "./fields";

const mode = word(["count", "block"], {
  description: "count: only logs and counts what it would block. block: blocks it with 403.",
  expected: "count or block",
}).default("count");

const managed = (what: string) =>
  keys(
    {
      mode: word(["none", "count", "block"], {
        description: "none: off. count: only logs and counts what it would block. block: blocks it with 403.",
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

export const waf = keys(
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
