import { type AccessPolicy, EMPTY_POLICY } from "../../../contract/policy-file";
import { isMet, isNoStricter, needInWords, needsInWords, type ScopeNeed } from "../../../contract/scope-need";
import { type AccessRow, NO_CALLER, type RowTerms, rowKey } from "../model/row";
import { listOf, type Resource, resourcesOf, type StackJson } from "../terraform-json/stack-json";
import { inWords } from "../types/words";
import { ownRole } from "./aws-rows";
import { type Caller, callersOf } from "./callers";
import { envoyRouteRows, isOpen } from "./envoy-route-rows";
import type { GatewayRoute } from "./gateway/routes";
import { gatewayRoutes } from "./gateway/routes";
import { AUTHORIZER } from "./issuer-rows";
import { admittedCallers } from "./sidecar/callers";
import type { Sidecar, UnreadSidecar } from "./sidecar/model";
import type { Sidecars } from "./sidecar/read";
import { NOT_READ } from "./unread-rows";

/** The callers of each route, by the authorizer's decision and the cache that replays it, or by Envoy's rules. */
export function routeRows(
  stack: StackJson,
  policy: AccessPolicy | "not read",
  sidecars: Sidecars,
): readonly AccessRow[] {
  const routes = gatewayRoutes(stack);
  const rows = [...decidedRows(stack, routes, policy, sidecars), ...envoyRouteRows(stack, routes, sidecars)];
  // If two APIs let a caller pass under the same condition, they share one row. Otherwise each has its own.
  return [...new Map(rows.map((row) => [rowKey(row), row])).values()];
}

/** Rows of routes on which the gateway or its function decides: all but those of a service without invoker check. */
function decidedRows(
  stack: StackJson,
  routes: readonly GatewayRoute[],
  given: AccessPolicy | "not read",
  sidecars: Sidecars,
): readonly AccessRow[] {
  const policy = given === "not read" ? EMPTY_POLICY : given;
  const callers = callersOf(stack, policy);
  const verifiers = new Map<string, Again | undefined>();
  // Cached, because hundreds of routes share a few services.
  const verifierAt = (address: string) => {
    if (!verifiers.has(address)) verifiers.set(address, verifiedAgain(stack, sidecars.get(address)));
    return verifiers.get(address);
  };
  return routes.flatMap(({ key, service, resource, decision, handling }): readonly AccessRow[] => {
    if (service !== undefined && isOpen(service)) return [];
    const known = policy.routes[key];
    const isDecided = decision.terms.requires !== undefined;
    const from = isDecided ? networksOf(policy) : {};
    const other = isDecided ? otherAudience(policy, known?.service, service) : {};
    const parts = [decision.condition, handling.condition, ...(from.requires ?? []), ...(other.permits ?? [])];
    const condition = joined(parts);
    const terms = [handling.terms, from, other].reduce(both, decision.terms);
    const by = decision.decision && { decision: decision.decision };
    if (decision.admits !== undefined)
      return decision.admits.map((principal) => ({ principal, permission: key, resource, condition, terms }));
    if (!isDecided) return [{ principal: "anyone", permission: key, resource, condition, terms }];
    if (given === "not read") {
      const unread = `${condition}; by rules that are not in the stack`;
      return [{ principal: NOT_READ, permission: key, resource, condition: unread, ...by, terms }];
    }
    // A function denies routes that its policy does not list, so such a route opens nothing.
    if (known === undefined)
      return [{ principal: NO_CALLER, permission: key, resource, condition: `${condition}; not in the policy`, ...by }];
    if (known.access === "public") return [{ principal: "anyone", permission: key, resource, condition, ...by, terms }];
    const again = verifierAt(service?.address ?? "");
    return scopedRows(known.access.scopes, callers).map(({ principal, words, met, pinned }) => {
      const envoy = principal === NO_CALLER ? undefined : again?.(key, principal, met);
      const requires = [...pinned, ...(envoy === undefined ? [] : ["a token that Envoy takes", ...envoy.refusals])];
      return {
        principal,
        permission: key,
        condition: joined([words, ...pinned, condition, envoy?.words ?? ""]),
        resource,
        ...by,
        terms: both(both({ permits: met.map(needInWords) }, terms), { requires }),
      };
    });
  });
}

