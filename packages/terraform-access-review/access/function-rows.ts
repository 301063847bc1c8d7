import { type AccessRow, RUN_AS } from "../model/row";
import { listOf, referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";

/** As which role each function runs, and who reaches it by an address of its own, past every gateway. */
export function functionRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_lambda_function").map((each) => ({
      principal: inWords(each),
      permission: RUN_AS,
      resource: readable(stack, each.attributes.role),
      condition: "-",
    })),
    ...resourcesOf(stack, "aws_lambda_function_url").map(({ attributes }) => {
      const { authorization_type: type, function_name, qualifier, cors } = attributes;
      const named = referred(stack, function_name);
      const origins = listOf([cors].flat()[0]?.allow_origins);
      return {
        // With any other type than IAM's own the provider lets anyone invoke it.
        principal: type === "AWS_IAM" ? "principals with lambda:InvokeFunctionUrl" : "anyone",
        permission: "call it by its function URL",
        resource: named === undefined ? String(function_name) : inWords(named),
        condition: [
          type === "AWS_IAM" ? "SigV4 signature" : `PAST THE GATEWAY, authorization ${type}`,
          ...(qualifier ? [`its version ${qualifier}`] : []),
          ...(origins.length > 0 ? [`pages of ${origins.join(", ")} read responses`] : []),
        ].join("; "),
      };
    }),
  ];
}
