import { POLICY_FILE } from "../../contract/policy-file";
import { GUARDS, type RowChange, rowOf } from "../../packages/terraform-access-review/model/change";
import type { Fact } from "../../packages/terraform-access-review/model/fact";
import { type Place, POLICY_ADDRESS, policyPlace } from "../../packages/terraform-access-review/model/place";
import { changedTerms } from "../../packages/terraform-access-review/render/condition-change";
import type { Locate } from "../../packages/terraform-access-review/render/report";
import { type Source, type Sources, stepsOf } from "../../stacks/shared/sources";
import type { UrlOf } from "../process/place-urls";
import { type Lines, type PlaceOf, placesBy } from "../synthesis/sources";

/** Where the two sides of a review come from. */
export interface Origins {
  readonly sources: Sources;
  /** Those of the other side. Empty if they are unknown: then what is gone has no line. */
  readonly former: Sources;
  /** Lines of the config as it is now. */
  readonly lines: () => Lines;
}

/**
 * Where the config causes a change: the exact item or value that the change names, otherwise the key that it belongs to.
 * A removed value has no line any more, so its key or list is named.
 *
 * @param origins called once, and only if something has changed
 * @param urlOf browser URL of a place. Default: places are plain text
 */
export function locateIn(origins: () => Origins, urlOf: UrlOf = () => undefined): Locate {
  let find: PlaceOf | undefined;
  const firstOf = (candidates: readonly Candidate[], values: readonly string[] = []) => {
    find ??= finder(origins());
    for (const candidate of candidates) {
      const found = [candidate].flat().flatMap(({ address, argument }) => {
        return find?.(address === POLICY_ADDRESS ? POLICY_FILE : address, argument, values) ?? [];
      });
      const place = (found.find(({ isValue }) => isValue) ?? found[0])?.place;
      if (place === undefined) continue;
      const url = urlOf(place);
      return { text: place, ...(url !== undefined && { url }) };
    }
    return undefined;
  };
  return {
    row: (change) => firstOf(placesOfRow(change), valuesOf(change)),
    guard: ({ address, guard, thing }) => {
      if (address === POLICY_FILE) return firstOf([policyPlace(partOfPolicy(guard))]);
      if (guard === GUARDS.existingService) return firstOf([{ address, argument: thing ?? "" }]);
      return firstOf([{ address, argument: thing === undefined ? guard : `${guard}[${thing}]` }]);
    },
  };
}

/** What sets one fact. Of several places, the one with a changed value counts. */
type Candidate = Place | readonly Place[];

function finder({ sources, former, lines }: Origins): PlaceOf {
  return placesBy(new Map([...WHOLE, ...sources]), lines, former);
}

/** What a move of the whole environment names, which is no resource. */
const WHOLE: Sources = new Map<string, Source>([
  ["name", { key: ["name"], attributes: {} }],
  [
    "provider.aws",
    { key: [], attributes: { [GUARDS.account]: ["aws", "account"], [GUARDS.region]: ["aws", "region"] } },
  ],
  [
    "provider.google",
    { key: [], attributes: { [GUARDS.project]: ["google", "project"], [GUARDS.region]: ["google", "region"] } },
  ],
  ["terraform.backend", { key: ["state"], attributes: {} }],
]);

/** A part of the policy as its source names it: `issuers[workforce]` is `issuers.workforce`. */
function partOfPolicy(path: string): string {
  return stepsOf(path)
    .map(({ text }) => text)
    .join(".");
}

/** What may have changed a row, the most likely first: what sets the changed facts, the caller, and the row itself. */
function placesOfRow(change: RowChange): readonly Candidate[] {
  const { action, from, principal } = rowOf(change);
  const placesOf = (...facts: readonly RowFact[]) =>
    facts.map((fact) => setBy(fact, change)).filter((place) => place !== undefined);
  const changed = placesOf(...changedTerms(change), ...changedLimits(change));
  return [...changed, ...placesOfCaller(change), ...placesOf(principal, action), from];
}

type RowFact = Fact | { readonly kind: "limit"; readonly name: string };

/** Names of the limits that differ. */
function changedLimits({ before, after }: RowChange): readonly RowFact[] {
  const [had, has] = [before?.terms?.limits, after?.terms?.limits];
  if (had === undefined || has === undefined) return [];
  const names = Object.keys({ ...had, ...has }).filter((name) => had[name] !== has[name]);
  return names.map((name) => ({ kind: "limit", name }));
}

