import { expectedCallers } from "../../../cli/verify/deployed/tokens";
import type { PolicyRoute } from "../../../contract/policy-file";
import { isAnyMet } from "../../../contract/scope-need";
import type { Caller } from "../../../functions/authorizer/request/outcome";
import { pathRules, requireOwnPath } from "../../../functions/authorizer/request/path-rule";
import { deployment } from "./deployment";
import type { Faults } from "./faults";
import { POLICY } from "./policy";

/** What the gateway caches. */
export interface Decision {
  readonly allowed: boolean;
  readonly service: string;
  readonly caller?: Caller | undefined;
  /** Id of the request that filled the cache. */
  readonly requestId: string;
}

export interface Asked {
  readonly key: string;
  readonly route: PolicyRoute;
  readonly path: string;
  readonly authorization: string;
  readonly requestId: string;
}

/** Decides as the authorizer would; undefined if it would throw. */
export function decide({ key, route, path, authorization, requestId }: Asked, faults: Faults): Decision | undefined {
  const { service } = route;
  const refusal: Decision = { allowed: false, service, requestId };
  if (!faults.noPathRule && !passesPathRule(key, path)) return refusal;
  const caller = route.access === "public" ? undefined : knownCaller(bearerOf(authorization));
  if (route.access !== "public") {
    if (caller === undefined && !faults.junkPasses) return refusal;
    const may = isAnyMet(route.access.scopes, caller?.scopes ?? []);
    if (caller !== undefined && !may && !faults.scopesIgnored) return refusal;
  }
  return faults.mintFails ? undefined : { allowed: true, service, caller, requestId };
}

export function bearerOf(authorization: string): string {
  return authorization.replace("Bearer ", "");
}

/** Applies the authorizer's rules, except the signature check. */
export function knownCaller(token: string): Caller | undefined {
  try {
    return expectedCallers({ CALLER_TOKEN: token }, deployment()).CALLER_TOKEN;
  } catch {
    return undefined;
  }
}

function passesPathRule(key: string, path: string): boolean {
  const rule = pathRules(POLICY).get(key);
  try {
    if (rule?.hasVariable) requireOwnPath(rule, path);
    return true;
  } catch {
    return false;
  }
}
