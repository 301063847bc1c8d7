import permissions from "./permissions.json";
import table from "./roles.json";

/**
 * Which permissions that can lead to a secret or an invocation a role contains. The table is generated
 * (`renew-roles.cjs`), with its source and date in `roles.json`. What it does not list is unknown.
 */

/** A predefined role of Google Cloud, `roles/run.invoker`. Undefined: not in the table. */
export function permissionsOfRole(role: string): readonly string[] | undefined {
  return google.get(role.replace(/^roles\//, ""));
}

/** A managed policy of AWS by its ARN. Undefined: not in the table, such as a customer's own policy. */
export function actionsOfPolicy(arn: string): readonly string[] | undefined {
  const [, name = ""] = /^arn:aws:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  // The dataset lacks the two largest ones.
  return /^(Administrator|PowerUser)Access$/.test(name) ? permissions.AWS_ACTIONS : aws.get(name);
}

const google = read(table.google, permissions.GOOGLE_PERMISSIONS);
const aws = read(table.aws, permissions.AWS_ACTIONS);

/** @param groups by the start of the names: `admin:0,3 viewer`, with the positions of permissions */
function read(groups: Readonly<Record<string, string>>, names: readonly string[]) {
  const entries = Object.entries(groups).flatMap(([start, listed]) =>
    listed.split(" ").map((each): [string, readonly string[]] => {
      const [name = "", positions] = each.split(":");
      return [`${start}${name}`, positions?.split(",").map((at) => names[Number(at)] ?? "") ?? []];
    }),
  );
  return new Map(entries);
}
