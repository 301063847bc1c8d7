import type { z } from "zod";
import * as limit from "../model/limits";
import { SUBJECT_FORMATS } from "../model/subjects";
import type { LocatedMap } from "../source/located";
import { allowance } from "./allowances";
import { BELOW, count, entries, flag, id, keys, list, projectNumber, roleArns, text, word } from "./fields";

const number = (of: string, example: string) =>
  text(/^[1-9]\d{0,18}$/, {
    description: `GitHub's number of the ${of}, in quotes.`,
    expected: "digits in quotes",
    example,
    remedy: `copy it from https://api.github.com/repos/OWNER/NAME, key ${of === "owner" ? "owner.id" : "id"}`,
  });

const repository = keys(
  {
    name: text(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\/[A-Za-z0-9._-]+$/, {
      description: "Owner and name, spelled as in the token's subject. Case counts.",
      expected: "OWNER/NAME",
      example: "acme/storefront",
    }),
    ownerId: number("owner", "1234567"),
    id: number("repository", "7654321"),
    subjects: word(SUBJECT_FORMATS, {
      description: "Format of the subject in this repository's GitHub tokens.",
      expected: SUBJECT_FORMATS.join(", "),
    }).default("immutable"),
  },
  "The repository whose workflows plan and deploy.",
);

const account = (description: string, example: string) =>
  text(new RegExp(`^[a-z][a-z0-9-]{${limit.GOOGLE_ACCOUNT_ID_MIN - 2},${limit.GOOGLE_ACCOUNT_ID_MAX - 2}}[a-z0-9]$`), {
    description,
    expected: `${limit.GOOGLE_ACCOUNT_ID_MIN}-${limit.GOOGLE_ACCOUNT_ID_MAX} lower-case letters, digits and inner dashes (a Google service account id)`,
    example,
  });

const identities = keys(
  {
    plan: account("Reads both clouds and the state, and changes nothing.", "terraform-plan").default("terraform-plan"),
    deploy: account("Changes what the environment's stack declares.", "terraform-deploy").default("terraform-deploy"),
  },
  "Names of the identities. The AWS role and the Google service account have the same name.",
);

const MOST_OPERATORS = limit.POLICY_PRINCIPALS - 1;

const operators = keys(
  {
    aws: roleArns(
      "Roles of people who may assume the deploy role.",
      "arn:aws:iam::111122223333:role/developers",
    ).optional(),
    google: list(
      text(/^(user|group):[^\s*]+@[^\s*]+$/, {
        description: "One person or group.",
        expected: "user: or group: and an e-mail address",
        example: "group:platform@example.com",
      }),
      {
        description: "People who may impersonate the deploy service account.",
        example: ["group:platform@example.com"],
        expected: `a list of 1-${MOST_OPERATORS} people and groups (IAM's ${limit.POLICY_PRINCIPALS} in one policy, less the pipeline)`,
      },
      MOST_OPERATORS,
    ).optional(),
  },
  "People who may deploy without the pipeline. Default: none.",
);

const resourceType = text(/^(aws|google)_[a-z0-9_]+$/, {
  description: "A resource type of the providers.",
  expected: "a type of hashicorp/aws or hashicorp/google",
  example: "aws_dynamodb_table",
});

const actions = (description: string, example: readonly string[]) =>
  list(
    text(/^([a-z0-9-]+:[A-Za-z0-9]+|[a-z][A-Za-z0-9]*(\.[A-Za-z0-9]+){2,})$/, {
      description: "One action of AWS IAM, or one permission of Google Cloud, without a wildcard.",
      expected: "one action or permission, spelled out",
      example: example[0],
    }),
    { description, expected: "a list of actions or permissions", example },
  ).optional();

const permissions = keys(
  {
    read: actions("What refreshing and planning needs, for both identities.", ["dynamodb:DescribeTable"]),
    write: actions("What creating, changing and destroying needs in addition, for the deploy identity.", [
      "dynamodb:CreateTable",
    ]),
    roles: actions("What roles of main.ts may do at most, if boundary is true.", ["dynamodb:GetRecords"]),
    on: list(
      text(/^(\*|arn:aws[a-z-]*:\S+)$/, {
        description: 'One ARN, which may have wildcards, or "*" if AWS accepts nothing narrower.',
        expected: 'an ARN, or "*"',
        example: "arn:aws:dynamodb:eu-west-1:111122223333:table/storefront-dev-*",
      }),
      {
        description: "Resources of an AWS type on which these are allowed. In Google Cloud, it is the project.",
        expected: "a list of ARNs",
        example: ["arn:aws:dynamodb:eu-west-1:111122223333:table/storefront-dev-*"],
      },
    ).optional(),
  },
  "What the identities may do in addition, for resources of this type in main.ts.",
);

const environment = keys(
  {
    googleProjectNumber: projectNumber("Number of the environment's Google project, in quotes."),
    pullRequests: flag(
      "Whether any pull request of the repository itself may become the plan identity. If false, a job must name the GitHub environment <environment>-plan, which may require an approval first.",
      true,
    ),
    ownsIdentityProvider: flag(
      "Whether this environment declares its AWS account's one identity provider for GitHub; false if the account already has it.",
      true,
    ),
    boundary: flag(
      "Whether the bootstrap declares a permissions boundary, without which the deploy identity may create no AWS role, and give none a permission.",
    ),
    operators: operators.prefault({}),
    permissions: entries(resourceType, permissions, {
      description: "What the identities may do in addition, by resource type: for resources of your own in main.ts.",
      expected: "a map from resource types to permissions",
      remedy: BELOW,
      example: {
        aws_dynamodb_table: {
          read: ["dynamodb:DescribeTable"],
          on: ["arn:aws:dynamodb:eu-west-1:111122223333:table/storefront-dev-*"],
        },
      },
    }).optional(),
    generation: count(1, {
      description:
        "Raise it while Google blocks the ids of a deleted pool (30 days) and of deleted roles (up to 37 days).",
    }).default(1),
    state: word(["file", "bucket"], {
      description:
        "Where the bootstrap's own state is: state/bootstrap-<environment>.tfstate at first, then the bucket that it created.",
      expected: "file or bucket",
    }).default("file"),
  },
  "One environment that the pipeline plans and deploys.",
);

/** `config/bootstrap.yaml`. */
export const bootstrapSchema = keys(
  {
    repository,
    identities: identities.prefault({}),
    environments: entries(id, environment, {
      description: "Environments that the pipeline plans and deploys.",
      expected: "a map from environments to their bootstrap",
      remedy: BELOW,
      example: { dev: { googleProjectNumber: "123456789012" } },
    }),
    allowances: list(allowance, {
      description: "Findings of policy rules that are accepted in the bootstrap of every environment.",
      expected: "a list of allowances",
    }).optional(),
  },
  "Access of the repository's workflows to both clouds.",
);

export type BootstrapConfig = z.output<typeof bootstrapSchema>;

export interface BootstrapFile {
  readonly tree: LocatedMap;
  readonly config: BootstrapConfig;
}
