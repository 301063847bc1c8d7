import { type ScopeNeed, scopesOfNeed } from "../../../contract/scope-need";
import type { Fact } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow, RowTerms } from "../model/row";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { named } from "../types/named";
import type { GatewayRoute } from "./gateway/routes";
import { type AdmittedCaller, admittedCallers, principalOf } from "./sidecar/callers";
import type { Sidecar, SidecarRoute } from "./sidecar/model";
import type { Sidecars } from "./sidecar/read";

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
  const row = callRow(service, key);
  if (isPublic && admissions.length > 0) {
    const authorization = atGateway?.authorization;
    const tokenless: Fact = { kind: "no-token", ...(authorization !== undefined && { authorization }) };
    return [{ ...row, principal: { kind: "anyone" }, conditions: [tokenless], terms: {} }];
  }
  const callers = admittedCallers(stack, sidecar, admissions);
  if (callers.length === 0)
    return [{ ...row, principal: { kind: "no-caller" }, conditions: [{ kind: "envoy-admits-none" }] }];
  const counted = admissions.flatMap(({ scopes }) => scopes ?? []);
  return callers.map((caller) => {
    const check = gatewayCheck(atGateway, caller, counted);
    const needs: readonly Fact[] = caller.scopes?.map(needOf) ?? [{ kind: "any-scope" }];
    const claims: readonly Fact[] = caller.conditions.map((text) => ({ kind: "claim-condition", text }));
    return {
      ...row,
      principal: principalOf(caller),
      conditions: [
        caller.scopes === undefined ? { kind: "any-scope" } : { kind: "needs", needs: caller.scopes },
        ...(claims.length === 0 ? [] : [{ kind: "claim-conditions", texts: caller.conditions } as const]),
        ...check.conditions,
      ],
      terms: {
        permits: [...needs, ...(check.terms.permits ?? [])],
        requires: [...claims, ...(check.terms.requires ?? []), { kind: "envoy-verified" }],
      },
    };
  });
}

function callRow(service: Resource, key: string) {
  return {
    effect: "allow",
    action: { kind: "call", key },
    resource: named(service),
    from: placeOf(service, "template"),
  } as const;
}

function needOf(need: ScopeNeed): Fact<"need"> {
  return { kind: "need", scopes: scopesOfNeed(need) };
}

/** For a service whose app has no guard in front of it that this program can read. */
function unguardedRow(service: Resource, { authorization, key }: GatewayRoute): AccessRow {
  const conditions = [{ kind: "no-readable-check", authorization }] as const;
  return { ...callRow(service, key), principal: { kind: "anyone" }, conditions, terms: {} };
}

/** For a route that the gateway forwards and Envoy refuses, because Envoy does not know it. */
function deadRow(service: Resource, { authorization, key }: GatewayRoute): AccessRow {
  const conditions = [{ kind: "no-envoy-route", authorization }] as const;
  return { ...callRow(service, key), principal: { kind: "no-caller" }, conditions };
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
): { readonly conditions: readonly Fact[]; readonly terms: RowTerms } {
  if (route === undefined) return { conditions: [{ kind: "past-gateway-alone", refusals: [] }], terms: {} };
  const { authorization, authorizer, scopes } = route;
  const isJwt = authorization === "JWT" && authorizer?.attributes.authorizer_type === "JWT";
  if (authorizer === undefined || !isJwt) {
    return {
      conditions: [{ kind: "envoy-alone", authorization }],
      terms: { permits: [{ kind: "any-gateway-caller" }] },
    };
  }
  const asked = listOf(scopes);
  const refusals = refusalsOf(authorizer, asked, caller);
  const name = String(authorizer.attributes.name);
  const wider = asked.filter((scope) => !counted.includes(scope));
  return {
    conditions: [
      refusals.length === 0
        ? { kind: "both-decide", authorizer: name }
        : { kind: "past-gateway-alone", authorizer: name, refusals },
      ...(asked.length === 0 || wider.length > 0 ? [{ kind: "gateway-accepts-more", scopes: wider } as const] : []),
    ],
    terms: {
      permits:
        asked.length === 0
          ? [{ kind: "any-scope", at: "gateway" }]
          : asked.map((scope) => ({ kind: "need", scopes: [scope], at: "gateway" })),
      requires: [{ kind: "jwt-authorizer", name }],
    },
  };
}

/** Reasons why the gateway's authorizer refuses a token of this caller that Envoy accepts. */
function refusalsOf(
  authorizer: Resource,
  asked: readonly string[],
  caller: AdmittedCaller,
): readonly Fact<"gateway-refusal">[] {
  const [jwt = {}] = [authorizer.attributes.jwt_configuration].flat();
  const { issuer, client, scopes } = caller;
  const taken = listOf(jwt.audience);
  // A pool's access token has no audience, so the gateway uses its client id as the audience. Any client has none.
  const proves = issuer.audiences.length > 0 ? issuer.audiences : [client];
  const isTaken = proves.every((each) => each !== undefined && taken.includes(each));
  const short =
    asked.length === 0 || scopes === undefined
      ? []
      : scopes.filter((need) => !scopesOfNeed(need).some((scope) => asked.includes(scope)));
  const refusal = (why: Fact<"gateway-refusal">["why"], needs: readonly ScopeNeed[] = []): Fact<"gateway-refusal"> => {
    return { kind: "gateway-refusal", why, needs };
  };
  return [
    ...(jwt.issuer === issuer.url ? [] : [refusal("issuer")]),
    ...(isTaken ? [] : [refusal("audience")]),
    ...(short.length === 0 ? [] : [refusal("needs", short)]),
    ...(scopes === undefined && asked.length > 0 ? [refusal("scope")] : []),
  ];
}
