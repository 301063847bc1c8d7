import { listOf, type StackJson } from "../../terraform-json/stack-json";

/** The ARN of a role in the stack's own account by its name, so that permission and trust read alike; any other as it is. */
export function ownRole({ provider }: StackJson, text: string): string {
  const accounts = (provider.aws ?? []).flatMap(({ allowed_account_ids }) => listOf(allowed_account_ids));
  return text.replace(/^arn:aws:iam::(\d{12}):role\//, (prefix, account) =>
    accounts.includes(account) ? "role " : prefix,
  );
}
