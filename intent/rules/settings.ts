import { clientsOf, type Rule } from "../derived/draft";
import {
  ACCOUNT_THROTTLE,
  LOW_ACCOUNT_THROTTLE,
  LOW_THROTTLE_REGIONS,
  RECOVERY_DAYS_MIN,
  TAGS_MAX,
} from "../model/limits";

/** Terraform stores the state in one place, either S3 or a file. */
export const stateHasOnePlace: Rule = ({ state }, report) => {
  const written = (["bucket", "region", "path"] as const).filter((key) => state[key] !== undefined);
  if (["path", "bucket,region"].includes(written.join())) return;
  report(["state"], {
    got: written.join(" and ") || "neither",
    expected: "either bucket and region, or path",
    remedy: "complete it; an overlay that moves to a local file also sets `bucket: null, region: null`",
  });
};

/** AWS offers no recovery window of 1-6 days. With `protect`, a secret must not be deleted immediately. */
export const recoveryFits: Rule = ({ recoveryDays, protect }, report) => {
  if (recoveryDays > 0 && recoveryDays < RECOVERY_DAYS_MIN) {
    report(["recoveryDays"], {
      got: String(recoveryDays),
      expected: `0, or at least ${RECOVERY_DAYS_MIN} (AWS Secrets Manager's limit)`,
      remedy: `raise it to ${RECOVERY_DAYS_MIN}${protect ? "" : ", or write 0 to delete secrets immediately"}`,
    });
  }
  if (recoveryDays === 0 && protect) {
    report(["recoveryDays"], {
      got: "0 with protect: true",
      expected: `at least ${RECOVERY_DAYS_MIN} while protect is on`,
      remedy: `raise it to ${RECOVERY_DAYS_MIN} or more, or set protect: false`,
    });
  }
};

const SET_BY_PROGRAM = ["application", "environment"];
const RESERVED_PREFIXES = ["aws", "goog"];

/** Tags are both AWS tags and Google labels. Both clouds reserve prefixes, and the program sets two tags itself. */
export const tagsAreFree: Rule = ({ tags }, report) => {
  const keys = Object.keys(tags);
  for (const key of keys) {
    const path = ["tags", key];
    if (SET_BY_PROGRAM.includes(key)) {
      const remedy = "remove it: the program sets it from the config's name and environment";
      report(path, { got: `the tag ${key}`, expected: `none of ${SET_BY_PROGRAM.join(", ")}`, remedy });
    }
    const reserved = RESERVED_PREFIXES.find((start) => key.startsWith(start));
    if (reserved) {
      const expected = `a name that does not start with ${reserved} (the cloud reserves it)`;
      report(path, { got: `the tag ${key}`, expected, remedy: "rename the tag" });
    }
  }
  if (keys.length > TAGS_MAX) {
    const expected = `at most ${TAGS_MAX} (AWS allows 50 tags per resource, and the program sets two)`;
    report(["tags"], { got: `${keys.length} tags`, expected, remedy: "remove some" });
  }
};

/** A throttle above the account's quota has no effect: the quota applies first, and to every API of the account. */
export const throttlesFitTheAccount: Rule = ({ aws, clients, gateway, limits, routes }, report) => {
  const preset = LOW_THROTTLE_REGIONS.includes(aws.region) ? LOW_ACCOUNT_THROTTLE : ACCOUNT_THROTTLE;
  const quotas = { ...preset, ...limits };
  const all = [
    { throttle: gateway.throttle, path: ["gateway"] },
    { throttle: gateway.defaultPlan?.throttle, path: ["gateway", "defaultPlan"] },
    ...routes.map(({ config, path }) => ({ ...config, path })),
    ...[...clients].map(([id, { throttle }]) => ({ throttle, path: ["clients", id] })),
  ];
  for (const { throttle, path } of all) {
    for (const [key, quota] of [
      ["ratePerSecond", "requestsPerSecond"],
      ["burst", "requestBurst"],
    ] as const) {
      if (throttle === undefined || throttle[key] <= quotas[quota]) continue;
      report([...path, "throttle", key], {
        got: String(throttle[key]),
        expected: `at most ${quotas[quota]} (API Gateway's quota of the account in ${aws.region})`,
        remedy: `lower it, or ask AWS for a larger rate, which moves the burst along, and set limits.${quota}`,
      });
    }
  }
};

/** API Gateway compares origins as text, so an origin must be written exactly as browsers send it. */
export const corsOriginsAreExact: Rule = ({ gateway }, report) => {
  for (const [index, origin] of (gateway.cors?.origins ?? []).entries()) {
    const sent = URL.canParse(origin) ? new URL(origin).origin : undefined;
    if (sent === origin) continue;
    report(["gateway", "cors", "origins", index], {
      got: JSON.stringify(origin),
      expected: "an origin as browsers send it: lower-case host, no default port, no slash",
      remedy: sent === undefined ? "write it as in https://shop.example.com" : `write ${sent}`,
    });
  }
};

/**
 * A client's secret denies every principal that is not listed. Without Terraform's own role the next plan would fail.
 */
export const deployersAreNamed: Rule = (draft, report) => {
  const [machine] = clientsOf(draft, "client_credentials");
  if (draft.aws.deployers !== undefined || machine === undefined) return;
  report(["aws", "deployers"], {
    got: "nothing",
    expected: `the roles that run Terraform, because ${machine[0]} has a client secret`,
    remedy:
      'add them: deployers: ["arn:aws:iam::<account>:role/<role>"]; only they and the readers can read the secret',
  });
};

/** The secrets are encrypted with an AWS managed key, which no other account can use. */
export const rolesAreOfThisAccount: Rule = (draft, report) => {
  const { account, deployers } = draft.aws;
  const readers = clientsOf(draft, "client_credentials").map(([id, client]) => {
    return { path: ["clients", id, "readers"], arns: client.readers };
  });
  for (const { path, arns = [] } of [{ path: ["aws", "deployers"], arns: deployers }, ...readers]) {
    for (const [index, arn] of arns.entries()) {
      if (arn.split(":")[4] === account) continue;
      report([...path, index], {
        got: arn,
        expected: `a role of the account ${account} (no other account can use the AWS managed key)`,
        remedy: "name a role of this account, which the other account's role may assume",
      });
    }
  }
};
