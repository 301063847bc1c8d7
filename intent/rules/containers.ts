import type { Rule } from "../derived/draft";
import * as limit from "../model/limits";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** A variable has one source, a name that Cloud Run does not reserve, and a size that Cloud Run accepts. */
export const variablesAreFree: Rule = ({ services }, report) => {
  for (const [id, { environment, secrets }] of services) {
    const path = ["services", id];
    for (const name of Object.keys(environment)) checkName(name, [...path, "environment", name], report);
    for (const name of Object.keys(secrets)) checkName(name, [...path, "secrets", name], report);
    for (const [name, value] of Object.entries(environment)) {
      const bytes = Buffer.byteLength(name) + Buffer.byteLength(value);
      if (Object.hasOwn(secrets, name)) {
        report([...path, "environment", name], {
          got: `the variable ${name} in environment and in secrets`,
          expected: "one source (Cloud Run refuses two)",
          remedy: "remove one of the two",
        });
      }
      if (bytes > limit.CLOUD_RUN_VARIABLE_BYTES) {
        report([...path, "environment", name], {
          got: `${bytes} bytes`,
          expected: `at most ${limit.CLOUD_RUN_VARIABLE_BYTES} with the name (Cloud Run's limit per variable)`,
          remedy: "put the text into the image or into a secret",
        });
      }
    }
    const count = Object.keys({ ...environment, ...secrets }).length;
    if (count > limit.CLOUD_RUN_VARIABLES) {
      report([...path, "environment"], {
        got: `${count} variables`,
        expected: `at most ${limit.CLOUD_RUN_VARIABLES} (Cloud Run's limit per container)`,
        remedy: "remove some, or put them into a file of the image",
      });
    }
  }
};

function checkName(name: string, path: Path, report: Report): void {
  const isReserved =
    limit.CLOUD_RUN_RESERVED_VARIABLES.includes(name) || name.startsWith(limit.CLOUD_RUN_RESERVED_VARIABLE_PREFIX);
  if (!isReserved) return;
  report(path, {
    got: `the variable ${name}`,
    expected: `none of ${limit.CLOUD_RUN_RESERVED_VARIABLES.join(", ")}, ${limit.CLOUD_RUN_RESERVED_VARIABLE_PREFIX}* (Cloud Run sets them)`,
    remedy: name === "PORT" ? "remove it and set the service's port" : "rename or remove it",
  });
}

/** A probe calls the container directly, so any plain path works, even one that Cloud Run's front end reserves. */
export const healthPathIsPlain: Rule = ({ services }, report) => {
  for (const [id, { healthPath }] of services) {
    if (healthPath === undefined || /^\/[A-Za-z0-9._~:@!$&'()*+,;=/-]*$/.test(healthPath)) continue;
    report(["services", id, "healthPath"], {
      got: JSON.stringify(healthPath),
      expected: "a path of plain ASCII characters, without query or fragment",
      remedy: "write it as in /healthz",
    });
  }
};
