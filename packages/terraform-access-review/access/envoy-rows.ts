import { keysUrl } from "../../../contract/envoy/key-sources";
import type { Sidecar, SidecarIssuer, SidecarRoute } from "../../../contract/envoy/policy";
import { boundSegments, callersThatMeet, type ScopedAccess } from "../../../contract/route-access";
import { scopesOfNeed } from "../../../contract/scope-need";
import { type Fact, ownPathFact } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow, RowTerms } from "../model/row";
import { hashed } from "../terraform-json/sha256";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { issuerName, named, plain, readable } from "../types/named";
import type { Envoy, Envoys, ReadEnvoy } from "./envoys";

/** The issuers whose tokens each Envoy accepts, and the clients. */
export function envoyIssuerRows(stack: StackJson, envoys: Envoys): readonly AccessRow[] {
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => {
    const envoy = envoys.get(service.address);
    // If the invoker check is on, the authorizer's policy states the accepted issuers.
    if (!envoy?.isRead || service.attributes.invoker_iam_disabled === false) return [];
    return envoy.sidecar.issuers.map((issuer) => issuerRow(stack, service, issuer, envoy.sidecar));
  });
}

function issuerRow(stack: StackJson, service: Resource, issuer: SidecarIssuer, sidecar: Sidecar): AccessRow {
  const { id, url, audiences = [], keys, clientClaim, clients } = issuer;
  return {
    effect: "allow",
    principal: { kind: "issuer", id },
    action: { kind: "issue-tokens" },
    resource: { kind: "envoy", service: named(service) },
    conditions: [
      { kind: "issuer-url", url: issuerName(stack, url) },
      ...(audiences.length > 0 ? [{ kind: "oidc-audiences", audiences } as const] : []),
      {
        kind: "envoy-keys",
        from: readable(stack, keysUrl(keys)),
        keptSeconds: sidecar.keysSeconds,
        skewSeconds: sidecar.clockSkewSeconds,
      },
      tokensOf(issuer),
      ...clients.map(({ name, claim, scopes }): Fact => {
        return { kind: "envoy-client", name, claim: clientClaim, value: readable(stack, claim), scopes };
      }),
    ],
    terms: issuerTerms(issuer, sidecar),
    from: placeOf(service, "template"),
  };
}

/** Which tokens of an issuer count, and where their scopes are from. */
function tokensOf({ kind, scopeClaim }: SidecarIssuer): Fact<"envoy-tokens"> {
  return { kind: "envoy-tokens", of: kind, ...(scopeClaim !== undefined && { scopeClaim }) };
}

function issuerTerms(issuer: SidecarIssuer, { keysSeconds, clockSkewSeconds }: Sidecar) {
  const { kind, url, audiences = [], keys, clientClaim, scopeClaim, clients } = issuer;
  const from = scopeClaim === undefined ? {} : { scopeClaim };
  const permits: readonly Fact[] = [
    { kind: "issuer-keys", url, keys: keysUrl(keys) },
    ...audiences.map((audience): Fact => ({ kind: "audience", audience: plain(audience) })),
    ...(audiences.length > 0 ? [] : [{ kind: "any-audience" } as const]),
    ...clients.flatMap(({ name, claim, scopes }): readonly Fact[] => {
      const client = { kind: "envoy-client", name, claim: clientClaim, value: plain(claim) } as const;
      return [client, ...scopes.map((scope): Fact => ({ kind: "envoy-client-scope", name, scope, ...from }))];
    }),
  ];
  const requires: readonly Fact[] = kind === "token" ? [] : [{ kind: "envoy-token-kind", of: kind }];
  return { permits, requires, limits: { keysKept: keysSeconds, clockSkew: clockSkewSeconds } };
}

/** The requirements for callers of a service whose invoker check is off. */
export function openServiceRow(service: Resource, envoy: Envoy | undefined): AccessRow {
  const { custom_audiences, ingress } = service.attributes;
  const row = { effect: "allow", resource: named(service), from: placeOf(service, "invoker_iam_disabled") } as const;
  const network: Fact = { kind: "ingress", ingress: String(ingress) };
  if (!envoy?.isRead) {
    // A caller that needs no token may also send one for any of the audiences.
    const permits = listOf(custom_audiences).map((name): Fact => ({ kind: "audience", audience: plain(name) }));
    return {
      ...row,
      principal: { kind: "anyone" },
      action: { kind: "invoke" },
      conditions: [{ kind: envoy === undefined ? "no-envoy" : "envoy-not-read" }, network],
      terms: underIngress(ingress, { permits }),
    };
  }
  const { condition, terms } = wholeOf(envoy);
  return {
    ...row,
    principal: { kind: "token-holders" },
    action: { kind: "call-past" },
    conditions: [condition, { kind: "no-gateway-limits" }, network],
    terms: underIngress(ingress, terms),
  };
}

