import { needInWords, needsInWords, type ScopeNeed, scopesOfNeed } from "../../../contract/scope-need";
import { type AccessRow, NO_CALLER, type RowTerms } from "../model/row";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords } from "../types/words";
import type { GatewayRoute } from "./gateway/routes";
import { type AdmittedCaller, admittedCallers } from "./sidecar/callers";
import type { Sidecar, SidecarRoute } from "./sidecar/model";
import type { Sidecars } from "./sidecar/read";

/** The requirement in rows of services without an invoker check. */
export const BY_ENVOY = "a token that Envoy verifies";

/**
 * Callers of each route of services whose invoker check is off. Anyone may call their run.app addresses, so Envoy's
 * decision counts. Each row says whether the gateway lets the call pass too.
 */
export function envoyRouteRows(
  stack: StackJson,
  routes: readonly GatewayRoute[],
  sidecars: Sidecars,
): readonly AccessRow[] {
  return resourcesOf(stack, "google_cloud_run_v2_service")
    .filter(isOpen)
    .flatMap((service) => {
      const own = routes.filter((route) => route.service?.address === service.address);
      const sidecar = sidecars.get(service.address);
      if (sidecar === undefined || "fault" in sidecar) return own.map((route) => unguardedRow(service, route));
      const rows = sidecar.routes.flatMap((route) => {
        const atGateway = own.find(({ key }) => covers(key, route.key));
        return rowsOf(stack, service, sidecar, route, atGateway);
      });
      const unknown = own.filter((route) => !sidecar.routes.some(({ key }) => covers(route.key, key)));
      return [...rows, ...unknown.map((route) => deadRow(service, route))];
    });
}

/** Whether a service checks no invoker. Terraform's default is a check, and this program always sets the argument. */
export function isOpen({ attributes }: Resource): boolean {
  return attributes.invoker_iam_disabled !== false;
}

function rowsOf(
  stack: StackJson,
  service: Resource,
  sidecar: Sidecar,
  { key, isPublic, admissions }: SidecarRoute,
  atGateway: GatewayRoute | undefined,
): readonly AccessRow[] {
  const row = { permission: key, resource: inWords(service) };
  if (isPublic && admissions.length > 0)
    return [{ principal: "anyone", ...row, condition: publicWords(atGateway), terms: {} }];
  const callers = admittedCallers(stack, sidecar, admissions);
  if (callers.length === 0) return [{ principal: NO_CALLER, ...row, condition: "Envoy allows no caller" }];
  const counted = admissions.flatMap(({ scopes }) => scopes ?? []);
  return callers.map((caller) => {
    const { words, terms } = gatewayCheck(atGateway, caller, counted);
    const { name, scopes, conditions } = caller;
    const more =
      conditions.length === 0 ? [] : [`${conditions.length} more conditions on its token: ${conditions.join(", ")}`];
    return {
      principal: name,
      ...row,
      condition: [scopes === undefined ? "any scope" : needsInWords(scopes), ...more, words].join("; "),
      terms: {
        permits: [...(scopes?.map(needInWords) ?? ["any scope"]), ...(terms.permits ?? [])],
        requires: [...conditions, ...(terms.requires ?? []), BY_ENVOY],
      },
    };
  });
}

function publicWords(atGateway: GatewayRoute | undefined): string {
  const type = atGateway?.authorization;
  if (type === undefined) return "NO TOKEN; PAST THE GATEWAY ALONE, which has no such route";
  return type === "NONE" ? "NO TOKEN" : `NO TOKEN PAST THE GATEWAY, which asks for one (${type})`;
}

/** For a service whose app has no guard in front of it that this program can read. */
function unguardedRow(service: Resource, { authorization: type, key: permission }: GatewayRoute): AccessRow {
  const gateway =
    type === "NONE" ? "NO AUTHORIZER AT THE GATEWAY EITHER" : `${type} AT THE GATEWAY DOES NOT APPLY PAST IT`;
  return {
    principal: "anyone",
    permission,
    resource: inWords(service),
    condition: `NO READABLE CHECK IN FRONT OF ITS APP; ${gateway}`,
    terms: {},
  };
}

/** For a route that the gateway forwards and Envoy refuses, because Envoy does not know it. */
function deadRow(service: Resource, { authorization: type, key: permission }: GatewayRoute): AccessRow {
  return {
    principal: NO_CALLER,
    permission,
    resource: inWords(service),
    condition: `${type} at the gateway; Envoy has no such route`,
  };
}

/** `ANY /orders` covers each method. */
function covers(declared: string, key: string): boolean {
  return declared === key || declared === key.replace(/^[A-Z]+ /, "ANY ");
}

/**
 * API Gateway's check of a call that Envoy lets pass. The gateway accepts any one of a route's scopes, so it does not
 * check `allOf`.
 *
 * @param route undefined if the gateway has none, so that calls can only bypass the gateway
 * @param counted needs that count for some caller of the route
 */
function gatewayCheck(
  route: GatewayRoute | undefined,
  caller: AdmittedCaller,
  counted: readonly ScopeNeed[],
): { readonly words: string; readonly terms: RowTerms } {
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

/** Reasons why the gateway's authorizer refuses a token of this caller that Envoy accepts. */
function refusalsOf(authorizer: Resource, asked: readonly string[], caller: AdmittedCaller): readonly string[] {
  const [jwt = {}] = [authorizer.attributes.jwt_configuration].flat();
  const { issuer, client, scopes } = caller;
  const taken = listOf(jwt.audience);
  // A pool's access token has no audience, so the gateway uses its client id as the audience.
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