/** What sets a fact: a part of the policy, or an attribute of the row's own resource. */
function setBy(fact: RowFact, change: RowChange): Candidate | undefined {
  const { from, principal } = rowOf(change);
  const attribute = (argument: string): Place => ({ ...from, argument });
  switch (fact.kind) {
    case "call":
      return policyPlace(`routes.${fact.key}`);
    case "get-tokens":
      return attribute("allowed_oauth_flows_user_pool_client");
    case "networks":
      return policyPlace("allowedNetworks");
    case "limit":
      if (fact.name === "cache-seconds") return policyPlace("cacheSeconds");
      if (fact.name === "per-second") return attribute("throttle_settings.rate_limit");
      return attribute(fact.name === "at-once" ? "throttle_settings.burst_limit" : "quota_settings");
    case "oidc-audience":
      return attribute(`${from.argument}.${isElsewhere(fact, change, "audience") ? "issuer" : "audiences"}`);
    case "claim-value":
      if (isElsewhere(fact, change, "value")) return attribute(`${from.argument}.clientClaim`);
      return attribute(`${from.argument}.claims.${fact.claim}[${fact.value}]`);
    case "unique-id":
      return principal.kind === "caller" ? policyPlace(`callers.${principal.name}.uniqueId`) : undefined;
    case "scope-value":
      return attribute(`${from.argument}.scopes`);
    case "scope-claim":
      return attribute(`${from.argument}.scopeClaims.${fact.client}`);
    case "claimant":
      return attribute(`${from.argument}.claimants.${fact.id}`);
    case "envoy-issuer-term":
      return policyPlace(`issuers.${fact.issuer}.${fact.term.kind}`);
    case "envoy-image":
      return policyPlace("envoy.image");
    case "jwt-authorizer":
      // A function decided before, or decides now.
      return changedTerms(change).some(({ kind }) => kind === "decided-by") ? policyPlace("handshake") : undefined;
    case "withheld-token":
    case "envoy-token":
      return attribute(`${from.argument}.${fact.kind}`);
    case "audience":
      return attribute("audience");
    case "exempt-principal":
      return [attribute(from.argument), policyPlace("deployers")];
    case "cognito-client":
      return policyPlace(`clients.${fact.clientIdFrom}`);
    case "client-scope":
      return attribute("allowed_oauth_scopes");
    case "url":
      return attribute(`${fact.of}_urls`);
    case "pages":
      return attribute("cors_configuration.allow_origins");
    case "header":
      return attribute("cors_configuration.allow_headers");
    case "no-default-endpoint":
      return attribute("disable_execute_api_endpoint");
    case "client-certificate":
      return attribute("mutual_tls_authentication");
    case "web-acl":
      return attribute("web_acl_arn");
    default:
      return undefined;
  }
}

/** Whether another fact of the change has the same value: what the value is of has changed. */
function isElsewhere(fact: Fact, change: RowChange, name: string): boolean {
  const value = (each: Fact) => each.kind === fact.kind && Object.entries(each).find(([key]) => key === name)?.[1];
  return changedTerms(change).filter((each) => value(each) === value(fact)).length > 1;
}

/** An added, removed or disabled caller is the cause as a whole. A caller that stays got or lost a scope. */
function placesOfCaller(change: RowChange): readonly Place[] {
  const { action, principal } = rowOf(change);
  if (principal.kind !== "caller" || (change.cause === undefined && action.kind !== "any-call")) return [];
  const { name } = principal;
  const whole = [name, issuerOf(name)].map((each) => policyPlace(`callers.${each}`));
  return change.cause === "grant" ? [policyPlace(`callers.${name}.scopes`), ...whole] : whole;
}

function issuerOf(caller: string): string {
  return caller.slice(0, caller.indexOf("/"));
}

/**
 * The texts that a change names: those of a route are all on its line. A scope that a caller lost may still be in the list
 * for another route.
 */
function valuesOf(change: RowChange): readonly string[] {
  const { action, principal, terms } = rowOf(change);
  if (action.kind === "call" && change.cause === undefined) return [];
  const client = principal.kind === "caller" ? principal.name.slice(issuerOf(principal.name).length + 1) : "";
  const scopes = change.before === undefined ? (terms?.permits ?? []) : [];
  return [client, ...textsIn([principal, changedTerms(change), scopes])];
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
