import type { PolicyJson } from "../access/policy-json";
import type { StackJson } from "../stack-json";

/** What `synthesized/<environment>/` holds of one commit. */
export interface SynthesizedState {
  readonly stack: StackJson & { readonly [block: string]: unknown };
  /** Undefined where no function decides by one. */
  readonly policy?: PolicyJson;
}

/** Whether functions decide in this stack, so that there must be the policy by which they do. */
export function isDecidedByFunctions({ resource }: StackJson): boolean {
  const authorizers = Object.values(resource?.aws_apigatewayv2_authorizer ?? {});
  // A REST API has no authorizer of tokens: whatever decides there is a function.
  const byFunctions = [resource?.aws_lambda_function, resource?.aws_api_gateway_authorizer];
  return byFunctions.some((each) => each !== undefined) || authorizers.some((each) => each.authorizer_type !== "JWT");
}

/** An environment that is not there, or not yet. */
export const NOTHING: SynthesizedState = { stack: { resource: {}, provider: {} } };
