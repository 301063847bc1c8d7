import type { AuthorizerPolicy } from "../../contract/policy-file";
import { type DeclaredStatement, iamStatements, texts } from "../../terraform-json/iam-statements";
import type { Allowances } from "./allowances";
import type { DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/** Where config names networks, the API answers no other one, and what it serves knows of that. */
export class AllowedNetworks extends PolicyRule {
  readonly id = "allowed-networks";

  constructor(
    allowances: Allowances,
    private readonly networks: readonly string[] | undefined,
    /** What the authorizer of an HTTP API decides by, which has no resource policy. */
    private readonly policy: Pick<AuthorizerPolicy, "allowedNetworks">,
  ) {
    super(allowances);
  }

  findings(stack: DeclaredStack): readonly Finding[] {
    if (this.networks === undefined) return [];
    return [...this.http(stack, this.networks), ...this.rest(stack, this.networks)];
  }

  private http(stack: DeclaredStack, networks: readonly string[]): readonly Finding[] {
    const decided = [...(this.policy.allowedNetworks ?? [])].sort().join(", ");
    const wanted = [...networks].sort().join(", ");
    if (decided === wanted) return [];
    return stack.ofType("aws_apigatewayv2_api").map(({ address }) => ({
      address,
      message: `answers ${decided || "every network"}, by its authorizer's policy: expected ${wanted}`,
    }));
  }

  private rest(stack: DeclaredStack, allowed: readonly string[]): readonly Finding[] {
    const wanted = [...allowed].sort().join();
    const statements = iamStatements(stack);
    return stack.ofType("aws_api_gateway_rest_api").flatMap(({ address }) => {
      const policies = stack.referring("aws_api_gateway_rest_api_policy", "rest_api_id", address);
      const own = statements.filter(({ resource }) => policies.some((policy) => policy.address === resource.address));
      if (!own.some((statement) => deniesOthers(statement, address, wanted))) {
        return [{ address, message: "answers every network: deny what config does not name in a resource policy" }];
      }
      // A deployment is a snapshot, of the policy as well.
      const isServed = stack
        .ofType("aws_api_gateway_deployment")
        .some(({ attributes }) => policies.every((policy) => texts(attributes.depends_on).includes(policy.address)));
      return isServed
        ? []
        : [{ address, message: "serves a snapshot without its resource policy: deploy it after that" }];
    });
  }
}

function deniesOthers(
  { Effect, Principal, Action, Resource, Condition }: DeclaredStatement,
  api: string,
  wanted: string,
) {
  const condition = JSON.stringify(Condition);
  const { NotIpAddress = {} } = (Condition ?? {}) as { NotIpAddress?: Record<string, unknown> };
  const networks = [...texts(NotIpAddress["aws:SourceIp"])].sort();
  return (
    Effect === "Deny" &&
    Principal === "*" &&
    Action === "execute-api:Invoke" &&
    Resource === `\${${api}.execution_arn}/*` &&
    networks.join() === wanted &&
    // Another condition beside it would deny less.
    condition === JSON.stringify({ NotIpAddress: { "aws:SourceIp": texts(NotIpAddress["aws:SourceIp"]) } })
  );
}
