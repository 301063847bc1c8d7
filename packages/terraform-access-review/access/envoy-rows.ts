import { needInWords } from "../../../contract/scope-need";
import { type AccessRow, INVOKE, ISSUES, type RowTerms } from "../model/row";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords, readable } from "../types/words";
import { issuerInWords } from "./sidecar/callers";
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
  const named = clients?.map(({ claim, value, name, scopes }) => ({
    words: `${name ?? "NO NAME"} is ${claim} ${readable(stack, value)}`,
    sent: scopes.map((scope) => `${name} is sent ${scope}`),
  }));
  return {
    principal: `issuer ${id}`,
    permission: ISSUES,
    resource: `Envoy of ${inWords(service)}`,
    condition: [
      issuerInWords(stack, url),
      ...(audiences.length > 0 ? [`audience ${audiences.join(" or ")}`] : []),
      `keys from ${readable(stack, keys)} cached for ${seconds.keysKept} s, clock skew up to ${seconds.clockSkew} s`,
      ...(rememberedTokens > 0 ? [`${rememberedTokens} VERIFIED TOKENS CACHED UNTIL THEY EXPIRE`] : []),
      ...(named?.map(({ words }) => words) ?? ["ANY CLIENT"]),
      `checks ${hashed([conditions, rest, named?.map(({ sent }) => sent)])}`,
    ].join("; "),
    terms: {
      permits: [
        `${url} with keys of ${keys}`,
        ...(audiences.length > 0 ? audiences.map((audience) => `audience ${audience}`) : ["any audience"]),
        ...(named?.flatMap(({ words, sent }) => [words, ...sent]) ?? ["any client"]),
      ],
      requires: [...conditions, rest],
      limits: { keysKept: seconds.keysKept, clockSkew: seconds.clockSkew, rememberedTokens },
    },
  };
}

/** The requirements for callers of a service whose invoker check is off. */
export function openServiceRow(service: Resource, sidecar: Sidecar | UnreadSidecar | undefined): AccessRow {
  const resource = inWords(service);
  const { custom_audiences, ingress } = service.attributes;
  if (sidecar === undefined || "fault" in sidecar) {
    const why = sidecar === undefined ? "NO ENVOY IN FRONT OF ITS APP" : notUnderstood(sidecar);
    // A caller that needs no token may also send one for any of the audiences.
    const terms = underIngress(ingress, { permits: listOf(custom_audiences) });
    return { principal: "anyone", permission: INVOKE, resource, condition: `${why}; ingress ${ingress}`, terms };
  }
  const { condition, terms } = wholeOf(sidecar);
  return {
    principal: "anyone WITH NETWORK ACCESS AND A VALID TOKEN",
    permission: "call it past the gateway",
    resource,
    condition: `${condition}; the gateway's throttles and network rules do not apply; ingress ${ingress}`,
    terms: underIngress(ingress, terms),
  };
}

/** The restrictions of an ingress setting: each narrower one adds to those of the wider. */
const INGRESS: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["INGRESS_TRAFFIC_ALL", []],
  ["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", ["no direct ingress from the internet"]],
  [
    "INGRESS_TRAFFIC_INTERNAL_ONLY",
    ["no direct ingress from the internet", "no ingress through an external load balancer"],
  ],
]);

/** Terms with an ingress setting. An unknown setting may admit something else. */
export function underIngress(ingress: unknown, { permits = [], requires = [], ...terms }: RowTerms): RowTerms {
  const restrictions = INGRESS.get(ingress);
  if (restrictions === undefined) return { ...terms, permits: [...permits, String(ingress)], requires };
  return { ...terms, permits, requires: [...requires, ...restrictions] };
}

/** Envoy's refusals while the invoker check is on. They are a protection, so losing one counts as broader. */
export function verifiedAgainRows(
  stack: StackJson,
  service: Resource,
  sidecar: Sidecar | UnreadSidecar | undefined,
): readonly AccessRow[] {
  if (sidecar === undefined) return [];
  const resource = inWords(service);
  if ("fault" in sidecar)
    return [{ principal: "ANY CALLER", permission: "pass Envoy", resource, condition: notUnderstood(sidecar) }];
  const rows = sidecar.issuers.map((issuer) => issuerRow(stack, service, issuer));
  const { condition, terms } = wholeOf(sidecar);
  const tokens = rows.flatMap(({ principal, terms: each }) => [
    `${principal}: ${hashed([each?.requires, each?.limits])}`,
    ...(each?.permits ?? []).map((permit) => `${principal}: ${permit}`),
  ]);
  return [
    {
      principal: "any caller without a valid token",
      permission: "DENY requests to its app",
      resource,
      condition: `${condition}; accepts tokens of ${sidecar.issuers.map(({ id }) => id).join(" or ")} (${hashed(tokens)})`,
      terms: { ...terms, permits: [...terms.permits, ...tokens] },
    },
  ];
}

function notUnderstood({ fault, image }: UnreadSidecar): string {
  return `ENVOY'S CONFIGURATION CANNOT BE READ: ${fault} (${short(image)})`;
}

/** Alternatives for callers. Other contents of their tokens are ignored, because a pool's grants may change. */
function passes(key: string, { issuer, client, scopes, scopeClaim, conditions }: Admission): readonly string[] {
  const ways = scopes?.map((need) => `${scopeClaim} ${needInWords(need)}`) ?? ["any scope"];
  return ways.map((way) => [key, issuer ?? "anyone", client ?? "any client", way, ...conditions].join(", "));
}

/** The number of routes, and of those that anyone may call. */
function counted(routes: Sidecar["routes"]): string {
  const open = routes.filter(({ isPublic, admissions }) => isPublic && admissions.length > 0).length;
  return `${routes.length} routes${open === 0 ? "" : ` (${open} with NO TOKEN)`}`;
}

/** Twelve digits are enough to distinguish digests. */
function short(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…");
}

/** Envoy's image, the requests that it permits and all its other settings, in words and in terms. */
function wholeOf({ image, readings, refusals, rest, routes, idle }: Sidecar) {
  const passing = [
    ...routes.flatMap(({ key, admissions }) => admissions.flatMap((each) => passes(key, each))),
    ...idle,
  ];
  return {
    condition: [
      `Envoy (${short(image)}) allows ${counted(routes)} and nothing else (${hashed(passing)})`,
      `ambiguous paths ${hashed([readings, refusals])}`,
      `all other settings ${hashed([image, rest])}`,
    ].join(", "),
    terms: { permits: [...readings, ...passing], requires: [`Envoy ${image}`, ...refusals, rest] },
  };
}
