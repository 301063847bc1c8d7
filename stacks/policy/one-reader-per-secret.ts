import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { texts } from "./iam-statements";
import { type Finding, PolicyRule } from "./rule";

/** A secret of Google is read by one runtime account; one of AWS denies everybody whom its policy does not name. */
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

function googleFindings(stack: DeclaredStack, { address }: DeclaredResource): Finding[] {
  const readers = stack
    .ofType("google_secret_manager_secret_iam_binding")
    .filter(({ attributes }) => stack.referred(attributes.secret_id)?.address === address)
    .flatMap(({ attributes }) => texts(attributes.members));
  if (readers.length === 1 && /^\$\{google_service_account\.\w+_rt\.member\}$/.test(readers[0] ?? "")) return [];
  return [{ address, message: `is read by ${readers.join(", ") || "nobody"}: expected one runtime account` }];
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
