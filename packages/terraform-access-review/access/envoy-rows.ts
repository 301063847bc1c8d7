import { scopesOfNeed } from "../../../contract/scope-need";
import type { Fact, Named } from "../model/fact";
import { placeOf } from "../model/place";
import type { AccessRow, RowTerms } from "../model/row";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { issuerName, named, plain, readable } from "../types/named";
import { hashed } from "./sidecar/fields";
import type { Admission, Sidecar, SidecarIssuer, UnreadSidecar } from "./sidecar/model";
import type { Sidecars } from "./sidecar/read";

/** The issuers whose tokens each Envoy accepts, and the clients. */
export function envoyIssuerRows(stack: StackJson, sidecars: Sidecars): readonly AccessRow[] {
  return resourcesOf(stack, "google_cloud_run_v2_service").flatMap((service) => {
    const sidecar = sidecars.get(service.address);
    // If the invoker check is on, the authorizer's policy states the accepted issuers.
    if (sidecar === undefined || "fault" in sidecar || service.attributes.invoker_iam_disabled === false) return [];
    return sidecar.issuers.map((issuer) => issuerRow(stack, service, issuer));
  });
}

function issuerRow(stack: StackJson, service: Resource, issuer: SidecarIssuer): AccessRow {
  const { id, url, audiences, keys, seconds, rememberedTokens, clients, conditions, rest } = issuer;
  const known = clients?.map(({ claim, value, name, scopes }) => ({
    client: {
      kind: "envoy-client",
      ...(name !== undefined && { name }),
      claim,
      value: readable(stack, value),
    } as const,
    sent: scopes.map((each): Fact => ({ kind: "sent-scopes", name: String(name), scopes: each })),
  }));
  const names: readonly Named[] = audiences.map(plain);
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
        from: readable(stack, keys),
        keptSeconds: seconds.keysKept,
        skewSeconds: seconds.clockSkew,
      },
      ...(rememberedTokens > 0 ? [{ kind: "envoy-remembers", tokens: rememberedTokens } as const] : []),
      ...(known?.map(({ client }) => client) ?? [{ kind: "any-client-of-issuer" } as const]),
      { kind: "issuer-checks", digest: hashed([conditions, rest, known?.map(({ sent }) => sent)]) },
    ],
    terms: {
      permits: [
        { kind: "issuer-keys", url, keys },
        ...names.map((audience): Fact => ({ kind: "audience", audience })),
        ...(names.length > 0 ? [] : [{ kind: "any-audience" } as const]),
        ...(known?.flatMap(({ client, sent }) => [client, ...sent]) ?? [{ kind: "any-client-of-issuer" } as const]),
      ],
      requires: settingsOf([...conditions, rest]),
      limits: { keysKept: seconds.keysKept, clockSkew: seconds.clockSkew, rememberedTokens },
    },
    from: placeOf(service, "template"),
  };
}

/** The requirements for callers of a service whose invoker check is off. */
export function openServiceRow(service: Resource, sidecar: Sidecar | UnreadSidecar | undefined): AccessRow {
  const { custom_audiences, ingress } = service.attributes;
  const row = { effect: "allow", resource: named(service), from: placeOf(service, "invoker_iam_disabled") } as const;
  const network: Fact = { kind: "ingress", ingress: String(ingress) };
  if (sidecar === undefined || "fault" in sidecar) {
    // A caller that needs no token may also send one for any of the audiences.
    const permits = listOf(custom_audiences).map((name): Fact => ({ kind: "audience", audience: plain(name) }));
    return {
      ...row,
      principal: { kind: "anyone" },
      action: { kind: "invoke" },
      conditions: [sidecar === undefined ? { kind: "no-envoy" } : notUnderstood(sidecar), network],
      terms: underIngress(ingress, { permits }),
    };
  }
  const { condition, terms } = wholeOf(sidecar);
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
export function verifiedAgainRows(
  stack: StackJson,
  service: Resource,
  sidecar: Sidecar | UnreadSidecar | undefined,
): readonly AccessRow[] {
  if (sidecar === undefined) return [];
  const row = { resource: named(service), from: placeOf(service, "template") };
  if ("fault" in sidecar) {
    const unchecked = { principal: { kind: "unchecked-callers" }, action: { kind: "pass-envoy" } } as const;
    return [{ ...row, effect: "allow", ...unchecked, conditions: [notUnderstood(sidecar)] }];
  }
  const { condition, terms } = wholeOf(sidecar);
  const tokens = sidecar.issuers.flatMap((issuer): readonly Fact[] => {
    const { permits = [], requires, limits } = issuerRow(stack, service, issuer).terms ?? {};
    return [hashed([requires, limits]), ...permits].map((term) => ({
      kind: "envoy-issuer-term",
      issuer: issuer.id,
      term,
    }));
  });
  return [
    {
      ...row,
      effect: "deny",
      principal: { kind: "tokenless-callers" },
      action: { kind: "app-requests" },
      conditions: [
        condition,
        { kind: "envoy-accepts", issuers: sidecar.issuers.map(({ id }) => id), digest: hashed(tokens) },
      ],
      terms: { ...terms, permits: [...(terms.permits ?? []), ...tokens] },
    },
  ];
}

function notUnderstood({ fault, image }: UnreadSidecar): Fact {
  return { kind: "envoy-unread", fault, image };
}

/** Alternatives for callers. Other contents of their tokens are ignored, because a pool's grants may change. */
function passes(key: string, { issuer, client, scopes, scopeClaim, conditions }: Admission): readonly Fact[] {
  const who = { key, ...(issuer !== undefined && { issuer }), ...(client !== undefined && { client }), conditions };
  if (scopes === undefined) return [{ kind: "envoy-pass", ...who }];
  return scopes.map((each) => {
    return { kind: "envoy-pass", ...who, need: { kind: "need", scopes: scopesOfNeed(each), claim: scopeClaim } };
  });
}

/** Texts of Envoy's configuration. A digest only distinguishes two texts. */
function settingsOf(texts: readonly string[]): readonly Fact[] {
  return texts.map((setting) =>
    /^[0-9a-f]{12}$/.test(setting) ? { kind: "settings-digest", digest: setting } : { kind: "envoy-setting", setting },
  );
}

/** Envoy's image, the requests that it permits and all its other settings, with their terms. */
function wholeOf({ image, readings, refusals, rest, routes, idle }: Sidecar) {
  const passing = [
    ...routes.flatMap(({ key, admissions }) => admissions.flatMap((each) => passes(key, each))),
    ...settingsOf(idle),
  ];
  const condition: Fact = {
    kind: "envoy-checks",
    image,
    routes: routes.length,
    open: routes.filter(({ isPublic, admissions }) => isPublic && admissions.length > 0).length,
    digests: { passing: hashed(passing), paths: hashed([readings, refusals]), rest: hashed([image, rest]) },
  };
  const terms: RowTerms = {
    permits: [...settingsOf(readings), ...passing],
    requires: [{ kind: "envoy-image", image }, ...settingsOf([...refusals, rest])],
  };
  return { condition, terms };
}
