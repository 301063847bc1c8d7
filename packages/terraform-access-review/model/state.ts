import type { EnvoyPolicy } from "../../../contract/envoy/policy";
import type { AccessPolicy } from "../../../contract/policy-file";
import { referred, resourcesOf, type StackJson } from "../terraform-json/stack-json";

/** The content of `synthesized/<environment>/` at one commit. */
export interface SynthesizedState {
  readonly stack: StackJson & { readonly [block: string]: unknown };
  /** Undefined if no function decides by a policy. */
  readonly policy?: AccessPolicy;
  /** Functions decide by their own rules, which are not readable here. */
  readonly isPolicyUnread?: true;
  /**
   * The code of rotations is what the reviewing program builds, and no part of the reviewed change. Without it, the start
   * of a rotation counts as broader: its archive may contain anything.
   */
  readonly isOwnCode?: true;
  /** What the Envoys enforce. Undefined if there is no such file, or none is known. */
  readonly envoy?: EnvoyPolicy;
}

/**
 * The same state with another state's Envoy policy, if it has none itself. Any policy will do to read an Envoy that is
 * exactly what the policy compiles to.
 */
export function withEnvoyOf(state: SynthesizedState, other: SynthesizedState): SynthesizedState {
  const envoy = state.envoy ?? other.envoy;
  return envoy === undefined ? state : { ...state, envoy };
}

/** Whether functions decide in this stack, so that their policy must exist. */
export function isDecidedByFunctions({ resource, ...rest }: StackJson): boolean {
  const stack = { ...rest, resource: resource ?? {} };
  const authorizers = resourcesOf(stack, "aws_apigatewayv2_authorizer");
  // The provider declares no JWT authorizer for a REST API, so a function decides there.
  return (
    resourcesOf(stack, "aws_lambda_function").some(({ name }) => !rotatesSecrets(stack, name)) ||
    stack.resource.aws_api_gateway_authorizer !== undefined ||
    authorizers.some(({ attributes }) => attributes.authorizer_type !== "JWT")
  );
}

/** Whether Secrets Manager calls the function, and no gateway does. */
function rotatesSecrets(stack: StackJson, name: string): boolean {
  return resourcesOf(stack, "aws_secretsmanager_secret_rotation").some(({ attributes }) => {
    const named = referred(stack, attributes.rotation_lambda_arn);
    return named?.type === "aws_lambda_function" && named.name === name;
  });
}

/** The state of an environment that does not exist, or not yet. */
export const NOTHING: SynthesizedState = { stack: { resource: {}, provider: {} } };
