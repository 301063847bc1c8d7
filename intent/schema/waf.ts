import * as z from "zod";
import {
  WAF_BODY_BYTES_MAX,
  WAF_COUNTRIES,
  WAF_NETWORKS,
  WAF_RATE_MAX,
  WAF_RATE_MIN,
  WAF_WINDOW_SECONDS,
} from "../model/limits";
import { network } from "./domain";
import { explain, integer, keys, list, text, word } from "./fields";

const mode = word(["count", "block"], {
  description: "count: says in logs and metrics what it would refuse. block: refuses it with 403.",
  expected: "count or block",
}).default("count");

const managed = (what: string) =>
  keys(
    {
      mode: word(["none", "count", "block"], {
        description:
          "none: left out. count: says in logs and metrics what it would refuse. block: refuses it with 403.",
        expected: "none, count or block",
      }).default("count"),
    },
    `AWS's managed rules ${what}.`,
  ).prefault({});

const networks = (description: string) =>
  list(
    network,
    { description, expected: `a list of 1-${WAF_NETWORKS} networks (AWS WAF's limit)`, example: ["198.51.100.0/24"] },
    WAF_NETWORKS,
  );

const countries = (description: string) =>
  list(
    text(/^[A-Z]{2}$/, { description: "One country.", expected: "two capitals (ISO 3166)", example: "DE" }),
    { description, expected: `a list of 1-${WAF_COUNTRIES} countries (AWS WAF's limit)`, example: ["AT", "CH", "DE"] },
    WAF_COUNTRIES,
  );

export const waf = keys(
  {
    common: managed("against what is common in attacks on the web"),
    knownBadInputs: managed("against requests that exploit known faults"),
    ipReputation: managed("against addresses that Amazon knows as bots and attackers"),
    rateLimit: keys(
      {
        requests: integer(WAF_RATE_MIN, WAF_RATE_MAX, {
          description: "Requests of one address within the window. AWS WAF counts near it, not exactly.",
          limit: "AWS WAF's limits",
          example: 1000,
        }),
        windowSeconds: z
          .literal([...WAF_WINDOW_SECONDS], {
            error: explain(
              `one of ${WAF_WINDOW_SECONDS.join(", ")} (AWS WAF's choices)`,
              "choose the next one of these",
            ),
          })
          .meta({ description: "How far AWS WAF looks back, in seconds.", examples: [300] })
          .default(300),
        mode,
      },
      "Requests of one address, whoever calls from there.",
    ).optional(),
    networks: keys(
      {
        deny: networks("Networks from which nobody calls.").optional(),
        trust: networks(
          "Networks that no rule but deny looks at. The authorizer asks them for a token all the same.",
        ).optional(),
        mode: mode.meta({ description: "What deny does: count or block (403)." }),
      },
      "By the caller's address.",
    ).optional(),
    countries: keys(
      {
        only: countries("The only countries from which people call.").optional(),
        deny: countries("Countries from which nobody calls.").optional(),
        mode,
      },
      "By the country of the caller's address, as AWS WAF knows it: only or deny.",
    ).optional(),
    body: keys(
      {
        maxBytes: integer(1, WAF_BODY_BYTES_MAX, {
          description:
            "Longest body of a request, in bytes. Above 16384 AWS charges more for each request that is longer than that.",
          example: 16_384,
          limit: "as far as AWS WAF looks into a body",
        }),
        mode,
      },
      "Once it blocks, it takes the place of the 8192 bytes that the common rules allow.",
    ).optional(),
    contentTypes: keys(
      {
        only: list(
          text(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/, {
            description: "One media type, without parameters.",
            expected: "a media type in small letters (RFC 6838), without parameters",
            example: "application/json",
          }),
          {
            description: "The only ones that a body may be of. A body without a type is of none.",
            expected: "a list of media types",
            example: ["application/json"],
          },
        ),
        mode,
      },
      "By the Content-Type of requests that have a body, on every route.",
    ).optional(),
  },
  "With kind: rest, AWS WAF before the API. Its rules count first, and refuse when you say so, each by itself.",
);
