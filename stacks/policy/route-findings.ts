import type { AuthorizerPolicy } from "../../contract/policy-file";
import {
  changedParts,
  type GatewayRoute,
  gatewayRoutes,
} from "../../packages/terraform-access-review/access/gateway/routes";
import { isRunService } from "../../packages/terraform-access-review/terraform-json/existing-service";
import { aliasesOf, invokedBy } from "../../packages/terraform-access-review/terraform-json/invoked";
import { soleReference } from "../../packages/terraform-access-review/terraform-json/references";
import { resourcesOf } from "../../packages/terraform-access-review/terraform-json/stack-json";
import { type Finding, type StackJson, unless } from "./rule";

/** Each kind of API has its own rule on its routes, and all of them promise the same. */
export const ROUTE_AUTHORIZER = {
  id: "route-authorizer",
  promise:
    "Every route has the authorizer of its kind, with exactly the identity sources that the decision depends on and the cache TTL of config. With `handshake: shared-issuer`, it is the JWT authorizer of the route's issuer, with exactly the route's scopes. It hands calls to a service unchanged, with the headers that only the gateway writes.",
} as const;

/** The function that an authorizer calls. A call past the function's alias would not notice a revocation. */
export function deciderOf(stack: StackJson, uri: unknown): string {
  const invoked = invokedBy(stack, uri);
  if (invoked === undefined) return String(uri);
  const bypassed = invoked.alias === undefined ? aliasesOf(stack, invoked.function) : [];
  const { name } = invoked.function;
  return bypassed.length === 0 ? name : `${name}, past ${bypassed.map(({ address }) => address).join(" and ")},`;
}

/** Message about an authorizer that calls another function than expected, or caches its results by another key. */
export function decidedBy(by: string, key: readonly string[], wanted: string, expected: readonly string[]): string {
  const was = `${by} with the cache key ${key.join(", ")}`;
  return `is decided by ${was}: expected ${wanted} with the cache key ${expected.join(", ")}`;
}

/** Routes in the policy that the API at this address does not declare. Their calls would fail. */
export function missingRoutes(policy: AuthorizerPolicy, declared: readonly string[], address: string): Finding[] {
  return Object.keys(policy.routes)
    .filter((key) => !declared.includes(key))
    .map((key) => ({ address, message: `has no route ${key} of the policy` }));
}

/**
 * Authorizers whose cache TTL differs from config's. The function returns Google tokens that are valid at least that
 * long. With a longer TTL, a cached token may have expired, and a caller revoked since then would still get access.
 *
 * @param secondsOf the TTL that an authorizer must have. A decision that depends on more than the cache key must not be
 * cached.
 */
export function cacheTtlFindings(
  stack: StackJson,
  type: string,
  secondsOf: (address: string) => number,
): readonly Finding[] {
  return resourcesOf(stack, type).flatMap(({ address, attributes }) => {
    const { authorizer_result_ttl_in_seconds: found } = attributes;
    const seconds = secondsOf(address);
    const message = `caches results for ${found ?? "the default number of"} seconds: expected ${seconds}, as the function does`;
    return unless(found === seconds, address, message);
  });
}

/**
 * Routes of the policy that hand a call on to anything but a service, or change what was authorized: its method, its path
 * or a header by which the service knows the caller.
 */
export function forwardFindings(stack: StackJson, policy: AuthorizerPolicy): readonly Finding[] {
  return gatewayRoutes(stack)
    .filter(({ key }) => policy.routes[key] !== undefined)
    .flatMap((route): readonly Finding[] => {
      const { key, from } = route;
      if (!isOfService(route)) {
        return [{ address: from.address, message: `does not lead to a service: expected the URL of one for ${key}` }];
      }
      const changed = changedParts(route).join(", ");
      return unless(
        changed === "",
        from.address,
        `changes ${changed} of ${key}: expected the call as it was authorized`,
      );
    });
}

function isOfService({ resource }: GatewayRoute): boolean {
  // A service that no block declares is reported once.
  if (resource.kind === "called-address") return isRunService(soleReference(resource.uri)?.type);
  return resource.kind === "called-service" || (resource.kind === "resource" && isRunService(resource.type));
}