/** The networks from which callers may come, if the policy restricts them. */
function networksOf({ allowedNetworks }: AccessPolicy): RowTerms {
  return allowedNetworks === undefined ? {} : { requires: [`only from ${allowedNetworks.join(", ")}`] };
}

/** Set if the function gets a token for a route whose audience is not the one that the service requires. */
function otherAudience({ services }: AccessPolicy, name: string | undefined, service: Resource | undefined): RowTerms {
  if (name === undefined || service === undefined) return {};
  const audience = services[name]?.audience;
  if (audience !== undefined && listOf(service.attributes.custom_audiences).includes(audience)) return {};
  return { permits: [audience === undefined ? "WITHOUT A TOKEN FOR IT" : `WITH A TOKEN FOR ${audience}`] };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("; ");
}

function both(one: RowTerms, other: RowTerms): RowTerms {
  const permits = [...(one.permits ?? []), ...(other.permits ?? [])];
  const requires = [...(one.requires ?? []), ...(other.requires ?? [])];
  return {
    ...(permits.length > 0 && { permits }),
    ...(requires.length > 0 && { requires }),
    ...((one.limits || other.limits) && { limits: { ...one.limits, ...other.limits } }),
  };
}

/** Returns the decision of Envoy in the instance on a caller that the authorizer lets pass. */
type Again = (
  key: string,
  principal: string,
  needs: readonly ScopeNeed[],
) => { readonly words: string; readonly refusals: readonly string[] };

function verifiedAgain(stack: StackJson, sidecar: Sidecar | UnreadSidecar | undefined): Again | undefined {
  if (sidecar === undefined || "fault" in sidecar) return undefined;
  const passing = new Map(
    sidecar.routes.map(({ key, admissions }) => [key, admittedCallers(stack, sidecar, admissions)]),
  );
  return (key, principal, needs) => {
    const same = passing.get(key)?.filter(({ name }) => name === principal) ?? [];
    const isTaken = (need: ScopeNeed) =>
      same.some(({ scopes }) => scopes?.some((other) => isNoStricter(other, need)) ?? true);
    const refused = needs.filter((need) => !isTaken(need));
    const what = refused.length === needs.length ? "IT" : needsInWords(refused);
    return {
      words: refused.length === 0 ? "Envoy verifies the token again" : `ENVOY REFUSES ${what}`,
      refusals: refused.map((need) => `not by ${needInWords(need)}`),
    };
  };
}

interface ScopedRow {
  readonly principal: string;
  readonly words: string;
  /** The needs of which a token must meet one. */
  readonly met: readonly ScopeNeed[];
  /** The one id that the caller must have, if the policy names it. */
  readonly pinned: readonly string[];
}

/** The callers that have a scope. */
function scopedRows(needs: readonly ScopeNeed[], callers: readonly Caller[]): readonly ScopedRow[] {
  const rows = callers.flatMap(({ name, scopes: held, uniqueId }): readonly ScopedRow[] => {
    const met = needs.filter((need) => isMet(need, held));
    const pinned = uniqueId === undefined ? [] : [`unique id ${uniqueId}`];
    return met.length === 0 ? [] : [{ principal: name, words: needsInWords(met), met, pinned }];
  });
  if (rows.length > 0) return rows;
  return [{ principal: NO_CALLER, words: `no caller has ${needsInWords(needs)}`, met: [], pinned: [] }];
}

/** The identity with which the functions call each service: one row per service, however many routes it has. */
export function mintRows(stack: StackJson, policy: AccessPolicy): readonly AccessRow[] {
  return Object.entries(policy.services).map(([service, { role, serviceAccount, audience }]) => ({
    principal: AUTHORIZER,
    permission: `get ID tokens for routes of ${service}`,
    resource: accountInWords(stack, serviceAccount),
    condition: `as ${ownRole(stack, String(role))}; audience ${audience}`,
  }));
}

/** An account of this stack by its name; any other by its address. */
function accountInWords(stack: StackJson, email: string): string {
  const [google] = stack.provider.google ?? [];
  const own = resourcesOf(stack, "google_service_account").find(
    ({ attributes: { account_id, project = google?.project } }) =>
      email === `${account_id}@${project}.iam.gserviceaccount.com`,
  );
  return own === undefined ? String(email) : inWords(own);
}
