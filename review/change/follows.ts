import type { ResourceChange } from "./model";

/** Attributes that say nothing by themselves: they are computed from something that the report shows. */
const DERIVED: Readonly<Record<string, readonly string[]>> = {
  aws_api_gateway_stage: ["variables.policy"],
  aws_apigatewayv2_stage: ["stage_variables.policy"],
  aws_lambda_function: [
    "filename",
    "source_code_hash",
    "source_code_size",
    "last_modified",
    "qualified_arn",
    "version",
  ],
};

/** Says of changes that consist of a hash alone what they follow from, so that nobody needs to read them. */
export function followed(changes: readonly ResourceChange[]): readonly ResourceChange[] {
  const cause = changes.some(({ address }) => address === "authorizer-policy.json")
    ? "authorizer-policy.json changed, shown in this report"
    : "the functions' own code changed: see functions/ in the same commit";
  return changes.map((change) => {
    const derived = DERIVED[change.type] ?? [];
    const onlyDerived = change.attributes.length > 0 && change.attributes.every(({ path }) => derived.includes(path));
    return change.action === "changed" && onlyDerived ? { ...change, follows: cause } : change;
  });
}
