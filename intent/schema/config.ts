import * as z from "zod";
import * as limit from "../model/limits";
import { POLICY_PRINCIPALS } from "../model/limits";
import { AWS_REGION, GOOGLE_REGION, GROUP_EMAIL, ID, PROJECT_ID } from "../model/patterns";
import { regionMeant } from "../model/regions";
import type { LocatedMap } from "../source/located";
import { alarms } from "./alarms";
import { clients } from "./clients";
import { count, entries, explain, flag, integer, keys, list, projectNumber, roleArns, text, word } from "./fields";
import { gateway } from "./gateway";
import { issuers } from "./issuers";
import type { Unrouted } from "./openapi/left-out";
import { services } from "./services";

const awsRoles = roleArns(
  "Roles of any AWS account that may assume `<name>-<environment>-auditors`, which reads this environment's log groups and nothing else.",
  "arn:aws:iam::444455556666:role/audit",
);

const googleGroups = list(
  text(GROUP_EMAIL, {
    description: "One group.",
    expected: "the address of a Google group in lower case",
    example: "auditors@example.com",
  }),
  {
    description:
      "Google groups that may read one view of this environment's log bucket, which keeps request and audit logs for logs.retentionDays.",
    expected: `a list of 1-${POLICY_PRINCIPALS} groups' addresses (IAM's ${POLICY_PRINCIPALS} in one policy)`,
    example: ["auditors@example.com"],
  },
  POLICY_PRINCIPALS,
);

/** A rule checks that at least one of the lists is set, because an overlay may remove one. */
const auditors = keys(
  { awsRoles: awsRoles.optional(), googleGroups: googleGroups.optional() },
  "Who may read the logs of both clouds, and nothing else. Set at least one of the two lists.",
);

/** A rule checks that it is the tested version. */
const envoy = keys(
  {
    image: text(/^\S+@sha256:[0-9a-f]{64}$/, {
      description: "Envoy's image, pinned by its digest, with its version as tag.",
      expected: "an image with a digest (…@sha256: and 64 hex digits)",
      example:
        "europe-docker.pkg.dev/acme/mirror/envoy:distroless-v1.40.0@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      remedy: "read the digest with: docker buildx imagetools inspect envoyproxy/envoy:distroless-v1.40.0",
    }),
  },
  "The container that verifies callers' tokens in front of a service's app. Used with handshake: shared-issuer, and with verifyCallerToken.",
);

const awsRegion = text(AWS_REGION, {
  description: "AWS region.",
  expected: "a region of the commercial AWS partition",
  example: "eu-west-1",
  meant: (written) => regionMeant("aws", written),
  remedy: "write it as in eu-west-1; China, GovCloud and sovereign regions have other ARNs and are not supported",
});

const aws = keys(
  {
    account: text(new RegExp(`^\\d{${limit.AWS_ACCOUNT_DIGITS}}$`), {
      description: "AWS account, in quotes.",
      expected: "twelve digits in quotes (an AWS account id)",
      example: "111122223333",
      remedy: 'write all twelve digits in quotes, as in "011122223333": without quotes a leading zero gets lost',
    }),
    region: awsRegion,
    deployers: roleArns(
      "Roles that run Terraform. Required with client_credentials clients: only these roles and the readers can read their secrets.",
      "arn:aws:iam::111122223333:role/terraform-deploy",
    ).optional(),
    ownsAccount: flag(
      "This environment creates API Gateway's logging role of the account and region, which a REST API needs. true in exactly one environment with a REST API per account and region. If the account has the role already, write false: plan and deploy ask for it.",
    ),
  },
  "The AWS side: the front door.",
);

const google = keys(
  {
    project: text(PROJECT_ID, {
      description: "Google Cloud project id.",
      expected: `${limit.PROJECT_ID_MIN}-${limit.PROJECT_ID_MAX} lower-case letters, digits and inner dashes (a project id)`,
      example: "storefront-dev",
    }),
    region: text(GOOGLE_REGION, {
      description: "Google Cloud region.",
      expected: "a Google Cloud region",
      meant: (written) => regionMeant("google", written),
      example: "europe-west1",
    }),
    projectNumber: projectNumber(
      "Number of the project, in quotes. Required with rotateEveryDays of a service's secret, because Google's service identity that sends the reminders is named after it.",
    ).optional(),
    ownsProject: flag(
      "This environment enables the project's APIs and audit logs. true in exactly one environment per project.",
    ),
  },
  "The Google Cloud side: the services.",
);

const state = keys(
  {
    bucket: text(
      new RegExp(
        `^(?!xn--|sthree-|.*\\.\\.)[a-z0-9][a-z0-9.-]{${limit.BUCKET_NAME_MIN - 2},${limit.BUCKET_NAME_MAX - 2}}[a-z0-9]$`,
      ),
      {
        description: "S3 bucket of the Terraform state; the key is <name>/<environment>.tfstate.",
        expected: `${limit.BUCKET_NAME_MIN}-${limit.BUCKET_NAME_MAX} lower-case letters, digits, dots and dashes (a bucket name)`,
        example: "storefront-terraform-state",
      },
    ).optional(),
    region: awsRegion.meta({ description: "Region of the bucket." }).optional(),
    path: text(/^(?!\/)(?!(.*\/)?\.\.(\/|$))\S.*$/, {
      description: "A local state file instead, relative to the project.",
      expected: "a relative path inside the project",
      example: "state/dev.tfstate",
    }).optional(),
  },
  "Where Terraform stores the state: bucket and region, or path.",
);

const quotaOf = (description: string) => count(1, { description, remedy: "write the quota that the vendor gave you" });
const quota = (description: string, preset: number) => quotaOf(description).default(preset);

