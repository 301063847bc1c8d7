import * as z from "zod";
import { POLICY_PRINCIPALS, SECRET_ROTATION_DAYS_MAX } from "../model/limits";
import { GOOGLE_REGION, ID, PRINCIPAL } from "../model/patterns";
import { count, explain, integer, keys, list, text } from "./fields";

/** The newest version, whenever an instance starts. */
const LATEST = "latest";
/** Google chooses where the value is kept. */
const AUTOMATIC = "automatic";

const version = z
  .union(
    [
      count(1, {
        description: "Pinned version.",
        remedy: "write the version's number, or latest",
      }),
      z.literal(LATEST),
    ],
    {
      error: explain(
        "a whole number from 1, or latest",
        "write the number of the version to pin, or latest: then each new instance takes the newest one",
      ),
    },
  )
  .meta({
    description:
      "Version that is mounted: a number, or latest, which each instance resolves when it starts, so that instances of one revision may differ; not where requireDigest is on. Unset: the secret is created and not yet mounted.",
    examples: [3, LATEST],
  });

const replicas = z
  .union(
    [
      z.literal(AUTOMATIC),
      list(
        text(GOOGLE_REGION, { description: "One region.", expected: "a Google Cloud region", example: "europe-west1" }),
        {
          description: "Regions.",
          expected: "a list of regions",
          example: ["europe-west1", "europe-west4"],
        },
      ),
    ],
    {
      error: explain("automatic, or a list of regions", "write it as in [europe-west1, europe-west4], or automatic"),
    },
  )
  .meta({
    description:
      "Where its values are kept: these regions, or automatic (Google chooses). Unset: google.region. Another choice makes the secret anew, without its values.",
    examples: [["europe-west1", "europe-west4"], AUTOMATIC],
  });

const MOST_ADDERS = POLICY_PRINCIPALS - 1;

const versionAdders = list(
  text(PRINCIPAL, {
    description: "One principal.",
    expected: "serviceAccount:, group: or user: and an address in small letters (an exact principal)",
    example: "group:platform@example.com",
  }),
  {
    description:
      "Who may add versions, and by that right read none. Without it nobody but those whom the project gives it.",
    expected: `a list of 1-${MOST_ADDERS} principals (IAM's ${POLICY_PRINCIPALS} in one policy, less the reader)`,
    example: ["serviceAccount:rotator@storefront-dev.iam.gserviceaccount.com"],
  },
  MOST_ADDERS,
);

/** One environment variable of a service that is a secret. */
export const secret = keys(
  {
    secret: text(ID, {
      description: "Id of the secret; Secret Manager's id is <name>-<environment>-<id>.",
      expected: "lower-case words joined by dashes (a secret id)",
      example: "orders-database-url",
    }),
    version: version.optional(),
    replicas: replicas.optional(),
    versionAdders: versionAdders.optional(),
    rotateEveryDays: integer(1, SECRET_ROTATION_DAYS_MAX, {
      description:
        "After how many days Google reminds of a new version, again and again, by a message to the environment's Pub/Sub topic. It makes none: somebody or something that listens adds it. Needs google.projectNumber.",
      example: 30,
      limit: "the design's limit; Secret Manager allows 36,500",
    }).optional(),
  },
  "A secret of Google Secret Manager.",
);
