import { isReferenceTo } from "./references";
import { withInvokeReference } from "./rest-references";
import { blocksOf, type Resource, referred, referring, type StackJson } from "./stack-json";

/** The code that runs for a call that names a function, or an alias of one. */
export interface Invoked {
  readonly function: Resource;
  /** Undefined: the call names the function itself. */
  readonly alias?: Resource;
}

/**
 * The function that an invoke ARN calls. Undefined if it may not be code of this stack: an alias that divides its calls
 * between versions, or points to another version than the one that its function publishes.
 */
export function invokedBy(stack: StackJson, written: unknown): Invoked | undefined {
  const invokeArn = withInvokeReference(stack, written);
  const named = referred(stack, invokeArn);
  // The function's other invoke ARN, of one version, is excluded, because a revocation does not reach that version.
  if (named !== undefined && isReferenceTo(invokeArn, "aws_lambda_function.invoke_arn")) return { function: named };
  if (named === undefined || !isReferenceTo(invokeArn, "aws_lambda_alias.invoke_arn")) return undefined;
  const target = publishedBy(stack, named);
  return target && { function: target, alias: named };
}

/** The function whose published version gets all calls of an alias. */
export function publishedBy(stack: StackJson, { attributes }: Resource): Resource | undefined {
  const { function_name, function_version, routing_config } = attributes;
  const target = referred(stack, function_name);
  if (target?.type !== "aws_lambda_function" || target.attributes.publish !== true) return undefined;
  if (function_version !== `\${${target.address}.version}` || blocksOf(routing_config).length > 0) return undefined;
  return target;
}

/** The aliases of a function. A call that names the function itself bypasses them. */
export function aliasesOf(stack: StackJson, { address }: Resource): readonly Resource[] {
  return referring(stack, "aws_lambda_alias", "function_name", address);
}
