import * as z from "zod";
import { AUDIENCES_PER_ISSUER, AWS_ACCOUNT_DIGITS, COGNITO_DOMAIN_PREFIX_CHARACTERS } from "../model/limits";
import { HTTPS_URL } from "../model/patterns";
import { entries, id, keys, list, scope, someMap, text, word } from "./fields";

const kind = {
  description:
    "Who signs the tokens: a Cognito user pool of this stack (cognito), any other OIDC issuer (oidc), or AWS principals themselves (aws-iam).",
};

const cognito = keys(
  {
    kind: z.literal("cognito").meta(kind),
    signUp: word(["closed", "open"], {
      description: "open: anyone on the internet may register and get the scopes of a client for people.",
      expected: "closed or open",
    }).default("closed"),
    domainPrefix: text(new RegExp(`^[a-z0-9]([a-z0-9-]{0,${COGNITO_DOMAIN_PREFIX_CHARACTERS - 2}}[a-z0-9])?$`), {
      description: "Prefix of the sign-in domain. Unique in the AWS region, across all AWS customers.",
      expected: `1-${COGNITO_DOMAIN_PREFIX_CHARACTERS} lower-case letters, digits and inner dashes (a Cognito domain prefix)`,
      example: "storefront-dev",
    }),
  },
  "A Cognito user pool that this stack creates.",
);

const external = {
  kind: z.literal("oidc").meta(kind),
  issuer: text(HTTPS_URL, {
    description: "Exact iss of its tokens.",
    expected: "an https URL, as in the token's iss",
    example: "https://acme.okta.com/oauth2/default",
  }),
  audiences: list(
    text(/^[\x21-\x7e]+$/, {
      description: "One audience.",
      expected: "printable ASCII characters without spaces (an audience)",
      example: "api://storefront",
    }),
    {
      description: "Accepted audiences. A token must have one of them in aud.",
      expected: `a list of 1-${AUDIENCES_PER_ISSUER} audiences (API Gateway's limit per authorizer)`,
      example: ["api://storefront"],
    },
    AUDIENCES_PER_ISSUER,
  ),
  jwksUri: text(HTTPS_URL, {
    description:
      "URL of its keys: jwks_uri of its discovery document. Required where Envoy verifies tokens, because Envoy does no discovery. A port is allowed only with handshake: shared-issuer.",
    expected: "an https URL",
    example: "https://acme.okta.com/oauth2/default/v1/keys",
  }).optional(),
};

const GRANTS =
  "Source of callers' scopes. subjects: config, by exact subject or claims. token: a claim of the token. token is an error " +
  "for issuers that are known to serve anyone. That list cannot be complete: use token only for an issuer that you control.";

const subjects = keys(
  { ...external, grants: z.literal("subjects").default("subjects").meta({ description: GRANTS }) },
  "An OIDC issuer that only proves who the caller is.",
);

const token = keys(
  {
    ...external,
    grants: z.literal("token").meta({ description: GRANTS }),
    scopes: list(scope, {
      description: "With grants: token: the only scopes that count in its tokens.",
      expected: "a list of scopes",
      example: ["orders/read"],
    }),
    scopeClaim: text(/^[A-Za-z_][A-Za-z0-9_.:/-]*$/, {
      description: "With grants: token: the claim that holds the scopes, as a list or a space-separated string.",
      expected: "the name of a claim",
      example: "scp",
    }).default("scope"),
    clientClaim: text(/^[A-Za-z_][A-Za-z0-9_.:/-]*$/, {
      description:
        "With grants: token: the claim that names the client. With handshake: shared-issuer only letters, digits and _.",
      expected: "the name of a claim",
      example: "cid",
    }).default("client_id"),
    clients: list(
      text(/^[\x21\x23-\x5b\x5d-\x7e]+$/, {
        description: "One client id.",
        expected: 'printable ASCII characters without spaces, " and \\ (a client id)',
        example: "0oa1example",
      }),
      {
        description: "With grants: token: the only clients whose tokens are accepted.",
        expected: "a list of client ids",
        example: ["0oa1example"],
      },
    ),
  },
  "An OIDC issuer that the team controls: its tokens' own scopes count.",
);

const awsIam = keys(
  {
    kind: z.literal("aws-iam").meta(kind),
    accounts: list(
      text(new RegExp(`^\\d{${AWS_ACCOUNT_DIGITS}}$`), {
        description: "One AWS account.",
        expected: "twelve digits in quotes (an AWS account id)",
        example: "111122223333",
      }),
      {
        description: "AWS accounts whose roles and users may be callers, each as a client with its ARN as subject.",
        expected: "a list of AWS account ids",
        example: ["111122223333"],
      },
    ),
  },
  "AWS roles and users that sign a request to AWS STS. The account needs no setting for it.",
);

export const issuers = entries(
  id,
  z.discriminatedUnion("kind", [cognito, z.discriminatedUnion("grants", [subjects, token]), awsIam], someMap).meta({
    description: "One issuer of callers' tokens.",
  }),
  {
    description: "Issuers of callers' tokens, by an id of your choice.",
    expected: "a map of issuers by id",
  },
);
