import { clientsOf, type Draft, type Rule } from "../derived/draft";
import { GOOGLE_LOG_RETENTION_DAYS, TRUST_POLICY_CHARACTERS } from "../model/limits";
import { FUNCTION_IDS, roleArn, rotationFunction } from "../model/names";
import type { Path } from "../source/located";

/** An empty map would declare nothing, but suggest that the logs are audited. */
export const auditorsAreNamed: Rule = ({ auditors }, report) => {
  if (auditors === undefined || auditors.awsRoles !== undefined || auditors.googleGroups !== undefined) return;
  report(["auditors"], {
    got: "neither awsRoles nor googleGroups",
    expected: "at least one of them",
    remedy: "name who reads the logs, or remove auditors (in an overlay: auditors: null)",
  });
};

/** An auditor must have no other role in the config: it would then get tokens, secrets or services as well as logs. */
export const auditorsAreNothingElse: Rule = (draft, report) => {
  for (const [index, arn] of (draft.auditors?.awsRoles ?? []).entries()) {
    const other = otherPart(draft, arn);
    if (other === undefined) continue;
    report(["auditors", "awsRoles", index] satisfies Path, {
      got: `${arn}, which is also ${other}`,
      expected: "a role with no other access in this environment",
      remedy: "use a different role for one of the two",
    });
  }
};

function otherPart(draft: Draft, arn: string): string | undefined {
  const { prefix, aws, services, clients } = draft;
  if (aws.deployers?.includes(arn)) return "one of aws.deployers";
  const [reads] = clientsOf(draft, "client_credentials").find(([, { readers }]) => readers?.includes(arn)) ?? [];
  if (reads !== undefined) return `a reader of ${reads}'s secret`;
  const externals = clientsOf(draft, "external");
  const [calls] = externals.find(([, { subject, claims }]) => [subject, claims?.sub].includes(arn)) ?? [];
  if (calls !== undefined) return `the client ${calls}`;
  const own = [...FUNCTION_IDS, ...services.keys()].map((id) => `${prefix}-${id}`);
  const rotating = [...clients.keys()].map((id) => rotationFunction(prefix, id));
  const isOwn = [...own, ...rotating].some((each) => roleArn(aws.account, each) === arn);
  return isOwn ? "a role of this stack" : undefined;
}

/** Characters of the trust policy besides the ARNs. Each ARN adds two quotes and a comma. */
const TRUST_POLICY_REST = 140;

/** All auditors' ARNs are in one trust policy. */
export const auditorsFit: Rule = ({ auditors, logs }, report) => {
  const roles = auditors?.awsRoles ?? [];
  const length = TRUST_POLICY_REST + roles.reduce((sum, arn) => sum + arn.length + 3, 0);
  if (length > TRUST_POLICY_CHARACTERS) {
    report(["auditors", "awsRoles"], {
      got: `a trust policy of ${length} characters`,
      expected: `at most ${TRUST_POLICY_CHARACTERS} (IAM's limit for a role's trust policy)`,
      remedy: "name one role that all of them may assume",
    });
  }
  const days = logs.retentionDays;
  if (auditors?.googleGroups !== undefined && days > GOOGLE_LOG_RETENTION_DAYS) {
    report(["logs", "retentionDays"], {
      got: `${days} with auditors.googleGroups`,
      expected: `at most ${GOOGLE_LOG_RETENTION_DAYS} (Cloud Logging's limit)`,
      remedy: "lower it to 3288",
    });
  }
};
