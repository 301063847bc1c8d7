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
      // The archive holds the policy, of which rows tell, and code, whose sources are reviewed and built.
      /^(source_code_hash|source_code_size|last_modified|publish|qualified_arn|qualified_invoke_arn|version)$/,
      removed(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/),
      added(/^environment\.variables\.(CLIENT|ISSUER)_\w+$/),
      // What a rotated secret says of its scopes: which the client gets is in a row.
      /^environment\.variables\.SCOPE$/,
      // Rows say of each name whether it is shut out.
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
    // The version it points to decides every call, so any change of that is news.
    covered: [/^(arn|invoke_arn|name)$/],
  },
  aws_lambda_permission: {
    replaces: ["action", "function_name", "principal", "qualifier", "source_account", "source_arn", "statement_id"],
    covered: [/^(action|principal|qualifier|source_arn|statement_id)$/],
  },
  // Instances that wait for calls: they give nothing that the version does not. Kept for an alias, they make Lambda
  // invoke its former version for minutes after it was moved, as for a revocation.
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

/** A version that the stack publishes, or a version's number. */
function isVersion(qualifier: unknown): boolean {
  return isReferenceTo(qualifier, "aws_lambda_function.version") || /^\d+$/.test(String(qualifier));
}
