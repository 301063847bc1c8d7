import { isReferenceTo } from "../terraform-json/references";
import { added, removed } from "./covered";
import type { ResourceType } from "./resource-type";

export const LAMBDA: Readonly<Record<string, ResourceType>> = {
  aws_lambda_function: {
    named: ["function", "function_name"],
    replaces: ["function_name", "package_type"],
    covered: [
      /^(architectures|memory_size|timeout|reserved_concurrent_executions|function_name)\b/,
      /^role$/,
      // The archive contains the policy, which rows report, and code, whose sources are reviewed.
      /^(source_code_hash|source_code_size|last_modified|publish|qualified_arn|qualified_invoke_arn|version)$/,
      removed(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/),
      added(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/),
      // The scopes in a rotated secret. A row reports the scopes that the client gets.
      /^environment\.variables\.SCOPE$/,
      // Rows report each refused name.
      /^environment\.variables\.REVOKED_CALLERS$/,
    ],
    opensOutside: ["code_sha256"],
    derived: [
      "filename",
      "source_code_hash",
      "source_code_size",
      "last_modified",
      "qualified_arn",
      "qualified_invoke_arn",
      "version",
    ],
  },
  aws_lambda_alias: {
    named: ["alias", "name"],
    replaces: ["function_name", "name"],
    // The version decides every call, so any change of it is reported.
    covered: [/^(arn|invoke_arn|name)$/],
  },
  aws_lambda_permission: {
    replaces: ["action", "function_name", "principal", "qualifier", "source_account", "source_arn", "statement_id"],
    covered: [/^(action|principal|qualifier|source_account|source_arn|statement_id)$/],
  },
  // Waiting instances grant nothing in addition to their version. For an alias, they make Lambda invoke the former
  // version for minutes after a change of the alias, such as a revocation.
  aws_lambda_provisioned_concurrency_config: {
    replaces: ["function_name", "qualifier"],
    isRead: ({ qualifier }) => isVersion(qualifier),
    covered: [
      /^(function_name|provisioned_concurrent_executions)$/,
      { path: /^qualifier$/, where: ({ after }) => isVersion(after) },
    ],
    isHarmlessAlone: true,
  },
};

/** Whether it is a version that the stack publishes, or a version's number. */
function isVersion(qualifier: unknown): boolean {
  return isReferenceTo(qualifier, "aws_lambda_function.version") || /^\d+$/.test(String(qualifier));
}
