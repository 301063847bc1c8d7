import type { Client, MachineClient } from "../../intent/model/client-intent";
import type { Intent } from "../../intent/model/intent";
import { roleArn, rotationFunction } from "../../intent/model/names";
import {
  type DeclaredStatement,
  iamStatements,
} from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { referred, referring, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type Finding, isExactly, type Resource, type StackJson, unless } from "./rule";

type Clients = Pick<Intent, "aws" | "clients" | "prefix">;

const POLICY = "aws_secretsmanager_secret_policy";
const OPERATOR = "ArnNotEquals";
const KEY = "aws:PrincipalArn";

/** Clients' secrets that a principal outside the config could read. */
export function clientSecretFindings(stack: StackJson, intent: Clients): readonly Finding[] {
  const secrets = resourcesOf(stack, "aws_secretsmanager_secret");
  return [
    ...secrets.flatMap((secret) => secretFindings(stack, secret, intent)),
    ...resourcesOf(stack, POLICY)
      .filter(({ attributes }) => referred(stack, attributes.secret_arn)?.type !== "aws_secretsmanager_secret")
      .map(({ address, attributes }) => ({
        address,
        message: `is the policy of ${attributes.secret_arn}, which is not a secret of this stack: refer to one`,
      })),
  ];
}

function secretFindings(stack: StackJson, { address, attributes }: Resource, intent: Clients): Finding[] {
  const client = intent.clients.filter(isMachine).find(({ secretName }) => secretName === attributes.name);
  if (client === undefined) return [{ address, message: "belongs to no client in config: no principal may read it" }];
  const policies = referring(stack, POLICY, "secret_arn", address);
  if (policies.length !== 1 || attributes.policy !== undefined) {
    const message = "does not have exactly one resource policy: of two, only the last one written counts";
    return [{ address, message }];
  }
  const exempt = exemptOf(client, intent);
  const statements = iamStatements(stack).filter(({ resource }) => resource.address === policies[0]?.address);
  const message =
    "does not deny reading to every principal but its readers: give it such a resource policy, with no other condition " +
    `than ${OPERATOR} of ${KEY} to ${exempt.join(", ") || "no principal"}`;
  return unless(
    statements.some((each) => deniesTheRest(each, address, exempt)),
    address,
    message,
  );
}

function isMachine(client: Client): client is MachineClient {
  return client.grant === "client_credentials";
}

/** The secret's readers, the roles that run Terraform, and its rotation role. */
function exemptOf({ id, readers, rotateEveryDays, disabled }: MachineClient, { aws, prefix }: Clients): string[] {
  const isRotated = rotateEveryDays !== undefined && !disabled;
  const rotation = isRotated ? [roleArn(aws.account, rotationFunction(prefix, id))] : [];
  return [...readers, ...aws.deployers, ...rotation].sort();
}

function deniesTheRest(statement: DeclaredStatement, secret: string, exempt: readonly string[]) {
  // Without exceptions the provider could not read what it wrote.
  if (exempt.length === 0) return false;
  return isExactly(statement, {
    Effect: "Deny",
    Principal: "*",
    Action: "secretsmanager:GetSecretValue",
    Resource: `\${${secret}.arn}`,
    Condition: { [OPERATOR]: { [KEY]: exempt } },
  });
}
