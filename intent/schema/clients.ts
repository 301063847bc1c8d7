import * as z from "zod";
import {
  CLIENT_URL_CHARACTERS,
  ROTATION_DAYS_MAX,
  SCOPES_PER_CLIENT,
  SUBJECT_CHARACTERS,
  URLS_PER_CLIENT,
} from "../model/limits";
import { ID, ROLE_ARN, SCOPE } from "../model/patterns";
import { entries, explain, flag, id, integer, keys, list, someMap, text, word } from "./fields";
import { quota, throttle } from "./gateway";

const common = {
  issuer: text(ID, { description: "Id of the issuer.", expected: "the id of an issuer", example: "customers" }),
  scopes: list(
    text(SCOPE, { description: "One scope.", expected: "<service>/<verb> (a scope)", example: "orders/read" }),
    {
      description: "Scopes that the client may get.",
      expected: `a list of 1-${SCOPES_PER_CLIENT} scopes (Cognito's limit per app client)`,
      example: ["orders/read"],
    },
    SCOPES_PER_CLIENT,
  ),
  quota: quota.optional(),
  throttle: throttle
    .meta({ description: "With kind: rest, how much of this client passes before it gets 429." })
    .optional(),
  kind: word(["agent"], {
    description:
      "agent: acts by itself. Its scopes may open GET and HEAD alone, its tokens live 15 minutes where Cognito gives them, logs name it as one.",
    expected: "agent, or nothing",
  }).optional(),
  allowWrites: flag("Lets an agent have scopes that open other methods than GET and HEAD.").optional(),
  allowWritesReason: text(/^\S(.*\S)?$/, {
    description: "Why the agent may write: it stands in reviews.",
    expected: "one line of text (the reason)",
    example: "closes reviews that break the rules (SHOP-812)",
  }).optional(),
  disabled: flag(
    "Shuts the client out with the next deploy: no scope counts for it, and Cognito gives it no token. Its line stays.",
  ).default(false),
};

/** What a caller's token says of it, compared as a whole. */
const CLAIM_VALUE = new RegExp(`^[\\x20-\\x7e]{1,${SUBJECT_CHARACTERS}}$`);

/** As the authorizer takes it: it becomes a header, and a value between quotes in the gateway's access log. */
const SUBJECT = new RegExp(`^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,${SUBJECT_CHARACTERS}}$`);

/** Claims that say who calls, not for whom or how long the token is (RFC 7519). */
const CLAIM_NAME = /^(?!(?:aud|exp|iat|iss|jti|nbf)$)[A-Za-z_][A-Za-z0-9_.:/-]{0,99}$/;

/** For clients that are declared in a cloud: an external one has only its line in the config. */
const previousName = text(ID, {
  description: "Id that the client had when it was deployed. Its names stay those of that id: nothing is made anew.",
  expected: "lower-case words joined by dashes (a client's former id)",
  example: "reporting",
}).optional();

const urls = (description: string, example: string) =>
  list(
    text(new RegExp(`^(https://[^\\s/?#]|http://localhost(?=[:/]|$))[^\\s#]{0,${CLIENT_URL_CHARACTERS - 9}}$`), {
      description: "One URL.",
      expected: `an https or http://localhost URL without fragment, of at most ${CLIENT_URL_CHARACTERS} characters`,
      example,
    }),
    {
      description,
      expected: `a list of 1-${URLS_PER_CLIENT} URLs (Cognito's limit per app client)`,
      example: [example],
    },
    URLS_PER_CLIENT,
  );

const GRANT =
  "authorization_code: people, with PKCE. client_credentials: a program with a secret. external (default): a subject of an oidc issuer.";

const user = keys(
  {
    ...common,
    grant: z.literal("authorization_code").meta({ description: GRANT }),
    callbackUrls: urls("Where Cognito sends people after sign-in.", "https://shop.example.com/cb"),
    logoutUrls: urls("Where Cognito sends people after sign-out.", "https://shop.example.com"),
    previousName,
  },
  "People, through a browser or an app.",
);

const machine = keys(
  {
    ...common,
    grant: z.literal("client_credentials").meta({ description: GRANT }),
    readers: list(
      text(ROLE_ARN, {
        description: "One role.",
        expected: "the exact ARN of an IAM role (no wildcard)",
        example: "arn:aws:iam::111122223333:role/reporting",
      }),
      {
        description: "Roles of this AWS account that may read the client's secret. Without it, none may.",
        expected: "a list of role ARNs",
        example: ["arn:aws:iam::111122223333:role/reporting"],
      },
    ).optional(),
    rotateEveryDays: integer(1, ROTATION_DAYS_MAX, {
      description:
        "Gives the client a new secret every so many days; the one before goes on working until the next turn. Without it the secret never changes.",
      example: 30,
      limit: "the design's limit; AWS Secrets Manager allows 1,000",
    }).optional(),
    previousName,
  },
  "A program that holds a client secret.",
);

const external = keys(
  {
    ...common,
    grant: z.literal("external").default("external").meta({ description: GRANT }),
    subject: text(SUBJECT, {
      description: "Exact sub of the caller's tokens. Either this or claims.",
      expected: `1-${SUBJECT_CHARACTERS} printable ASCII characters without spaces, " and \\ (the exact sub)`,
      example: "arn:aws:iam::111122223333:role/nightly-export",
    }).optional(),
    claims: entries(
      z.string().regex(CLAIM_NAME, {
        error: explain(
          "a claim that the issuer decides on (not aud, exp, iat, iss, jti or nbf)",
          'name one that says who calls, as in "repository"',
        ),
      }),
      text(CLAIM_VALUE, {
        description: "Exact value of the claim, which must be a text.",
        expected: `1-${SUBJECT_CHARACTERS} printable ASCII characters (the exact value)`,
        example: "acme/storefront",
      }),
      {
        description:
          "Exact values of claims of the caller's tokens, all of which must be there. Either this or subject.",
        expected: "a map of claims and their exact values",
        example: { repository: "acme/storefront", environment: "prod" },
      },
    ).optional(),
  },
  "A caller that an external issuer vouches for.",
);

export const clients = entries(
  id,
  z.discriminatedUnion("grant", [user, machine, external], someMap).meta({ description: "One caller." }),
  { description: "Who calls, by an id of your choice.", expected: "a map of clients by id" },
);
