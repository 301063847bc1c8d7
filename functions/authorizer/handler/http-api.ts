import { BlockList, isIP } from "node:net";
import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from "aws-lambda";
import { TRACEPARENT_HEADER } from "../../../contract/trace-context";
import type { Trace } from "../request/log";
import { forbidden, unavailable } from "../request/outcome";
import { decide } from "./decide";
import {
  type AuthorizerContext,
  contextOf,
  type HandlerProps,
  headerValues,
  judged,
  type KnownRequest,
} from "./judged";

export type HttpApiHandler = (
  event: APIGatewayRequestAuthorizerEventV2,
) => Promise<APIGatewaySimpleAuthorizerWithContextResult<AuthorizerContext>>;

/**
 * A Lambda authorizer of an HTTP API: payload format 2.0, simple responses. `false` becomes 403 and is cached like
 * `true`; a call that cannot be decided throws, which becomes 500 and is never cached.
 */
export function httpApiHandler(props: HandlerProps): HttpApiHandler {
  const { kind, policy, decider } = props;
  const isAllowed = networkCheck(policy.allowedNetworks);
  return async (event) => {
    const { routeKey: key, rawPath: path, requestContext } = event;
    const keyedBy = (...values: (string | undefined)[]) => isCacheKey(event.identitySource, values);
    const judge = async (known: KnownRequest | undefined, trace: Trace) => {
      if (!keyedBy(key, event.stageVariables?.policy)) return unavailable("identity-sources");
      // A route is live as soon as it is created, before the function has the new policy. Until then its calls are
      // denied.
      if (known === undefined) return forbidden("route-unknown");
      // If the IP address affects the decision, it is part of the cache key. Otherwise it is ignored.
      if (policy.allowedNetworks) {
        const address = requestContext?.http?.sourceIp ?? "";
        if (!keyedBy(address)) return unavailable("identity-sources");
        if (!isAllowed(address)) return forbidden("network");
      }
      const scoped = known.route.access !== "public";
      if (scoped !== (kind === "callers")) return unavailable("route-kind");
      const authorization = scoped ? headerValues(event.headers, "authorization") : [];
      const { hasVariable } = known.pathRule;
      const isKeyed = keyedBy(...authorization, ...(hasVariable ? [path] : []));
      if (!isKeyed || (scoped && authorization.length === 0)) return unavailable("identity-sources");
      // The gateway forwards `$request.path`. If the event had two different paths, the path rule could check the wrong
      // one.
      if (hasVariable && requestContext.http.path !== path) return forbidden("path-mismatch");
      return decide(decider, { ...known, authorization }, trace);
    };
    const host = requestContext?.domainName;
    const requestId = requestContext?.requestId;
    const called = { key, path, host, requestId, traceparent: event.headers?.[TRACEPARENT_HEADER] };
    const outcome = await judged(props, called, judge);
    return { isAuthorized: outcome.decision === "allowed", context: contextOf(outcome) };
  };
}

/**
 * Whether the identity sources, which are the gateway's cache key, contain everything that the answer depends on.
 * Otherwise the gateway would replay an answer to requests that it was not made for.
 */
function isCacheKey(sources: readonly string[] | undefined, values: readonly (string | undefined)[]): boolean {
  if (!Array.isArray(sources)) return false;
  return values.every((value) => value !== undefined && value !== "" && sources.includes(value));
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
