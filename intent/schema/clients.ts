import * as z from "zod";
import * as limit from "../model/limits";
import { CLIENT_ID, ID } from "../model/patterns";
import { BELOW, entries, explain, flag, id, integer, keys, list, roleArns, scope, someMap, text, word } from "./fields";
import { quota, throttle } from "./gateway";
import { scopeClaim } from "./issuers";

const common = {
  issuer: text(ID, {
    description: "Id of the client's issuer.",
    expected: "the id of an issuer",
    example: "customers",
  }),
  scopes: list(
    scope,
    {
      description: "Scopes that are granted to the client.",
      expected: `a list of 1-${limit.SCOPES_PER_CLIENT} scopes (Cognito's limit per app client)`,
      example: ["orders/read"],
    },
    limit.SCOPES_PER_CLIENT,
  ),
  quota: quota.optional(),
  throttle: throttle
    .meta({ description: "REST API only: requests of this client that pass before it gets 429." })
    .optional(),
  kind: word(["agent"], {
    description:
      "agent: a program that acts autonomously. Its scopes may open only GET and HEAD, Cognito's tokens for it live 15 minutes, and logs mark it as an agent.",
    expected: "agent, or nothing",
  }).optional(),
  allowWrites: flag("Permits scopes that open methods other than GET and HEAD."),
  allowWritesReason: text(/^\S(.*\S)?$/, {
    description: "Why the agent may write. Reviews show it.",
    expected: "one line of text (the reason)",
    example: "closes reviews that break the rules (SHOP-812)",
  }).optional(),
  disabled: flag(
    "Disables the client with the next deploy: it has no scopes, and Cognito issues no token for it. Its entry stays in config.",
  ),
};

/** Value of a claim, compared as a whole. */
const CLAIM_VALUE = new RegExp(`^[\\x20-\\x7e]{1,${limit.SUBJECT_CHARACTERS}}$`);

/** A subject that the authorizer accepts: it becomes a header, and a quoted value in the gateway's access log. */
const SUBJECT = new RegExp(`^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,${limit.SUBJECT_CHARACTERS}}$`);

/** Claims that can identify a caller: not those for audience, issuer and validity (RFC 7519). */
const CLAIM_NAME = /^(?!(?:aud|exp|iat|iss|jti|nbf)$)[A-Za-z_][A-Za-z0-9_.:/-]{0,99}$/;

/** Only for clients with cloud resources: an external client exists only in the config. */
const previousName = text(ID, {
  description: "Id under which the client was deployed. Its resource names stay, so nothing is replaced.",
  expected: "lower-case words joined by dashes (a client's former id)",
  example: "reports",
}).optional();

const appClientId = text(/^[a-z0-9]{1,128}$/, {
  description: "With twinOf: the id of that environment's app client. Required there.",
  expected: "the id of an app client, in lower-case letters and digits",
  example: "1example23456789",
  remedy: "read it from clients.<id>.client_id in the outputs of that environment",
}).optional();

const urls = (description: string, example: string) =>
  list(
    text(new RegExp(`^(https://[^\\s/?#]|http://localhost(?=[:/]|$))[^\\s#]{0,${limit.CLIENT_URL_CHARACTERS - 9}}$`), {
      description: "One URL.",
      expected: `an https or http://localhost URL without fragment, of at most ${limit.CLIENT_URL_CHARACTERS} characters`,
      example,
    }),
    {
      description,
      expected: `a list of 1-${limit.URLS_PER_CLIENT} URLs (Cognito's limit per app client)`,
      example: [example],
    },
    limit.URLS_PER_CLIENT,
  );

const GRANT =
  "authorization_code: people, with PKCE. client_credentials: a program with a secret. external (default): a subject, claims or a client id of an oidc issuer.";

const user = keys(
  {
    ...common,
    grant: z.literal("authorization_code").meta({ description: GRANT }),
    callbackUrls: urls("URLs to which Cognito redirects after sign-in.", "https://shop.example.com/cb"),
    logoutUrls: urls("URLs to which Cognito redirects after sign-out.", "https://shop.example.com"),
    previousName,
    appClientId,
  },
  "People, through a browser or an app.",
);

const machine = keys(
  {
    ...common,
    grant: z.literal("client_credentials").meta({ description: GRANT }),
    readers: roleArns(
      "Roles of this AWS account that may read the client's secret. Default: none.",
      "arn:aws:iam::111122223333:role/reporting",
    ).optional(),
    rotateEveryDays: integer(1, limit.ROTATION_DAYS_MAX, {
      description:
        "Days between two rotations of the client's secret. The previous secret works until the next rotation. Default: never.",
      example: 30,
      limit: "the design's limit; AWS Secrets Manager allows 1,000",
    }).optional(),
    previousName,
    appClientId,
  },
  "A program that holds a client secret.",
);

const external = keys(
  {
    ...common,
    grant: z.literal("external").default("external").meta({ description: GRANT }),
    subject: text(SUBJECT, {
      description: "Exact sub of the caller's tokens. Set one of this, claims and clientId.",
      expected: `1-${limit.SUBJECT_CHARACTERS} printable ASCII characters without spaces, " and \\ (the exact sub)`,
      example: "arn:aws:iam::111122223333:role/nightly-export",
    }).optional(),
    clientId: text(CLIENT_ID, {
      description:
        "Id of the client at an issuer with grants: token. Its tokens' scopes count if they are in scopes. Set one of this, subject and claims.",
      expected: '1-255 printable ASCII characters without spaces, " and \\ (the exact client id)',
      example: "0oa1example",
    }).optional(),
    scopeClaim: scopeClaim(
      "With clientId: the claim, or claims, with this client's scopes: roles for a program of Entra ID, where people have scp. Default: scopeClaim of the issuer.",
    ).optional(),
    uniqueId: text(/^A(RO|ID)A[A-Z0-9]{12,124}$/, {
      description:
        "IAM's unique id of the role or user that subject names, only for an aws-iam issuer. A role that is deleted and made again under its name is then another caller. Default: any with this ARN.",
      expected: "an id that begins with AROA (a role) or AIDA (a user), as aws iam get-role prints it",
      example: "AROAEXAMPLEEXAMPLE123",
    }).optional(),
    claims: entries(
      z.string().regex(CLAIM_NAME, {
        error: explain(
          "a claim that the issuer decides on (not aud, exp, iat, iss, jti or nbf)",
          'name one that says who calls, as in "repository"',
        ),
      }),
      text(CLAIM_VALUE, {
        description: "Exact value of the claim, which must be a string.",
        expected: `1-${limit.SUBJECT_CHARACTERS} printable ASCII characters (the exact value)`,
        example: "acme/storefront",
      }),
      {
        description:
          "Exact values of claims in the caller's tokens. All must match. Set one of this, subject and clientId.",
        expected: "a map of claims and their exact values",
        example: { repository: "acme/storefront", environment: "prod" },
      },
    ).optional(),
  },
  "A caller that an external issuer identifies.",
);

export const clients = entries(
  id,
  z.discriminatedUnion("grant", [user, machine, external], someMap).meta({ description: "One caller." }),
  {
    description: "Callers, by an id of your choice.",
    expected: "a map of clients by id",
    remedy: BELOW,
    example: { reporting: { issuer: "customers", grant: "client_credentials", scopes: ["orders/read"] } },
  },
);
