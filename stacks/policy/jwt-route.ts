import { JWT_IDENTITY_SOURCE } from "../../contract/identity-sources";
import { policyCallers } from "../../contract/policy-callers";
import { type AuthorizerPolicy, type PolicyIssuer, type PolicyJwtIssuer, signsJwts } from "../../contract/policy-file";
import { callersThatMeet, type ScopedAccess } from "../../contract/route-access";
import { needInWords } from "../../contract/scope-need";
import type { Intent } from "../../intent/model/intent";
import { type DeclaredRoute, httpRoutes } from "../../packages/terraform-access-review/terraform-json/gateway-routes";
import { resourcesOf, texts } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { userPoolUrl } from "../envoy-policy";
import { forwardFindings, missingRoutes, ROUTE_AUTHORIZER } from "./route-findings";
import { type BuiltInRule, type Finding, type Resource, unless } from "./rule";

/**
 * Under the shared-issuer handshake, every route requires exactly the policy's scopes, from an issuer with listed
 * audiences. The gateway accepts any token of an issuer with a known audience, and on a route without scopes it accepts
 * any scope.
 */
export const jwtRoute: BuiltInRule<Context> = {
  ...ROUTE_AUTHORIZER,
  findings(stack, context) {
    const { policy } = context;
    const routes = httpRoutes(stack);
    const declared = routes.map(({ key }) => key);
    return [
      ...routes.flatMap((each) => routeFindings(each, context)),
      ...resourcesOf(stack, "aws_apigatewayv2_authorizer").flatMap(authorizerFindings),
      ...missingRoutes(policy, declared, "aws_apigatewayv2_api.gateway"),
      ...forwardFindings(stack, policy),
    ];
  },
};

type Context = Pick<Intent, "issuers"> & { readonly policy: AuthorizerPolicy };

function routeFindings({ key, route, authorization, authorizer }: DeclaredRoute, context: Context): Finding[] {
  const { policy } = context;
  const { address, attributes } = route;
  const known = policy.routes[key];
  if (known === undefined)
    return [{ address, message: `the policy has no route ${key}: Envoy would refuse every call` }];
  if (known.access === "public") return [];
  if (authorization !== "JWT" || authorizer?.attributes.authorizer_type !== "JWT") {
    return [{ address, message: "has no JWT authorizer: set authorization_type JWT and an authorizer" }];
  }
  const several = known.access.scopes.find((need) => typeof need !== "string");
  if (several !== undefined) {
    const message = `accepts any one scope, and the policy asks for ${needInWords(several)}: write handshake: federated`;
    return [{ address, message }];
  }
  const issuer = String((authorizer.attributes.jwt_configuration as { issuer?: unknown } | undefined)?.issuer);
  const urlOf = (each: PolicyJwtIssuer) =>
    each.kind === "oidc" ? each.issuer : userPoolUrl(context.issuers.find(({ id }) => id === each.id) ?? each);
  const giving = issuersFor(policy, known.access).map(urlOf);
  // A scope that no issuer grants, such as one of a disabled client, is in no token of any known issuer.
  const trusted = giving.length > 0 ? giving : policy.issuers.filter(signsJwts).map(urlOf);
  if (!trusted.includes(issuer)) {
    return [{ address, message: `trusts ${issuer}: expected ${trusted.join(" or ") || "no issuer at all"}` }];
  }
  const asked = [...texts(attributes.authorization_scopes)].sort().join(", ");
  const expected = [...known.access.scopes].sort().join(", ");
  return unless(asked === expected, address, `requires ${asked || "no scope"}: expected ${expected}`);
}

/** Issuers whose tokens may hold one of these scopes, by the policy. */
function issuersFor(policy: AuthorizerPolicy, access: ScopedAccess): readonly PolicyJwtIssuer[] {
  const giving = callersThatMeet(access, policyCallers(policy)).map(({ caller }) => caller.issuer);
  return [...new Set(giving.filter(putsScopesInTokens))];
}

/** Subjects get scopes only from config, so API Gateway would find no scopes in their tokens. */
function putsScopesInTokens(issuer: PolicyIssuer): issuer is PolicyJwtIssuer {
  return signsJwts(issuer) && (issuer.kind === "cognito" || issuer.grants === "token");
}

const ANY_AUDIENCE = "accepts tokens for any audience: list the audiences, or a user pool's client ids";
const ANY_PLACE = "accepts tokens from places other than the Authorization header: name only that header";

function authorizerFindings({ address, attributes }: Resource): Finding[] {
  const { issuer, audience } = (attributes.jwt_configuration ?? {}) as { issuer?: unknown; audience?: unknown };
  const isUrl = String(issuer).startsWith("https://");
  const isFromHeader = texts(attributes.identity_sources).join() === JWT_IDENTITY_SOURCE;
  return [
    ...unless(isUrl, address, `verifies tokens of ${issuer}: expected an issuer's https URL`),
    ...unless(texts(audience).length > 0, address, ANY_AUDIENCE),
    ...unless(isFromHeader, address, ANY_PLACE),
  ];
}

/** No route is open to all callers. Without a function, nothing would check its calls before they reach the app. */
export const noOpenRoute: BuiltInRule = {
  id: "no-open-route",
  promise: "With `handshake: shared-issuer`, no route is public.",
  findings: (stack) =>
    httpRoutes(stack)
      .filter(({ authorization }) => !["CUSTOM", "JWT"].includes(authorization))
      .map(({ key, route }) => ({
        address: route.address,
        message:
          `lets anyone call ${key}, through the gateway and past it: ` +
          "require scopes, or write handshake: federated, whose authorizer protects public routes too",
      })),
};
