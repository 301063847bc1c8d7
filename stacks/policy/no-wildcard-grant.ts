import {
  type DeclaredStatement,
  iamStatements,
  unreadPolicyArguments,
} from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { canonical } from "../../packages/terraform-access-review/terraform-json/order";
import { resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { READS_OF_NAMES } from "../aws/auditors/log-actions";
import type { Statement } from "../aws/policy-document";
import { type BuiltInRule, finding } from "./rule";

/**
 * ARNs with a wildcard by AWS's own convention: a log group's ARN ends in `:*` to include its streams (Service
 * Authorization Reference, CloudWatch Logs).
 */
const LOG_STREAMS = /^\$\{aws_cloudwatch_log_group\.\w+\.arn\}:\*$/;

/**
 * Requests that a REST API's resource policy alone may allow: preflights and well-known documents, which carry no token and
 * which the gateway answers itself. `execution_arn` is one API, and there is no caller to name.
 */
const OWN_ANSWERS =
  /^\$\{aws_api_gateway_rest_api\.\w+\.execution_arn\}\/live\/(OPTIONS\/\*|GET\/\.well-known\/[\w./-]+)$/;

/**
 * Actions without resource-level permissions that show only names. Auditors need them to find log groups and saved
 * queries.
 */
const FINDS_NAMES: readonly string[] = READS_OF_NAMES;

interface Reviewed {
  /** Statements that the program declares on purpose. Each is exact. */
  readonly reviewed: readonly Statement[];
}

/** All of a statement but the resource that holds it. */
function contentOf({ resource: _, ...statement }: Partial<DeclaredStatement>): string {
  return canonical(statement);
}

/** A grant names its actions, principal and resource. A wildcard grants more than was reviewed. */
export const noWildcardGrant: BuiltInRule<Reviewed> = {
  id: "no-wildcard-grant",
  promise: "No IAM policy has a wildcard principal, action or resource, and every policy can be read before the apply.",
  findings(stack, { reviewed }) {
    const known = new Set(reviewed.map(contentOf));
    const granting = iamStatements(stack)
      // A denial may use wildcards, because it only removes access.
      .filter((statement) => statement.Effect !== "Deny" && !letsOwnAnswersOut(statement) && !findsNames(statement))
      .filter((statement) => !known.has(contentOf(statement)));
    return [
      ...granting.flatMap((statement) =>
        wildcards(statement).map((message) => ({ address: statement.resource.address, message })),
      ),
      ...resourcesOf(stack, /^aws_/)
        .filter((each) => unreadPolicyArguments(each).length > 0)
        .map(finding("has a policy that no rule can read: write its statements out, as JSON")),
    ];
  },
};

function letsOwnAnswersOut({ resource, Action, Resource, NotAction, NotResource }: DeclaredStatement): boolean {
  if (resource.type !== "aws_api_gateway_rest_api_policy" || Action !== "execute-api:Invoke") return false;
  const allowed = texts(Resource);
  return (
    NotAction === undefined &&
    NotResource === undefined &&
    allowed.length > 0 &&
    allowed.every((each) => OWN_ANSWERS.test(each))
  );
}

function findsNames({ resource, Action, Resource, NotAction }: DeclaredStatement): boolean {
  const actions = texts(Action);
  const isAuditors = resource.address === "aws_iam_role_policy.auditors" && NotAction === undefined;
  return isAuditors && Resource === "*" && actions.length > 0 && actions.every((each) => FINDS_NAMES.includes(each));
}

function wildcards(statement: DeclaredStatement): string[] {
  const found: string[] = [];
  for (const part of ["NotPrincipal", "NotAction", "NotResource"] as const) {
    if (statement[part] !== undefined)
      found.push(`${part} grants everything except what it names: name what is granted`);
  }
  for (const action of texts(statement.Action).filter((text) => text.includes("${"))) {
    found.push(`Action ${action} is not readable before the apply: name what is granted`);
  }
  for (const part of ["Principal", "Action", "Resource"] as const) {
    for (const text of texts(statement[part])) {
      if (!/[*?]/.test(text) || (part === "Resource" && LOG_STREAMS.test(text))) continue;
      found.push(`${part} ${text} has a wildcard: name what is granted`);
    }
  }
  return found;
}
