import { BlockList, isIP } from "node:net";
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { TRACEPARENT_HEADER, traceIdOf } from "../../../contract/trace-context";
import { Trace } from "../request/log";
import { forbidden, type Outcome, unavailable } from "../request/outcome";
import type { PathRule } from "../request/path-rule";
import { type AuthorizerContext, contextOf, NONE } from "./context";
import { type AuthorizationRequest, type Decider, decide } from "./decide";
import { headerValues } from "./header-values";

export type HttpApiHandler = (
  event: APIGatewayRequestAuthorizerEventV2,
) => Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>>;

export interface HandlerProps {
  readonly kind: "callers" | "public";
  readonly policy: AuthorizerPolicy;
  /** Path rules of the policy's routes, by route key. */
  readonly rules: ReadonlyMap<string, PathRule>;
  readonly decider: Decider;
  readonly write: (line: string) => void;
}

/**
 * A Lambda authorizer of an HTTP API: payload format 2.0, simple responses. `false` becomes 403 and is cached like
 * `true`; a call that cannot be decided throws, which becomes 500 and is never cached.
 */
export function httpApiHandler({ kind, policy, rules, decider, write }: HandlerProps): HttpApiHandler {
  const isAllowed = networkCheck(policy.allowedNetworks);
  return async (event) => {
    const pathRule = rules.get(event.routeKey);
    const route = pathRule && policy.routes[event.routeKey];
    const requestId = event.requestContext?.requestId ?? NONE;
    const subject = { requestId, route: NONE, service: NONE, traceId: traceIdOf(event.headers?.[TRACEPARENT_HEADER]) };
    const trace = new Trace(route ? { ...subject, route: event.routeKey, service: route.service } : subject, write);
    const host = event.requestContext?.domainName ?? "";
    const known = route && { route, pathRule, path: event.rawPath, host };
    // If the IP address affects the decision, it is part of the cache key. Otherwise it is ignored.
    const address = policy.allowedNetworks && (event.requestContext?.http?.sourceIp ?? "");
    const outcome = await judge(kind, event, known, decider, trace, { address, isAllowed }).catch(() =>
      unavailable("internal"),
    );
    trace.finish(outcome);
    return answer(outcome);
  };
}

async function judge(
  kind: "callers" | "public",
  event: APIGatewayRequestAuthorizerEventV2,
  known: Omit<AuthorizationRequest, "authorization"> | undefined,
  decider: Decider,
  trace: Trace,
  from: { readonly address: string | undefined; readonly isAllowed: (address: string) => boolean },
): Promise<Outcome> {
  const keyedBy = (...values: (string | undefined)[]) => isCacheKey(event.identitySource, values);
  if (!keyedBy(event.routeKey, event.stageVariables?.policy)) return unavailable("identity-sources");
  // A route is live as soon as it is created, before the function has the new policy. Until then its calls are denied.
  if (known === undefined) return forbidden("route-unknown");
  if (from.address !== undefined) {
    if (!keyedBy(from.address)) return unavailable("identity-sources");
    if (!from.isAllowed(from.address)) return forbidden("network");
  }
  const scoped = known.route.access !== "public";
  if (scoped !== (kind === "callers")) return unavailable("route-kind");
  const authorization = scoped ? headerValues(event.headers, "authorization") : [];
  if (scoped && authorization.length === 0) return unavailable("identity-sources");
  const { hasVariable } = known.pathRule;
  if (!keyedBy(...authorization, ...(hasVariable ? [known.path] : []))) return unavailable("identity-sources");
  // The gateway forwards `$request.path`. If the event had two different paths, the path rule could check the wrong
  // one.
  if (hasVariable && event.requestContext.http.path !== known.path) return forbidden("path-mismatch");
  return decide(decider, { ...known, authorization }, trace);
}

/**
 * Whether the identity sources, which are the gateway's cache key, contain everything that the answer depends on.
 * Otherwise the gateway would replay an answer to requests that it was not made for.
 */
function isCacheKey(sources: readonly string[] | undefined, values: readonly (string | undefined)[]): boolean {
  if (!Array.isArray(sources)) return false;
  return values.every((value) => value !== undefined && value !== "" && sources.includes(value));
}

function answer(outcome: Outcome): APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext> {
  return { isAuthorized: outcome.decision === "allowed", context: contextOf(outcome) };
}

/** Whether an address is in one of the networks, in CIDR notation. Every address is, if there are no networks. */
export function networkCheck(networks: readonly string[] | undefined): (address: string) => boolean {
  if (networks === undefined) return () => true;
  // One list for each IP version: in a shared list, an IPv4 address would also match as its mapped IPv6 address, as in
  // `::/1`.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    lists[family(address)].addSubnet(address, Number(bits), family(address));
  }
  return (address) => isIP(address) !== 0 && lists[family(address)].check(address, family(address));
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
