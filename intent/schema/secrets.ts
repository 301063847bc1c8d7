import * as z from "zod";
import { POLICY_PRINCIPALS, SECRET_ROTATION_DAYS_MAX } from "../model/limits";
import { GOOGLE_REGION, ID, PRINCIPAL } from "../model/patterns";
import { count, either, integer, keys, list, text } from "./fields";

/** The latest version at the time an instance starts. */
const LATEST = "latest";
/** Google chooses the replica locations. */
const AUTOMATIC = "automatic";

const pinned = count(1, { description: "Pinned version.", remedy: "write the version's number, or latest" });

const version = either([pinned, z.literal(LATEST)], {
  description:
    "Mounted version: a number, or latest. latest is resolved when an instance starts, so instances of one revision can differ; it is an error with requireDigest. Without it the secret is created and not mounted.",
  expected: "a whole number from 1, or latest",
  remedy: "write the number of the version to pin, or latest: then each new instance takes the newest one",
  examples: [3, LATEST],
});

const regions = list(
  text(GOOGLE_REGION, { description: "One region.", expected: "a Google Cloud region", example: "europe-west1" }),
  { description: "Regions.", expected: "a list of regions", example: ["europe-west1", "europe-west4"] },
);

const replicas = either([z.literal(AUTOMATIC), regions], {
  description:
    "Where its values are stored: these regions, or automatic (Google chooses). Default: google.region. A change replaces the secret without its values.",
  expected: "automatic, or a list of regions",
  remedy: "write it as in [europe-west1, europe-west4], or automatic",
  examples: [["europe-west1", "europe-west4"], AUTOMATIC],
});

const MOST_ADDERS = POLICY_PRINCIPALS - 1;

const versionAdders = list(
  text(PRINCIPAL, {
    description: "One principal.",
    expected: "serviceAccount:, group: or user: and an address in lower case (an exact principal)",
    example: "group:platform@example.com",
  }),
  {
    description:
      "Principals that may add versions. This right does not let them read any. Default: only principals with a grant on the project.",
    expected: `a list of 1-${MOST_ADDERS} principals (IAM's ${POLICY_PRINCIPALS} in one policy, less the reader)`,
    example: ["serviceAccount:rotator@storefront-dev.iam.gserviceaccount.com"],
  },
  MOST_ADDERS,
);

/** A service's environment variable whose value is a secret. */
export const secret = keys(
  {
    secret: text(ID, {
      description: "Id of the secret. Its Secret Manager id is <name>-<environment>-<id>.",
      expected: "lower-case words joined by dashes (a secret id)",
      example: "orders-database-url",
    }),
    version: version.optional(),
    replicas: replicas.optional(),
    versionAdders: versionAdders.optional(),
    rotateEveryDays: integer(1, SECRET_ROTATION_DAYS_MAX, {
      description:
        "Days between two reminders that Google sends to the environment's Pub/Sub topic. Google creates no version: a person or a subscriber adds it. Needs google.projectNumber.",
      example: 30,
      limit: "the design's limit; Secret Manager allows 36,500",
    }).optional(),
  },
  "A secret of Google Secret Manager.",
);
