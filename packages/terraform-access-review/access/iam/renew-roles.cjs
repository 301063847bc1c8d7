"use strict";
/**
 * Renews two tables. roles.json: which predefined roles of Google Cloud, and managed policies of AWS, contain a permission
 * that can lead to a secret or to an invocation. google-permissions.json of the tests: all permissions of those roles, of
 * the services that the pipeline's own roles use.
 *
 *     node packages/terraform-access-review/access/iam/renew-roles.cjs <git folder of github.com/iann0036/iam-dataset>
 *
 * The dataset (MIT licence) collects what both clouds publish about their roles.
 */
const { execFileSync } = require("node:child_process");
const { writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { AWS_ACTIONS, GOOGLE_PERMISSIONS } = require("./permissions.json");

const [folder] = process.argv.slice(2);
const git = (...args) =>
  execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "inherit"],
  });

/** The files below a folder of the dataset, parsed. A copy of it may lack the largest ones, which are reported. */
function filesIn(path) {
  const names = git("ls-tree", "--name-only", "HEAD", `${path}/`).trim().split("\n");
  const input = names.map((name) => `HEAD:${name}`).join("\n");
  const output = execFileSync("git", ["-C", folder, "cat-file", "--batch"], { input, maxBuffer: 1 << 30 });
  let at = 0;
  return names.flatMap((name) => {
    const end = output.indexOf("\n", at);
    const [, kind, size] = output.subarray(at, end).toString("utf8").split(" ");
    if (kind === "missing") {
      at = end + 1;
      console.log(`missing: ${name}`);
      return [];
    }
    const text = output.subarray(end + 1, end + 1 + Number(size)).toString("utf8");
    at = end + Number(size) + 2;
    return [JSON.parse(text)];
  });
}

function isMatch(pattern, action) {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "i").test(action);
}

/** Actions that a managed policy allows on anything. What it denies, and its conditions, are left out: it may allow them. */
function allowedBy({ document }) {
  const statements = [document.Statement].flat().filter(({ Effect }) => Effect === "Allow");
  return AWS_ACTIONS.filter((action) =>
    statements.some(({ Action, NotAction }) =>
      NotAction === undefined
        ? [Action].flat().some((pattern) => isMatch(pattern, action))
        : ![NotAction].flat().some((pattern) => isMatch(pattern, action)),
    ),
  );
}

/** By the part before the last dot or slash, the names with the positions of their permissions: `admin:0,3 viewer`. */
function table(entries, permissions) {
  const groups = {};
  for (const [name, found] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, group, own] = /^(.*[./])?([^./]+)$/.exec(name);
    const positions = found.map((each) => permissions.indexOf(each)).filter((at) => at >= 0);
    groups[group ?? ""] ??= [];
    groups[group ?? ""].push(positions.length === 0 ? own : `${own}:${positions.join(",")}`);
  }
  return Object.fromEntries(Object.entries(groups).map(([group, names]) => [group, names.join(" ")]));
}

/** Whether the pipeline's roles use the service of a permission. */
function isOfPipeline(permission) {
  return /^(iam|logging|monitoring|pubsub|resourcemanager|run|secretmanager|serviceusage)\./.test(permission);
}

/** `{ "run.services": "create get" }` */
function verbsByKind(permissions) {
  const groups = {};
  for (const permission of permissions) {
    const [, kind, verb] = /^(.*)\.([^.]+)$/.exec(permission);
    groups[kind] = groups[kind] === undefined ? verb : `${groups[kind]} ${verb}`;
  }
  return groups;
}

const [commit, date] = git("log", "-1", "--format=%H %cs").trim().split(" ");
const roles = filesIn("gcp/roles").map(({ name, includedPermissions = [] }) => [
  name.replace(/^roles\//, ""),
  includedPermissions,
]);
const policies = filesIn("aws/managedpolicies").map((policy) => [policy.name, allowedBy(policy)]);
const content = {
  source: `https://github.com/iann0036/iam-dataset at ${commit}`,
  date,
  google: table(roles, GOOGLE_PERMISSIONS),
  aws: table(policies, AWS_ACTIONS),
};
const write = (path, value) => writeFileSync(join(__dirname, path), `${JSON.stringify(value, null, 1)}\n`);
write("roles.json", content);
write("../../../../__tests__/fixtures/google-permissions.json", {
  source: content.source,
  date,
  permissions: verbsByKind([...new Set(roles.flatMap(([, permissions]) => permissions))].filter(isOfPipeline).sort()),
});
console.log(`${roles.length} roles of Google Cloud, ${policies.length} managed policies of AWS, ${date}`);
