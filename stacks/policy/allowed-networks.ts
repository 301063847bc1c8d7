import type { AuthorizerPolicy } from "../../contract/policy-file";
import type { GatewayIntent } from "../../intent/model/gateway-intent";
import {
  type DeclaredStatement,
  iamStatements,
} from "../../packages/terraform-access-review/terraform-json/iam-statements";
import { referring, resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type BuiltInRule, type Finding, finding, isExactly, type StackJson, unless } from "./rule";

interface Allowing {
  readonly gateway: Pick<GatewayIntent, "allowedNetworks">;
  readonly policy: Pick<AuthorizerPolicy, "allowedNetworks">;
}

/** If config lists networks, the API refuses all others, and its deployed snapshot includes that policy. */
export const allowedNetworks: BuiltInRule<Allowing> = {
  id: "allowed-networks",
  promise:
    "With `gateway.allowedNetworks`, every other network is denied. The API's resource policy allows nothing but CORS preflights and published documents.",
  findings(stack, { gateway: { allowedNetworks: networks }, policy }) {
    if (networks === undefined) return [];
    return [...httpFindings(stack, networks, policy), ...restFindings(stack, networks)];
  },
};

function httpFindings(stack: StackJson, networks: readonly string[], policy: Allowing["policy"]): readonly Finding[] {
  const decided = [...(policy.allowedNetworks ?? [])].sort().join(", ");
  const wanted = [...networks].sort().join(", ");
  if (decided === wanted) return [];
  return resourcesOf(stack, "aws_apigatewayv2_api").map(
    finding(`accepts ${decided || "every network"} in its authorizer's policy: expected ${wanted}`),
  );
}

const EVERY_NETWORK = "accepts every network: deny the networks that config does not name in a resource policy";

function restFindings(stack: StackJson, allowed: readonly string[]): readonly Finding[] {
  const wanted = [...allowed].sort().join();
  const statements = iamStatements(stack);
  return resourcesOf(stack, "aws_api_gateway_rest_api").flatMap(({ address }) => {
    const policies = referring(stack, "aws_api_gateway_rest_api_policy", "rest_api_id", address);
    const own = statements.filter(({ resource }) => policies.some((policy) => policy.address === resource.address));
    if (!own.some((statement) => deniesOthers(statement, address, wanted)))
      return [{ address, message: EVERY_NETWORK }];
    // A deployment is a snapshot, which includes the resource policy.
    const isServed = resourcesOf(stack, "aws_api_gateway_deployment").some(({ attributes }) =>
      policies.every((policy) => texts(attributes.depends_on).includes(policy.address)),
    );
    return unless(isServed, address, "serves a snapshot without its resource policy: deploy it after the policy");
  });
}

function deniesOthers(statement: DeclaredStatement, api: string, wanted: string): boolean {
  const { NotIpAddress = {} } = (statement.Condition ?? {}) as { NotIpAddress?: Record<string, unknown> };
  const networks = texts(NotIpAddress["aws:SourceIp"]);
  const isExact = isExactly(statement, {
    Effect: "Deny",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: `\${${api}.execution_arn}/*`,
    Condition: { NotIpAddress: { "aws:SourceIp": networks } },
  });
  return isExact && [...networks].sort().join() === wanted;
}
