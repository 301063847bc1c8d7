import type { DeclaredStack } from "./declared-stack";
import { type Finding, PolicyRule } from "./rule";

/** No route lets everybody in: without a function nothing at all looks at its calls before they reach the app. */
export class NoOpenRoute extends PolicyRule {
  readonly id = "no-open-route";

  findings(stack: DeclaredStack): readonly Finding[] {
    return stack
      .ofType("aws_apigatewayv2_route")
      .filter(({ attributes }) => !["CUSTOM", "JWT"].includes(String(attributes.authorization_type)))
      .map(({ address, attributes }) => ({
        address,
        message:
          `lets anyone call ${attributes.route_key}, through the gateway and past it: ` +
          "ask for scopes, or write handshake: federated, whose authorizer guards public routes too",
      }));
  }
}
