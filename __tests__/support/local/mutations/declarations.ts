import { block, type Change, devDocument } from "../document";

/** One declaration that differs from the committed one. */
export interface Mutation {
  readonly address: string;
  readonly name: string;
  readonly change: Change;
  /** The declaration that a refusal names if the mutated one is removed or no longer applies to any principal. */
  readonly named?: string;
}

export const PROVIDER = "google_iam_workload_identity_pool_provider.aws_gateway";
export const POOL = "google_iam_workload_identity_pool.gateway";

export const document = devDocument();
export const named = (type: string) => Object.keys(document.resource[type] ?? {}).map((name) => `${type}.${name}`);
export const nameOf = (address: string) => address.split(".")[1] ?? "";

export interface Statement {
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly [element: string]: unknown;
}

/** Rewrites the statements of a policy in an attribute. */
export function statements(
  address: string,
  attribute: "assume_role_policy" | "policy",
  rewrite: (old: readonly Statement[]) => readonly Statement[],
): Change {
  return (changed) => {
    const found = block(changed, address);
    const policy = JSON.parse(found[attribute] as string) as { Statement: readonly Statement[] };
    found[attribute] = JSON.stringify({ ...policy, Statement: rewrite(policy.Statement) });
  };
}

export function statementsOf(address: string, attribute: "assume_role_policy" | "policy"): readonly Statement[] {
  return JSON.parse(block(document, address)[attribute] as string).Statement;
}

export const without = <T>(list: readonly T[], index: number) => list.filter((_, each) => each !== index);

export const invokers = named("aws_iam_role").filter(
  (address) => statementsOf(address, "assume_role_policy")[0]?.Principal?.AWS,
);
export const SERVICES: readonly string[] = invokers.map(nameOf);
export const other = (service: string): string => SERVICES.find((each) => each !== service) ?? "";

export const ACCOUNT = "111122223333";
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/storefront-dev-${name}`;
