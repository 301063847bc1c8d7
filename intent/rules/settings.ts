import type { Rule } from "../derived/rule";
import { RECOVERY_DAYS_MIN, TAGS_MAX } from "../model/limits";

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

/** AWS offers no recovery window of 1-6 days. With `protect`, a secret must not be deleted at once. */
export const recoveryFits: Rule = ({ recoveryDays, protect }, report) => {
  if (recoveryDays > 0 && recoveryDays < RECOVERY_DAYS_MIN) {
    report(["recoveryDays"], {
      got: String(recoveryDays),
      expected: `0, or at least ${RECOVERY_DAYS_MIN} (AWS Secrets Manager's limit)`,
      remedy: `raise it to ${RECOVERY_DAYS_MIN}, or write 0 to delete secrets at once`,
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
