import { needInWords, type ScopeNeed, scopesOfNeed } from "../../../../contract/scope-need";
import type { RowTerms } from "../../model/row";
import { listOf, type Resource } from "../../terraform-json/stack-json";
import type { AdmittedCaller } from "../sidecar/callers";
import type { GatewayRoute } from "./route";

/** What API Gateway checks of a call that Envoy lets pass. */
export interface GatewayCheck {
  readonly words: string;
  readonly terms: RowTerms;
}

/**
 * API Gateway takes any one of a route's scopes, so it checks no `allOf`.
 *
 * @param route undefined where the gateway has none: then it is called past the gateway alone
 * @param counted needs that count for some caller of the route
 */
export function gatewayCheck(
  route: GatewayRoute | undefined,
  caller: AdmittedCaller,
  counted: readonly ScopeNeed[],
): GatewayCheck {
  if (route === undefined) return { words: "PAST THE GATEWAY ALONE, which has no such route", terms: {} };
  const { authorization, authorizer, scopes } = route;
  const isJwt = authorization === "JWT" && authorizer?.attributes.authorizer_type === "JWT";
  if (authorizer === undefined || !isJwt) {
    const what = authorization === "NONE" ? "no authorizer at the gateway" : `${authorization} at the gateway`;
    return { words: `${what.toUpperCase()}, Envoy alone decides`, terms: { permits: ["any caller at the gateway"] } };
  }
  const asked = listOf(scopes);
  const faults = refusalsOf(authorizer, asked, caller);
  const name = `JWT authorizer ${authorizer.attributes.name}`;
  const more = asked.filter((scope) => !counted.includes(scope));
  const wider = asked.length === 0 ? ["any scope"] : more;
  return {
    words: [
      faults.length === 0 ? `${name} and Envoy decide` : `PAST THE GATEWAY ALONE: ${name} ${faults.join(" and ")}`,
      ...(wider.length === 0 ? [] : [`the gateway also accepts ${wider.join(" or ")}`]),
    ].join("; "),
    terms: {
      permits: asked.length === 0 ? ["any scope at the gateway"] : asked.map((scope) => `${scope} at the gateway`),
      requires: ["a JWT authorizer"],
    },
  };
}

/** Why the gateway's authorizer refuses some token of this caller that Envoy takes. */
function refusalsOf(authorizer: Resource, asked: readonly string[], caller: AdmittedCaller): readonly string[] {
  const [jwt = {}] = [authorizer.attributes.jwt_configuration].flat();
  const { issuer, client, scopes } = caller;
  const taken = listOf(jwt.audience);
  // A pool's access token has no audience: the gateway takes its client id for one.
  const proves = issuer.audiences.length > 0 ? issuer.audiences : client === undefined ? ["any client"] : [client];
  const audiences = proves.filter((each) => !taken.includes(each));
  const short =
    asked.length === 0 || scopes === undefined
      ? []
      : scopes.filter((need) => !scopesOfNeed(need).some((scope) => asked.includes(scope)));
  return [
    ...(jwt.issuer === issuer.url ? [] : ["trusts another issuer"]),
    ...(audiences.length === 0 ? [] : ["does not accept its client or audience"]),
    ...(short.length === 0 ? [] : [`does not accept ${short.map(needInWords).join(" or ")}`]),
    ...(scopes === undefined && asked.length > 0 ? ["requires a scope"] : []),
  ];
}
