import type { AccessRow } from "../model/row";
import { type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { IDENTITY_POLICY, identityRows, wordsOf } from "./aws-identity-rows";
import { conditions, principals, readStatements, targets, verb } from "./aws-statements";

/** Every statement of every policy in AWS: trust, permissions, resource policies, and who may invoke a function. */
export function awsRows(stack: StackJson): readonly AccessRow[] {
  return [
    ...resourcesOf(stack, "aws_iam_role").flatMap((role) => trustRows(stack, role)),
    ...identityRows(stack),
    ...typesWithPolicies(stack)
      .flatMap((type) => resourcesOf(stack, type))
      .filter(({ attributes }) => typeof attributes.policy === "string")
      .flatMap((policy) => resourcePolicyRows(stack, policy)),
    ...resourcesOf(stack, "aws_lambda_permission").map((permission) => invocationRow(stack, permission)),
  ];
}

/** Any type may carry a policy of its own; most of a big stack has none. */
function typesWithPolicies({ resource }: StackJson): readonly string[] {
  return Object.keys(resource)
    .filter((type) => type.startsWith("aws_") && !IDENTITY_POLICY.test(type))
    .filter((type) => Object.values(resource[type] ?? {}).some(({ policy }) => typeof policy === "string"));
}

function trustRows(stack: StackJson, role: Resource): readonly AccessRow[] {
  return readStatements(role.attributes.assume_role_policy).flatMap((statement) =>
    principals(stack, statement).map((principal) => ({
      principal,
      permission: `${verb(statement)} (trust policy)`,
      resource: inWords(role),
      ...conditions(stack, statement),
    })),
  );
}

function resourcePolicyRows(stack: StackJson, policy: Resource): readonly AccessRow[] {
  return readStatements(policy.attributes.policy).flatMap((statement) =>
    principals(stack, statement).flatMap((principal) =>
      targets(statement).map((resource) => ({
        principal,
        permission: verb(statement),
        resource: readable(stack, resource),
        ...conditions(stack, statement),
      })),
    ),
  );
}

function invocationRow(stack: StackJson, { attributes }: Resource): AccessRow {
  return {
    principal: String(attributes.principal),
    permission: String(attributes.action),
    resource: [attributes.function_name, attributes.qualifier]
      .filter((part) => part !== undefined && part !== null)
      .map((part) => wordsOf(stack, part))
      .join(", "),
    condition: attributes.source_arn ? `source ARN ${readable(stack, attributes.source_arn)}` : "ANY SOURCE ARN",
  };
}
