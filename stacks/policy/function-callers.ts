import { difference } from "../../packages/terraform-access-review/terraform-json/difference";
import { aliasesOf, invokedBy } from "../../packages/terraform-access-review/terraform-json/invoked";
import { referred, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type Resource, type StackJson } from "./rule";

/** Arguments of a permission that may have any value. */
const FREE = ["//", "depends_on", "lifecycle", "statement_id"];

const INVOKE = "lambda:InvokeFunction";

/**
 * Only this stack's own resources may invoke a function, each by its exact ARN: its authorizers, the rule of its daily
 * check, and the secret that it rotates. Any other principal that could invoke an authorizer could get Google tokens
 * from it. If the function has an alias, its authorizers may invoke nothing else: `npx front-door revoke` moves the alias.
 */
export const functionCallers: BuiltInRule<{ readonly aws: { readonly account: string } }> = {
  id: "function-callers",
  promise:
    "A function is invoked by its own authorizers, by its daily check and by the secret that it rotates. If it has an alias, authorizers invoke only that. No function has a URL.",
  findings(stack, { aws }) {
    const calls = [...authorizerCalls(stack), ...checkCalls(stack), ...rotationCalls(stack, aws.account)];
    return [
      ...resourcesOf(stack, "aws_lambda_permission").flatMap((permission) => permissionFindings(permission, calls)),
      ...resourcesOf(stack, "aws_lambda_function_url").map(
        finding("opens a function to the internet, past the gateway: remove it"),
      ),
    ];
  },
};

/** A permission as it must be declared. */
type Call = Readonly<Record<"action" | "function_name" | "principal" | "source_arn", string>> & {
  readonly qualifier?: string;
  readonly source_account?: string;
};

function permissionFindings({ address, attributes }: Resource, calls: readonly Call[]): Finding[] {
  const found = Object.fromEntries(Object.entries(attributes).filter(([argument]) => !FREE.includes(argument)));
  if (calls.some((call) => difference(found, call) === undefined)) return [];
  const expected = calls
    .filter(({ function_name }) => function_name === found.function_name)
    .map(({ principal, source_arn, qualifier }) => [principal, "for", source_arn, ...by(qualifier)].join(" "));
  const message =
    `allows ${found.principal} to perform ${found.action} on ${found.function_name} for ` +
    `${[found.source_arn ?? "anything", ...by(found.qualifier)].join(" ")}: ` +
    `expected exactly ${INVOKE} by ${expected.join(", or ") || "no principal"}`;
  return [{ address, message }];
}

function by(qualifier: unknown): readonly string[] {
  return qualifier === undefined ? [] : [`with the qualifier ${qualifier}`];
}

function call(target: Resource, principal: string, source: string): Call {
  const function_name = `\${${target.address}.function_name}`;
  return { action: INVOKE, function_name, principal, source_arn: source };
}

function functionOf(stack: StackJson, reference: unknown): readonly Resource[] {
  const found = referred(stack, reference);
  return found?.type === "aws_lambda_function" ? [found] : [];
}

function authorizerCalls(stack: StackJson): readonly Call[] {
  return resourcesOf(stack, "aws_apigatewayv2_authorizer", "aws_api_gateway_authorizer").flatMap(
    ({ address, attributes }) => {
      const api = referred(stack, attributes.api_id ?? attributes.rest_api_id);
      const source = `\${${api?.address}.execution_arn}/authorizers/\${${address}.id}`;
      const invoked = invokedBy(stack, attributes.authorizer_uri);
      if (invoked === undefined) return [];
      const { function: target, alias } = invoked;
      if (alias === undefined && aliasesOf(stack, target).length > 0) return [];
      const qualifier = alias && { qualifier: `\${${alias.address}.name}` };
      return [{ ...call(target, "apigateway.amazonaws.com", source), ...qualifier }];
    },
  );
}

function checkCalls(stack: StackJson): readonly Call[] {
  return resourcesOf(stack, "aws_cloudwatch_event_target").flatMap(({ attributes }) => {
    const source = `\${${referred(stack, attributes.rule)?.address}.arn}`;
    return functionOf(stack, attributes.arn).map((to) => call(to, "events.amazonaws.com", source));
  });
}

/** A permission for Secrets Manager must also name the account: the ARN of a secret alone is not enough. */
function rotationCalls(stack: StackJson, account: string): readonly Call[] {
  return resourcesOf(stack, "aws_secretsmanager_secret_rotation").flatMap(({ attributes }) => {
    const source = `\${${referred(stack, attributes.secret_id)?.address}.arn}`;
    return functionOf(stack, attributes.rotation_lambda_arn).map((to) => ({
      ...call(to, "secretsmanager.amazonaws.com", source),
      source_account: account,
    }));
  });
}
