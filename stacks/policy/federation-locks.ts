import { texts } from "../../terraform-json/iam-statements";
import type { Allowances } from "./allowances";
import type { DeclaredResource, DeclaredStack } from "./declared-stack";
import { difference } from "./difference";
import type { ExpectedLocks } from "./expected-locks";
import { type Finding, PolicyRule } from "./rule";

/** What a provider may say as it likes: nobody comes in by it. */
const FREE = [
  "//",
  "depends_on",
  "description",
  "disabled",
  "display_name",
  "lifecycle",
  "workload_identity_pool_id",
  "workload_identity_pool_provider_id",
];

/**
 * Federation has two locks: the provider admits exact roles of the one AWS account, under the names that AWS gives them, and
 * each service account names the one of its own name that becomes it.
 */
export class FederationLocks extends PolicyRule {
  readonly id = "federation-locks";

  /** @param expected of an environment, or of its bootstrap, as config has them */
  constructor(
    allowances: Allowances,
    private readonly expected: ExpectedLocks,
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    return [
      ...stack.ofType("google_iam_workload_identity_pool_provider").flatMap((provider) => this.provider(provider)),
      ...stack.ofType("google_service_account_iam_binding").flatMap((binding) => this.binding(stack, binding)),
      ...stack.ofType("google_service_account_key").map(({ address }) => ({
        address,
        message: "opens a service account without any lock: remove it",
      })),
    ];
  }

  /** Every other kind of provider admits by other claims, so any argument more is one too many. */
  private provider({ address, attributes }: DeclaredResource): Finding[] {
    const believes = Object.entries(attributes).filter(([argument]) => !FREE.includes(argument));
    const where = difference(Object.fromEntries(believes), this.expected.provider);
    return where === undefined
      ? []
      : [{ address, message: `admits others than exactly config's ${this.expected.admits}${where}` }];
  }

  private binding(stack: DeclaredStack, { address, attributes }: DeclaredResource): Finding[] {
    const account = stack.referred(attributes.service_account_id);
    const members = [...texts(attributes.members)].sort();
    const who = members.join(", ") || "nobody";
    const grants = this.expected.grants.filter((grant) => grant.account === account?.attributes.account_id);
    if (grants.length === 0) {
      const opened = account?.address ?? attributes.service_account_id;
      return [{ address, message: `lets ${who} become ${opened}: expected nobody, it is no account for that` }];
    }
    const grant = grants.find(({ role }) => role === attributes.role);
    if (grant === undefined) {
      const roles = grants.map(({ role }) => role).join(" or ");
      return [{ address, message: `gives ${attributes.role}: expected ${roles}, which is all that takes` }];
    }
    const [pool] = stack.ofType("google_iam_workload_identity_pool");
    const expected = [...grant.members(`\${${pool?.address}.name}`)].sort();
    if (members.join() === expected.join()) return [];
    return [{ address, message: `may be used by ${who}: expected exactly ${expected.join(", ")}` }];
  }
}