/** The restrictions of an ingress setting: each narrower one adds to those of the wider. */
const INGRESS: ReadonlyMap<unknown, readonly Fact[]> = new Map<unknown, readonly Fact[]>([
  ["INGRESS_TRAFFIC_ALL", []],
  ["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", [{ kind: "no-internet-ingress" }]],
  ["INGRESS_TRAFFIC_INTERNAL_ONLY", [{ kind: "no-internet-ingress" }, { kind: "no-load-balancer-ingress" }]],
]);

/** Terms with an ingress setting. An unknown setting may admit something else. */
export function underIngress(ingress: unknown, { permits = [], requires = [], ...terms }: RowTerms): RowTerms {
  const restrictions = INGRESS.get(ingress);
  if (restrictions === undefined)
    return { ...terms, permits: [...permits, { kind: "ingress", ingress: String(ingress) }], requires };
  return { ...terms, permits, requires: [...requires, ...restrictions] };
}

/** Envoy's refusals while the invoker check is on. They are a protection, so losing one counts as broader. */
export function verifiedAgainRows(service: Resource, envoy: Envoy | undefined): readonly AccessRow[] {
  if (!envoy?.isRead) return [];
  const { issuers } = envoy.sidecar;
  const each = issuers.map((issuer) => ({ issuer: issuer.id, ...issuerTerms(issuer, envoy.sidecar) }));
  const termOf = (issuer: string) => (term: Fact) => ({ kind: "envoy-issuer-term", issuer, term }) as const;
  const { condition, terms } = wholeOf(envoy, {
    permits: each.flatMap(({ issuer, permits }) => permits.map(termOf(issuer))),
    requires: each.flatMap(({ issuer, requires }) => requires.map(termOf(issuer))),
    limits: each[0]?.limits ?? {},
  });
  return [
    {
      effect: "deny",
      principal: { kind: "tokenless-callers" },
      action: { kind: "app-requests" },
      resource: named(service),
      conditions: [condition, { kind: "envoy-accepts", issuers: issuers.map(({ id }) => id) }],
      terms,
      from: placeOf(service, "template"),
    },
  ];
}

/** What a caller needs on a route, one alternative per fact. A pool's grants may change, so they do not count here. */
function passes({ key, access, audiences }: SidecarRoute, issuers: readonly SidecarIssuer[]): readonly Fact[] {
  if (access === "public") return [{ kind: "envoy-pass", key }];
  const also = alsoRequired(key, access, audiences);
  return issuers.flatMap(({ url, scopeClaim, pathClaims, clients }) =>
    clients.flatMap(({ claim, scopes }): readonly Fact[] => {
      const met = callersThatMeet(access, [{ scopes, pathClaims }]).flatMap((each) => each.met);
      const pass = { kind: "envoy-pass", key, issuer: url, client: claim, ...(also.length > 0 && { also }) } as const;
      if (scopeClaim === undefined) return met.length === 0 ? [] : [pass];
      return met.map((need) => ({ ...pass, need: { kind: "need", scopes: scopesOfNeed(need), claim: scopeClaim } }));
    }),
  );
}

/** What a route requires in addition to a scope. */
export function alsoRequired(key: string, { where }: ScopedAccess, audiences: readonly string[] = []) {
  return [...boundSegments(key, where).map(ownPathFact), ...tokenAudiences(audiences)];
}

/** A token must name one of these audiences. With none, any token of the issuer will do. */
export function tokenAudiences(audiences: readonly string[]): readonly Fact<"token-audience">[] {
  return audiences.length === 0 ? [] : [{ kind: "token-audience", audiences }];
}

/**
 * Envoy's image, the requests that it permits and its other settings, with their terms.
 *
 * @param more terms that the policy adds
 */
function wholeOf({ image, sidecar }: ReadEnvoy, { permits = [], requires = [], limits }: RowTerms = {}) {
  const { routes, issuers, ports, project, timeoutSeconds } = sidecar;
  const others: Fact = { kind: "settings-digest", digest: hashed({ ports, project, timeoutSeconds }) };
  const terms: RowTerms = {
    permits: [...routes.flatMap((route) => passes(route, issuers)), ...permits],
    requires: [{ kind: "envoy-image", image }, others, ...requires],
    ...(limits && { limits }),
  };
  const open = routes.filter(({ access }) => access === "public").length;
  const condition: Fact = { kind: "envoy-checks", image, routes: routes.length, open, digest: hashed(terms) };
  return { condition, terms };
}
