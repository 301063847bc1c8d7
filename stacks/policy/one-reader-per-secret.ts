import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { texts } from "./iam-statements";
import { type Finding, PolicyRule } from "./rule";

/**
 * A secret of Google is read by one runtime account, and written by exact principals who do not read it; one of AWS
 * denies everybody whom its policy does not name.
 */
export class OneReaderPerSecret extends PolicyRule {
  readonly id = "one-reader-per-secret";

  findings(stack: DeclaredStack): readonly Finding[] {
    return [
      ...stack.ofType("google_secret_manager_secret").flatMap((secret) => googleFindings(stack, secret)),
      ...stack.ofType("google_secret_manager_secret_iam_member").map(({ address }) => ({
        address,
        message: "adds a reader beside the secret's one binding: remove it",
      })),
      ...stack.ofType("aws_secretsmanager_secret").flatMap((secret) => awsFindings(stack, secret)),
    ];
  }
}

const READ = "roles/secretmanager.secretAccessor";
const ADD = "roles/secretmanager.secretVersionAdder";

/** By its exact address: whoever adds a version decides what the service gets. */
const EXACT = /^(serviceAccount|group|user):[^\s*@]+@[^\s*@]+$/;

function googleFindings(stack: DeclaredStack, { address }: DeclaredResource): Finding[] {
  const bindings = stack
    .ofType("google_secret_manager_secret_iam_binding")
    .filter(({ attributes }) => stack.referred(attributes.secret_id)?.address === address);
  const membersOf = (role: string) =>
    bindings
      .filter(({ attributes }) => attributes.role === role)
      .flatMap(({ attributes }) => texts(attributes.members));
  const readers = membersOf(READ);
  const isReadByOne = readers.length === 1 && RUNTIME_ACCOUNT.test(readers[0] ?? "");
  return [
    ...(isReadByOne
      ? []
      : [{ address, message: `is read by ${readers.join(", ") || "nobody"}: expected one runtime account` }]),
    ...bindings
      .filter(({ attributes }) => attributes.role !== READ && attributes.role !== ADD)
      .map((binding) => ({
        address: binding.address,
        message: `gives ${binding.attributes.role}: expected ${READ} for its reader, ${ADD} for who may change it`,
      })),
    ...membersOf(ADD)
      .filter((member) => !EXACT.test(member) || readers.includes(member) || isRuntime(stack, member))
      .map((member) => ({ address, message: `may be changed by ${member}: expected exact principals who read none` })),
  ];
}

const RUNTIME_ACCOUNT = /^\$\{google_service_account\.\w+_rt\.member\}$/;

/** A runtime account by its address: no service changes what a service reads. */
function isRuntime(stack: DeclaredStack, member: string): boolean {
  return stack
    .ofType("google_service_account")
    .some(
      ({ address, attributes }) =>
        /_rt$/.test(address) && member.startsWith(`serviceAccount:${attributes.account_id}@`),
    );
}

function awsFindings(stack: DeclaredStack, { address }: DeclaredResource): Finding[] {
  const policies = stack
    .ofType("aws_secretsmanager_secret_policy")
    .filter(({ attributes }) => stack.referred(attributes.secret_arn)?.address === address);
  const denies = policies.some(({ attributes }) => deniesTheRest(String(attributes.policy)));
  if (policies.length === 1 && denies) return [];
  return [{ address, message: "does not deny reading to everybody but its readers: give it such a resource policy" }];
}

function deniesTheRest(policy: string): boolean {
  const statements: readonly Record<string, unknown>[] = JSON.parse(policy).Statement;
  return statements.some(({ Effect, Principal, Action, Condition }) => {
    const exempt = (Condition as { ArnNotEquals?: Record<string, unknown> })?.ArnNotEquals?.["aws:PrincipalArn"];
    const exact = texts(exempt).length > 0 && texts(exempt).every((arn) => !/[*?]/.test(arn));
    return Effect === "Deny" && Principal === "*" && Action === "secretsmanager:GetSecretValue" && exact;
  });
}
