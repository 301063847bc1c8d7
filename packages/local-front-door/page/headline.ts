import { needsInWords, needsOfText, type ScopeNeed } from "../../../contract/scope-need";
import type { Hop } from "../trace/hop";
import type { SeenRequest } from "../trace/request-log";
import { HOP_TITLES } from "./hop-titles";
import type { PresentedCaller } from "./presented-caller";
import { REASONS } from "./reasons";

/** The parts of stack and config that explain a request. */
export interface Explaining {
  /** The rule for a route, by its key: an entry of the authorizer's policy, or Envoy's requirement. */
  readonly ruleOf: (route: string) => unknown;
  /** The caller that an unverified token names. */
  readonly callerOf: (claims: Readonly<Record<string, unknown>>) => PresentedCaller | undefined;
  /** `config/base.yaml:49`: where a route is declared, by its key. Default: no config is known. */
  readonly placeOf?: (route: string) => string | undefined;
}

/** Why a request got its answer, in the parts of one sentence. */
export interface Explanation {
  /** `needs orders/write` */
  readonly because: string;
  /** `caller customers/support-desk has orders/support` */
  readonly caller?: string;
  /** Where that is declared: a line of the config, or an address of the stack. */
  readonly place?: string;
}

/** A headline must be readable at a glance. The claims below it have the rest. */
const MOST_SCOPES = 5;

/** `403: needs orders/write; caller customers/support-desk has orders/support; config/base.yaml:49` */
export function headlineOf(status: number, { because, caller, place }: Explanation): string {
  return `${status}: ${[because, caller, place].filter(Boolean).join("; ")}`;
}

/** @param request that has been answered */
export function explanationOf(request: SeenRequest, explaining: Explaining): Explanation {
  const refusal = refusalOf(request);
  const route = request.answer?.route;
  const place = route === undefined ? undefined : explaining.placeOf?.(route);
  if (refusal === undefined) return unrefused(request, explaining, place);
  const needs = needed(route, explaining);
  const caller = named(request, explaining);
  if (refusal.code === "identity-source" && request.presented === undefined) {
    return {
      because: needs === undefined ? "no token" : `no token; needs ${needs}`,
      place: place ?? refusal.declaration,
    };
  }
  if (refusal.code === "scope" && needs !== undefined) {
    return { because: `needs ${needs}`, caller, place: place ?? refusal.declaration };
  }
  const because = (refusal.code && REASONS[refusal.code]) ?? `${HOP_TITLES[refusal.at].title}: ${refusal.reason}`;
  const declaration = refusal.declaration && because.includes(refusal.declaration) ? undefined : refusal.declaration;
  return { because, place: refusal.code ? (place ?? declaration) : declaration };
}

/** The first refusal is the cause; later ones follow from it. A successful request has none. */
export function refusalOf({ hops, answer }: Pick<SeenRequest, "hops" | "answer">): Hop | undefined {
  if (answer === undefined || answer.status < 400) return undefined;
  return hops.find(({ allowed }) => !allowed);
}

function unrefused({ answer, client, door, hops }: SeenRequest, { ruleOf }: Explaining, place?: string): Explanation {
  const { route, status = 0 } = answer ?? {};
  if (status >= 400) return { because: "the service's own answer", place };
  if (door === "cognito") return { because: hops.findLast(({ remark }) => !remark)?.reason ?? "accepted" };
  const rule = (route === undefined ? undefined : ruleOf(route)) as Rule | undefined;
  if (rule?.access === "public" || rule?.wants === "public") return { because: "allowed; the route is public", place };
  const name = client ?? answer?.client;
  return { because: "allowed", ...(name !== undefined && name !== "-" && { caller: `caller ${name}` }), place };
}

/** The needs of which a caller of the route must meet one, `orders/read or orders/write`. */
function needed(route: string | undefined, { ruleOf }: Explaining): string | undefined {
  const rule = (route === undefined ? undefined : ruleOf(route)) as Rule | undefined;
  const wants = rule?.wants === undefined || rule.wants === "public" ? undefined : needsOfText(rule.wants);
  const needs = typeof rule?.access === "object" ? rule.access.scopes : wants;
  return needs === undefined || needs.length === 0 ? undefined : needsInWords(needs);
}

/** An entry of the authorizer's policy, or Envoy's configuration for the route. */
interface Rule {
  readonly access?: "public" | { readonly scopes: readonly ScopeNeed[] };
  readonly wants?: string;
}

function named({ presented }: SeenRequest, { callerOf }: Explaining): string | undefined {
  const caller = presented && callerOf(presented);
  if (caller === undefined) return undefined;
  const [shown, left] = [caller.scopes.slice(0, MOST_SCOPES), caller.scopes.length - MOST_SCOPES];
  const scopes = [...shown, ...(left > 0 ? [`${left} more`] : [])];
  return `caller ${caller.name} has ${scopes.length === 0 ? "no scopes" : scopes.join(", ")}`;
}
