import type { Intent } from "../../intent/model/intent";
import { type AwsPolicy, policiesOf } from "../../packages/terraform-access-review/access/aws-policies";
import {
  referred,
  referring,
  resourcesOf,
  texts,
} from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, type Resource, type StackJson, unless } from "./rule";

/** Actions of a rotation on its secret and its client. In IAM, the pool is Cognito's narrowest resource. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  aws_secretsmanager_secret: [
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
  ],
  aws_cognito_user_pool: [
    "cognito-idp:AddUserPoolClientSecret",
    "cognito-idp:DeleteUserPoolClientSecret",
    "cognito-idp:ListUserPoolClientSecrets",
  ],
  aws_cloudwatch_log_group: ["logs:CreateLogStream", "logs:PutLogEvents"],
};

/**
 * A secret with rotation in config is rotated at the configured interval, starting immediately. Its rotation function
 * may access only that secret and that client's pool.
 */
export const rotatedSecret: BuiltInRule<Pick<Intent, "clients">> = {
  id: "rotated-secret",
  promise:
    "A client's secret is rotated as often as config says, by a function that can change only this secret and only this client's user pool.",
  findings(stack, { clients }) {
    const daysByName = new Map(
      clients.flatMap((client) =>
        client.grant === "client_credentials" && client.rotateEveryDays !== undefined && !client.disabled
          ? [[client.secretName, client.rotateEveryDays] as const]
          : [],
      ),
    );
    return resourcesOf(stack, "aws_secretsmanager_secret").flatMap((secret) => {
      const rotations = referring(stack, "aws_secretsmanager_secret_rotation", "secret_id", secret.address);
      const days = daysByName.get(String(secret.attributes.name));
      return [
        ...scheduleFindings(secret, rotations, days),
        ...rotations.flatMap((rotation) => functionFindings(stack, rotation, secret)),
      ];
    });
  },
};

function scheduleFindings({ address }: Resource, rotations: readonly Resource[], days: number | undefined): Finding[] {
  if (days === undefined) return rotations.map(finding("rotates a secret that config does not rotate"));
  const [rotation, second] = rotations;
  if (rotation === undefined || second !== undefined) {
    return [{ address, message: `has ${rotations.length} rotations: config asks for one every ${days} days` }];
  }
  const rules = rotation.attributes.rotation_rules as Readonly<Record<string, unknown>> | undefined;
  const isRight = rules?.automatically_after_days === days && Object.keys(rules).length === 1;
  const isReplaced = rotation.attributes.rotate_immediately === true;
  return [
    ...unless(isRight, rotation.address, `does not rotate every ${days} days`),
    ...unless(isReplaced, rotation.address, "keeps using the first secret, which is in the state"),
  ];
}

function functionFindings(stack: StackJson, rotation: Resource, secret: Resource): Finding[] {
  const rotates = referred(stack, rotation.attributes.rotation_lambda_arn);
  const role = rotates && referred(stack, rotates.attributes.role);
  if (rotates === undefined || role === undefined) {
    return [{ address: rotation.address, message: "names no function of this stack, so its permissions are unknown" }];
  }
  const own = ownParts(stack, rotates, secret);
  return policiesOf(stack, role)
    .filter((policy) => !isWithin(stack, policy, own))
    .map(({ by }) => ({
      address: by.address,
      message: `lets the rotation of ${secret.address} do more than rotate that secret`,
    }));
}

/** Addresses of the resources a rotation may access: its secret, and the pool and log group that its function names. */
function ownParts(stack: StackJson, { attributes }: Resource, secret: Resource): readonly string[] {
  const named = texts([attributes.environment, attributes.logging_config]).flatMap(
    (text) => referred(stack, text) ?? [],
  );
  const own = named.filter(({ type }) => type === "aws_cognito_user_pool" || type === "aws_cloudwatch_log_group");
  return [secret, ...own].map(({ address }) => address);
}

/** Whether a policy grants only what a rotation needs. One that is not declared here may grant anything. */
function isWithin(stack: StackJson, { statements }: AwsPolicy, own: readonly string[]): boolean {
  const granting = statements?.filter(({ Effect }) => Effect !== "Deny");
  return (
    granting?.every(({ Action, Resource }) => {
      const [actions, resources] = [texts(Action), texts(Resource)];
      const isOfOwn = resources.every((text) => {
        // A log group's ARN may end in `:*` for its streams.
        const target = referred(stack, text.replace(/:\*$/, ""));
        const allowed = target && own.includes(target.address) ? (ACTIONS[target.type] ?? []) : [];
        return actions.every((action) => allowed.includes(action));
      });
      return actions.length > 0 && resources.length > 0 && isOfOwn;
    }) === true
  );
}
