import { isDecidedByFunctions } from "../../../review/change/state";
import type { UntrustedJson } from "./stack-faults";

/** What only functions that decide have use for: without them it would be decided elsewhere, and nobody here could say by what. */
const OF_FUNCTIONS = /^aws_(lambda_|api_gateway_)|^google_iam_workload_identity_pool/;

/**
 * Why a stack is not of the base branch's handshake. Which files are checked follows from that, so a branch may not turn
 * it by itself: half of the checks of the other handshake would have nothing to look at.
 */
export function handshakeFaults(stack: UntrustedJson, base: UntrustedJson): readonly string[] {
  const byFunctions = isDecidedByFunctions(base);
  const resource: UntrustedJson = stack?.resource ?? {};
  const functions = Object.keys(resource.aws_lambda_function ?? {})
    .sort()
    .join(" and ");
  if (!byFunctions) {
    return [
      ...Object.keys(resource)
        .filter((type) => OF_FUNCTIONS.test(type))
        .map((type) => `resource.${type}: may not stand where no function decides; ${OTHER}`),
      ...authorizersOf(resource, (type) => type !== "JWT"),
    ];
  }
  return [
    ...(functions === "callers and public"
      ? []
      : [`resource.aws_lambda_function: got ${functions || "none"}, expected callers and public; ${OTHER}`]),
    ...authorizersOf(resource, (type) => type !== "REQUEST"),
  ];
}

const OTHER = "a change of the handshake is planned by a person who may, or by the deploy after its merge";

function authorizersOf(resource: UntrustedJson, isOther: (type: unknown) => boolean): readonly string[] {
  return Object.entries<UntrustedJson>(resource.aws_apigatewayv2_authorizer ?? {})
    .map(([name, attributes]) => ({ name, type: attributes?.authorizer_type }))
    .filter(({ type }) => isOther(type))
    .map(
      ({ name, type }) =>
        `aws_apigatewayv2_authorizer.${name}.authorizer_type: ${JSON.stringify(type)} is not of the base branch's handshake; ${OTHER}`,
    );
}
