import { isDecidedByFunctions } from "../../../packages/terraform-access-review/model/state";
import { isReferenceTo, soleReference } from "../../../packages/terraform-access-review/terraform-json/references";
import { ROTATION_ARCHIVE, type UntrustedJson } from "./stack-faults";

/** Types that only deciding functions need. In the other handshake, unchecked code could use them to decide calls. */
const OF_FUNCTIONS = /^aws_(lambda_|api_gateway_)|^google_iam_workload_identity_pool/;

/**
 * Why a stack does not use the base branch's handshake. The handshake determines which files are checked, so a branch
 * may not change it. The other handshake's checks would not find half of their files.
 */
export function handshakeFaults(stack: UntrustedJson, base: UntrustedJson): readonly string[] {
  const byFunctions = isDecidedByFunctions(base);
  const resource: UntrustedJson = stack?.resource ?? {};
  const functions = Object.keys(resource.aws_lambda_function ?? {})
    .filter((name) => !rotates(resource, name))
    .sort()
    .join(" and ");
  if (!byFunctions) {
    return [
      ...Object.keys(resource)
        .filter((type) => OF_FUNCTIONS.test(type) && !isOfRotation(resource, type))
        .map((type) => `resource.${type}: is not allowed where no function decides; ${OTHER}`),
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

/** A function that runs the rotation of secrets, and so decides no calls. Its hash is checked with the others. */
function rotates({ aws_lambda_function }: UntrustedJson, name: string): boolean {
  return aws_lambda_function?.[name]?.filename === ROTATION_ARCHIVE;
}

/**
 * Whether all of a type's resources belong to rotation: functions that rotate secrets, and permissions to call them.
 */
function isOfRotation(resource: UntrustedJson, type: string): boolean {
  const named = Object.entries<UntrustedJson>(resource[type] ?? {});
  if (type === "aws_lambda_function") return named.every(([name]) => rotates(resource, name));
  if (type !== "aws_lambda_permission") return false;
  return named.every(([, attributes]) => {
    const name = attributes?.function_name;
    return (
      isReferenceTo(name, "aws_lambda_function.function_name") && rotates(resource, soleReference(name)?.name ?? "")
    );
  });
}

const OTHER = "a change of the handshake must be planned by an authorized person, or by the deploy after its merge";

function authorizersOf(resource: UntrustedJson, isOther: (type: unknown) => boolean): readonly string[] {
  return Object.entries<UntrustedJson>(resource.aws_apigatewayv2_authorizer ?? {})
    .map(([name, attributes]) => ({ name, type: attributes?.authorizer_type }))
    .filter(({ type }) => isOther(type))
    .map(
      ({ name, type }) =>
        `aws_apigatewayv2_authorizer.${name}.authorizer_type: ${JSON.stringify(type)} is not of the base branch's handshake; ${OTHER}`,
    );
}
