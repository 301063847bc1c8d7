import type { Intent } from "../../intent/model/intent";
import { auditorsRole } from "../../intent/model/names";
import { type AwsPolicy, policiesOf, trustOf } from "../../packages/terraform-access-review/access/aws-policies";
import { googleBindings } from "../../packages/terraform-access-review/access/google-bindings";
import { iamStatements } from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { referencesIn } from "../../packages/terraform-access-review/terraform-json/references";
import {
  referred,
  referring,
  resourcesOf,
  texts,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import { auditorsPermissions, auditorsTrust } from "../aws/auditors/log-actions";
import { routedLogs, visibleLogs } from "../google/log-filters";
import { type BuiltInRule, differing, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

const VIEW_BINDING = "google_logging_log_view_iam_binding";
const NAMES_AN_AUDITOR = "names an auditor: auditors read logs and nothing else";
const LOG_GROUP = /^\$\{(aws_cloudwatch_log_group\.\w+)\.arn\}:\*$/;

type Audited = Pick<Intent, "auditors" | "prefix" | "google" | "services" | "handshake" | "federation">;

/** Auditors may read this environment's logs in both clouds, and nothing else: no secret, no token, no service. */
export const auditorsReadLogsAlone: BuiltInRule<Audited> = {
  id: "auditors-read-logs-alone",
  promise: "Auditors read this environment's logs in both clouds, and nothing else.",
  findings(stack, intent) {
    const { awsRoles = [], googleGroups = [] } = intent.auditors ?? {};
    const name = auditorsRole(intent.prefix);
    const roles = resourcesOf(stack, "aws_iam_role").filter(({ attributes }) => attributes.name === name);
    return [
      ...roles.flatMap((role) => roleFindings(stack, role, awsRoles)),
      ...unless(
        awsRoles.length === 0 || roles.length > 0,
        "aws_iam_role.auditors",
        "is missing, but config names auditors: declare it",
      ),
      ...elsewhere(stack, roles, awsRoles),
      ...googleFindings(stack, googleGroups, intent),
    ];
  },
};

function googleFindings(stack: StackJson, googleGroups: readonly string[], intent: Audited): Finding[] {
  const groups = googleGroups.map((group) => `group:${group}`);
  const named = googleBindings(stack).filter(
    ({ by, members }) => !by.type.startsWith("google_logging_") && members.some((member) => groups.includes(member)),
  );
  const grants = resourcesOf(stack, /^google_logging_\w+_iam_/);
  const views = resourcesOf(stack, "google_logging_log_view");
  return [
    ...named.map(({ by }) => by).map(finding(NAMES_AN_AUDITOR)),
    ...grants.flatMap((grant) => logFindings(stack, grant, groups)),
    ...views.flatMap(({ address, attributes }) =>
      differing(
        address,
        "shows logs other than request and audit logs",
        attributes.filter,
        visibleLogs(intent.google.project),
      ),
    ),
    ...resourcesOf(stack, "google_logging_project_sink").flatMap(({ address, attributes }) =>
      differing(address, "stores logs other than this environment's", attributes.filter, routedLogs(intent)),
    ),
  ];
}

function roleFindings(stack: StackJson, role: Resource, auditors: readonly string[]): Finding[] {
  const { address, attributes } = role;
  const policies = policiesOf(stack, role);
  const [policy, ...more] = policies.filter(({ by }) => by.type === "aws_iam_role_policy");
  const others = [...more, ...policies.filter(({ by }) => by.type !== "aws_iam_role_policy")];
  const isExclusive = ["aws_iam_role_policies_exclusive", "aws_iam_role_policy_attachments_exclusive"].every(
    (type) => referring(stack, type, "role_name", address).length === 1,
  );
  return [
    ...differing(
      address,
      "trusts principals other than the config's auditors",
      trustOf(stack, role),
      auditorsTrust(auditors),
    ),
    ...differing(address, "allows sessions longer than an hour", attributes.max_session_duration, 3600),
    ...(policy
      ? permissionFindings(stack, policy)
      : [{ address, message: "has no policy of its own: declare one that allows only reading logs" }]),
    ...others.map(({ by }) => by).map(finding("grants auditors more than their logs: remove it")),
    ...unless(isExclusive, address, "keeps policies that were added by hand: make its policies exclusive"),
  ];
}

/** Permissions must match exactly. Only the log groups vary, and they must be from this stack. */
function permissionFindings(stack: StackJson, { by: { address }, statements: found = [] }: AwsPolicy): Finding[] {
  const groups = texts(found[0]?.Resource);
  const strange = groups.filter((text) => {
    const group = LOG_GROUP.exec(text)?.[1];
    return !resourcesOf(stack, "aws_cloudwatch_log_group").some((each) => each.address === group);
  });
  const expected = auditorsPermissions(groups.map((text) => text.replace(/:\*$/, "")));
  return [
    ...differing(address, "grants auditors something other than their logs", found, expected),
    ...strange.map((text) => ({
      address,
      message: `lets auditors read ${text}, which is not a log group of this stack`,
    })),
  ];
}

/** Other declarations that name an auditor, or the auditors' role. */
function elsewhere(stack: StackJson, roles: readonly Resource[], auditors: readonly string[]): readonly Finding[] {
  const own = roles.map(({ address }) => address);
  const names = (principal: unknown) =>
    texts(principal).some(
      (text) => auditors.includes(text) || referencesIn(text).some(({ address }) => own.includes(address)),
    );
  const grants = iamStatements(stack).filter(
    ({ resource, Effect, Principal }) => Effect === "Allow" && !own.includes(resource.address) && names(Principal),
  );
  const calls = resourcesOf(stack, "aws_lambda_permission").filter(({ attributes }) => names(attributes.principal));
  const addresses = [...grants.map(({ resource }) => resource), ...calls].map(({ address }) => address);
  return [...new Set(addresses)].map((address) => ({ address, message: NAMES_AN_AUDITOR }));
}

function logFindings(stack: StackJson, { type, address, attributes }: Resource, groups: readonly string[]): Finding[] {
  if (type !== VIEW_BINDING)
    return [{ address, message: "grants access to logs outside the view's one binding: remove it" }];
  const isView = referred(stack, attributes.name)?.type === "google_logging_log_view";
  return [
    ...differing(
      address,
      "grants access to principals other than the config's groups",
      [...texts(attributes.members)].sort(),
      groups,
    ),
    ...differing(address, "grants another role", attributes.role, "roles/logging.viewAccessor"),
    ...unless(isView, address, "opens a view that this stack does not declare"),
  ];
}
