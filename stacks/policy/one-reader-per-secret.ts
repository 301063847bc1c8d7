import type { Client, MachineClient } from "../../intent/model/client-intent";
import type { Intent, Service } from "../../intent/model/intent";
import { envoySecretId, roleArn, rotationFunction } from "../../intent/model/names";
import { bindingsOn } from "../../packages/terraform-access-review/access/google-bindings";
import {
  type DeclaredStatement,
  iamStatements,
} from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { referred, referring, resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, isExactly, type Resource, type StackJson, unless } from "./rule";

/**
 * In Google, only its own service's runtime account reads a secret, and only exact principals that cannot read it may
 * write it. In AWS, a secret denies every principal that config does not name.
 */
export const oneReaderPerSecret: BuiltInRule<Pick<Intent, "aws" | "clients" | "prefix" | "services">> = {
  id: "one-reader-per-secret",
  promise:
    "Only the service's own runtime account reads its secrets. Only the `readers` in config read a client's secret.",
  findings(stack, intent) {
    /** Id of the runtime account, by id of the secret. */
    const accounts = new Map(intent.services.flatMap(secretsOf));
    return [
      ...resourcesOf(stack, "google_secret_manager_secret").flatMap((secret) =>
        googleFindings(stack, secret, accounts.get(String(secret.attributes.secret_id))),
      ),
      ...clientSecretFindings(stack, intent),
    ];
  },
};

function googleFindings(stack: StackJson, secret: Resource, reader: string | undefined): Finding[] {
  const { address } = secret;
  const bindings = bindingsOn(stack, secret);
  const membersOf = (wanted: string) =>
    bindings.filter(({ role }) => role === wanted).flatMap(({ members }) => members);
  const readers = membersOf(READ);
  return [
    ...readerFindings(stack, address, readers, reader),
    ...bindings
      .filter(({ role }) => role !== READ && role !== ADD)
      .map(({ by, role }) => ({
        address: by.address,
        message: `grants ${role}: expected ${READ} for its reader, ${ADD} for who may change it`,
      })),
    ...membersOf(ADD)
      .filter((member) => !EXACT.test(member) || readers.includes(member) || isRuntime(stack, member))
      .map((member) => ({
        address,
        message: `may be changed by ${member}: expected exact principals that cannot read it`,
      })),
  ];
}

const READ = "roles/secretmanager.secretAccessor";
const ADD = "roles/secretmanager.secretVersionAdder";

/** A principal by its exact e-mail address. A principal that adds a version controls what the service gets. */
const EXACT = /^(serviceAccount|group|user):[^\s*@]+@[^\s*@]+$/;

/** The secrets that a service mounts, and the configuration of its Envoy. */
function secretsOf({ name, runtimeName, secrets }: Service): [string, string][] {
  return [...secrets.map(({ secretId }) => secretId), envoySecretId(name)].map((id) => [id, runtimeName]);
}

function readerFindings(
  stack: StackJson,
  address: string,
  readers: readonly string[],
  expected: string | undefined,
): Finding[] {
  if (expected === undefined)
    return [{ address, message: "belongs to no service in config: no principal may read it" }];
  const [reader, second] = readers;
  const account = referred(stack, reader);
  const isOwn = reader === `\${${account?.address}.member}` && account?.attributes.account_id === expected;
  const who = readers.join(", ") || "no principal";
  const message = `is read by ${who}: expected only its service's runtime account, ${expected}`;
  return unless(isOwn && second === undefined, address, message);
}

/** Whether a member is a runtime account. No service may change what a service reads. */
function isRuntime(stack: StackJson, member: string): boolean {
  return resourcesOf(stack, "google_service_account").some(
    ({ address, attributes }) => /_rt$/.test(address) && member.startsWith(`serviceAccount:${attributes.account_id}@`),
  );
}

type Clients = Pick<Intent, "aws" | "clients" | "prefix">;

const POLICY = "aws_secretsmanager_secret_policy";
const OPERATOR = "ArnNotEquals";
const KEY = "aws:PrincipalArn";

/** Clients' secrets that a principal outside the config could read. */
function clientSecretFindings(stack: StackJson, intent: Clients): readonly Finding[] {
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