const limits = keys(
  {
    cloudRunMaxInstances: quota("Cloud Run: instances of a service.", limit.CLOUD_RUN_MAX_INSTANCES),
    routesPerApi: quota("API Gateway: routes of an HTTP API.", limit.ROUTES_PER_API),
    resourcesPerApi: quota("API Gateway: resources of a REST API.", limit.RESOURCES_PER_API),
    usagePlansPerRegion: quota("API Gateway: usage plans of the account in a region.", limit.USAGE_PLANS_PER_REGION),
    resourceServersPerPool: quota("Cognito: resource servers of a user pool.", limit.RESOURCE_SERVERS_PER_POOL),
    serviceAccountsPerProject: quota("Google IAM: service accounts of a project.", limit.SERVICE_ACCOUNTS_PER_PROJECT),
    requestsPerSecond: quotaOf(
      "API Gateway: requests per second of the account. Default: 10,000, and 2,500 in 13 regions.",
    ).optional(),
    requestBurst: quotaOf(
      "API Gateway: burst of the account, as AWS set it along with a larger rate. Default: 5,000, and 1,250 in 13 regions.",
    ).optional(),
    lambdaConcurrency: quota(
      "AWS Lambda: concurrent executions of the account in a region.",
      limit.ACCOUNT_CONCURRENCY,
    ),
  },
  "Quotas that a vendor has raised for you.",
);

const retentionDays = z
  .literal([...limit.LOG_RETENTION_DAYS], {
    error: explain(`one of ${limit.LOG_RETENTION_DAYS.join(", ")} (CloudWatch's choices)`, "choose one of these"),
  })
  .meta({
    description:
      "Retention in CloudWatch, in days. With auditors.googleGroups also of the environment's log bucket in Google Cloud. Google's bucket _Default keeps its 30 days.",
    examples: [30],
  });

/** One environment's whole config, after its overlay has been merged over the base. */
export const configSchema = keys(
  {
    name: text(ID, {
      description: "Prefix of every resource name.",
      expected: "lower-case words joined by dashes",
      example: "storefront",
    }),
    twinOf: text(ID, {
      description:
        "The environment of which this one is a copy in another pair of regions. This file then starts from that environment's file, in place of base.yaml alone. docs/how-to/two-regions.md lists what may differ.",
      expected: "the name of an environment",
      example: "prod",
    }).optional(),
    aws,
    google,
    state,
    handshake: word(["federated", "shared-issuer"], {
      description:
        "How Cloud Run trusts a call. federated: a Lambda authorizer gets a Google ID token for it. shared-issuer: Envoy, in front of each service, verifies the caller's token again. docs/explanation/choosing-a-handshake.md compares them.",
      expected: "federated or shared-issuer",
    }).default("federated"),
    envoy: envoy.optional(),
    issuers: issuers.default({}),
    gateway,
    services,
    clients: clients.default({}),
    logs: keys(
      { retentionDays: retentionDays.default(30) },
      "Logs of the gateway and the functions, and with auditors.googleGroups those of the services.",
    ).prefault({}),
    alarms: alarms.optional(),
    dashboards: flag(
      "One dashboard in CloudWatch and one in Cloud Monitoring, with the same rows. docs/how-to/alarms.md shows them.",
    ),
    auditors: auditors.optional(),
    tags: entries(
      z.string().regex(new RegExp(`^[a-z][a-z0-9_-]{0,${limit.LABEL_CHARACTERS - 1}}$`), {
        error: explain(
          `a lower-case letter, then up to ${limit.LABEL_CHARACTERS - 1} of a-z, 0-9, _ and - (a Google label)`,
          "rename the tag",
        ),
      }),
      text(new RegExp(`^[a-z0-9_-]{0,${limit.LABEL_CHARACTERS}}$`), {
        description: "Its value.",
        expected: `up to ${limit.LABEL_CHARACTERS} of a-z, 0-9, _ and - (a Google label)`,
        example: "shop",
      }),
      {
        description: "Tags in AWS and labels in Google Cloud. application and environment are added.",
        expected: "a map of tags",
        example: { team: "shop" },
      },
    ).default({}),
    requireDigest: flag("Requires a digest for every image."),
    protect: flag(
      "Deletion protection of user pools, secrets and services. To delete one: set false, deploy, then remove it.",
      true,
    ),
    recoveryDays: integer(0, limit.RECOVERY_DAYS_MAX, {
      description: "How long a deleted AWS secret can be restored, in days: 0 (deleted immediately) or 7-30.",
      limit: "AWS Secrets Manager's limit",
    }).default(30),
    federation: keys(
      {
        generation: count(1, {
          description: "Raise it while Google blocks the id of a deleted pool (30 days).",
        }).default(1),
      },
      "The workload identity pool.",
    ).prefault({}),
    limits: limits.prefault({}),
  },
  "One environment.",
);

export type Config = z.infer<typeof configSchema>;
export type AlarmsConfig = NonNullable<Config["alarms"]>;
export type ServiceConfig = Config["services"][string];
/** The short form `public` is written out. */
export type RouteConfig = Exclude<ServiceConfig["routes"][string], "public">;
export type IssuerConfig = Config["issuers"][string];
export type ClientConfig = Config["clients"][string];

/** One environment as its files are, checked against the schema alone. */
export interface EnvironmentConfig {
  readonly name: string;
  /** Base and overlay merged. */
  readonly root: LocatedMap;
  readonly config: Config;
  /** Operations of OpenAPI documents. */
  readonly unrouted: readonly Unrouted[];
}
