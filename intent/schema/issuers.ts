import * as z from "zod";
import { AUDIENCES_PER_ISSUER, AWS_ACCOUNT_DIGITS, COGNITO_DOMAIN_PREFIX_CHARACTERS } from "../model/limits";
import { CLAIM, CLIENT_ID, HTTPS_URL } from "../model/patterns";
import { BELOW, either, entries, explain, id, keys, list, scope, someMap, text, word } from "./fields";

const kind = {
  description:
    "Who signs the tokens: a Cognito user pool of this stack (cognito), any other OIDC issuer (oidc), or AWS principals themselves (aws-iam).",
};

const claimName = text(CLAIM, {
  description: "One claim.",
  expected: "the name of a claim",
  example: "scp",
});

export const scopeClaim = (description: string) =>
  either(
    [
      claimName,
      list(claimName, { description: "Several claims.", expected: "a list of claims", example: ["scp", "roles"] }),
    ],
    {
      description,
      expected: "the name of a claim, or a list of names",
      remedy: 'write it as in "scp"',
      examples: ["scp", ["scp", "roles"]],
    },
  );

const pathClaims = list(claimName, {
  description:
    "Claims of its tokens that where of a route may compare with the path. Only claims that no caller can choose or change. A dot leads into a claim that is an object. Default: none.",
  expected: "a list of claims",
  example: ["tenant_id"],
}).optional();

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
    pool: text(/^[a-z]{2}(-[a-z]+)+-\d_[A-Za-z0-9]{1,55}$/, {
      description: "With twinOf: the id of that environment's user pool, whose tokens count here too. Required there.",
      expected: "the id of a user pool: its region, _, letters and digits",
      example: "eu-west-1_aB3dE5fG7",
      remedy: "read it from the end of issuers.<id>.issuer in the outputs of that environment",
    }).optional(),
    pathClaims,
  },
  "A Cognito user pool that this stack creates, or with pool that of the environment in twinOf.",
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
  pathClaims,
};

const GRANTS =
  "Source of callers' scopes. subjects: config, by exact subject or claims. token: a claim of the token. token is an error " +
  "for issuers that are known to serve anyone. That list cannot be complete: use token only for an issuer that you control.";

const subjects = keys(
  { ...external, grants: z.literal("subjects").default("subjects").meta({ description: GRANTS }) },
  "An OIDC issuer that only proves who the caller is.",
);

const clientIds = text(CLIENT_ID, {
  description: "One client id.",
  expected: 'printable ASCII characters without spaces, " and \\ (a client id)',
  example: "0oa1example",
});

const scopesOfValue = list(scope, {
  description: "The scopes that the value grants.",
  expected: "a list of scopes",
  example: ["orders/read"],
});

const token = keys(
  {
    ...external,
    grants: z.literal("token").meta({ description: GRANTS }),
    scopes: list(scope, {
      description:
        "With grants: token: the only scopes that count in tokens of the listed clients. An entry under clients has its own. Default: none.",
      expected: "a list of scopes",
      example: ["orders/read"],
    }).default([]),
    scopeClaim: scopeClaim(
      "With grants: token: the claim that holds the scopes, as a list or a space-separated string, or several claims. A dot leads into a claim that is an object: realm_access.roles. Default: scope.",
    ).default("scope"),
    scopeValues: entries(
      z.string().regex(/^[\x21-\x7e]{1,256}$/, {
        error: explain(
          "printable ASCII characters without spaces (a value of the claim)",
          "write it as the issuer does",
        ),
      }),
      scopesOfValue,
      {
        description:
          "With grants: token: the scopes that a value of the claim grants, such as a role or a group. No other value counts then. Default: each value is a scope.",
        expected: "a map from values to lists of scopes",
        example: { "Orders.Read.All": ["orders/read"] },
      },
    ).optional(),
    clientClaim: text(CLAIM, {
      description:
        "With grants: token: the claim that names the client. With handshake: shared-issuer only letters, digits and _.",
      expected: "the name of a claim",
      example: "cid",
    }).default("client_id"),
    clients: list(clientIds, {
      description:
        "With grants: token: clients whose tokens are accepted, in addition to those with an entry of their own under clients. Default: none.",
      expected: "a list of client ids",
      example: ["0oa1example"],
    }).default([]),
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
    remedy: BELOW,
    example: { customers: { kind: "cognito", domainPrefix: "storefront-dev" } },
  },
);
