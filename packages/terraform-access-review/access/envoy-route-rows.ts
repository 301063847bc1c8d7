import type { Sidecar, SidecarRoute } from "../../../contract/envoy/policy";
import { callersThatMeet, type ScopedAccess } from "../../../contract/route-access";
import { writtenKeys } from "../../../contract/route-key";
import { type ScopeNeed, scopesOfNeed } from "../../../contract/scope-need";
import { type Fact, needFact } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow, RowTerms } from "../model/row";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { named } from "../types/named";
import { alsoRequired } from "./envoy-rows";
import { callersOn, type EnvoyCaller, type Envoys } from "./envoys";
import type { GatewayRoute } from "./gateway/routes";

/**
 * Callers of each route of services whose invoker check is off. Anyone may call their run.app addresses, so Envoy's
 * decision counts. Each row says whether the gateway lets the call pass too.
 */
export function envoyRouteRows(
  stack: StackJson,
  routes: readonly GatewayRoute[],
  envoys: Envoys,
): readonly AccessRow[] {
  return resourcesOf(stack, "google_cloud_run_v2_service")
    .filter(isOpen)
    .flatMap((service) => {
      const own = routes.filter((route) => route.service?.address === service.address);
      const envoy = envoys.get(service.address);
      if (!envoy?.isRead) return own.map((route) => unguardedRow(service, route));
      const { sidecar } = envoy;
      const rows = sidecar.routes.flatMap((route) => {
        const atGateway = own.find(({ key }) => covers(key, route.key));
        return rowsOf(stack, service, sidecar, route, atGateway);
      });
      const unknown = own.filter((route) => !sidecar.routes.some(({ key }) => covers(route.key, key)));
      return [...rows, ...unknown.map((route) => deadRow(service, route))];
    });
}

/** A row for each Envoy whose container does not follow from a policy. It may let anyone pass. */
export function unreadEnvoyRows(stack: StackJson, envoys: Envoys): readonly AccessRow[] {
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service): readonly AccessRow[] => {
    const envoy = envoys.get(service.address);
    if (envoy === undefined || envoy.isRead) return [];
    const { fault, digest } = envoy;
    return [
      {
        effect: "allow",
        principal: { kind: "not-read" },
        action: { kind: "unknown-grants" },
        resource: { kind: "envoy", service: named(service) },
        conditions: [{ kind: "envoy-unread", fault, digest }],
        from: placeOf(service, "template"),
      },
    ];
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
  { key, access, audiences }: SidecarRoute,
  atGateway: GatewayRoute | undefined,
): readonly AccessRow[] {
  const row = callRow(service, key);
  if (access === "public") {
    const authorization = atGateway?.authorization;
    const tokenless: Fact = { kind: "no-token", ...(authorization !== undefined && { authorization }) };
    return [{ ...row, principal: { kind: "anyone" }, conditions: [tokenless], terms: {} }];
  }
  const callers = callersOn(stack, sidecar, access);
  if (callers.length === 0)
    return [{ ...row, principal: { kind: "no-caller" }, conditions: [{ kind: "envoy-admits-none" }] }];
  const also = alsoRequired(key, access, audiences);
  const counted = countedNeeds(sidecar, access);
  return callers.map((caller) => {
    const check = gatewayCheck(atGateway, caller, counted);
    const needs: readonly Fact[] = caller.needs?.map(needFact) ?? [{ kind: "any-scope" }];
    return {
      ...row,
      principal: { kind: "caller", name: caller.name },
      conditions: [
        caller.needs === undefined ? { kind: "any-scope" } : { kind: "needs", needs: caller.needs },
        ...also,
        ...check.conditions,
      ],
      terms: {
        permits: [...needs, ...(check.terms.permits ?? [])],
        requires: [...also, ...(check.terms.requires ?? []), { kind: "envoy-verified" }],
      },
    };
  });
}

/** The needs of a route that the token of some client can meet. */
function countedNeeds({ issuers }: Sidecar, { scopes }: ScopedAccess): readonly ScopeNeed[] {
  const clients = issuers.flatMap(({ scopeClaim, clients }) => (scopeClaim === undefined ? [] : clients));
  return callersThatMeet({ scopes }, clients).flatMap(({ met }) => met);
}

function callRow(service: Resource, key: string) {
  return {
    effect: "allow",
    action: { kind: "call", key },
    resource: named(service),
    from: placeOf(service, "template"),
  } as const;
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
  return writtenKeys(key).includes(declared);
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
  caller: EnvoyCaller,
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
  caller: EnvoyCaller,
): readonly Fact<"gateway-refusal">[] {
  const [jwt = {}] = [authorizer.attributes.jwt_configuration].flat();
  const { issuer, claim, needs } = caller;
  const taken = listOf(jwt.audience);
  // A pool's access token has no audience, so the gateway uses its client id as the audience.
  const { audiences = [] } = issuer;
  const isTaken = (audiences.length > 0 ? audiences : [claim]).every((each) => taken.includes(each));
  const short =
    asked.length === 0 || needs === undefined
      ? []
      : needs.filter((need) => !scopesOfNeed(need).some((scope) => asked.includes(scope)));
  const refusal = (why: Fact<"gateway-refusal">["why"], of: readonly ScopeNeed[] = []): Fact<"gateway-refusal"> => {
    return { kind: "gateway-refusal", why, needs: of };
  };
  return [
    ...(jwt.issuer === issuer.url ? [] : [refusal("issuer")]),
    ...(isTaken ? [] : [refusal("audience")]),
    ...(short.length === 0 ? [] : [refusal("needs", short)]),
    ...(needs === undefined && asked.length > 0 ? [refusal("scope")] : []),
  ];
}
