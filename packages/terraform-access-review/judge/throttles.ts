import { isOpen } from "../access/envoy-route-rows";
import type { GuardChange } from "../model/change";
import { httpRoutes } from "../terraform-json/gateway-routes";
import { type Attributes, blocksOf, resourcesOf, type StackJson } from "../terraform-json/stack-json";

const TYPE = "aws_apigatewayv2_stage";
const LIMITS = ["throttling_rate_limit", "throttling_burst_limit"] as const;

/** Represents all routes without their own limit. */
const OTHERS = "$default";

/**
 * Throttles of an HTTP API that permit more, or fewer, requests. A route without its own limits has the stage's; a
 * stage without limits has the account's, which AWS may raise. Throttles of a REST API are separate guards.
 */
export function throttleChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, TYPE).flatMap(({ address, name, attributes }): readonly GuardChange[] => {
    const was = before.resource[TYPE]?.[name];
    if (was === undefined || was === attributes) return [];
    const own = [was, attributes].flatMap((stage) =>
      blocksOf(stage.route_settings).map(({ route_key }) => `${route_key}`),
    );
    const [had, has] = [routesIn(before), routesIn(after)];
    const keys = [OTHERS, ...new Set(own.filter((key) => had.has(key) && has.has(key)))];
    return keys.flatMap((key) =>
      LIMITS.flatMap((guard): readonly GuardChange[] => {
        const [old, now] = [limitOf(was, key, guard), limitOf(attributes, key, guard)];
        if (old === now) return [];
        const thing = key === OTHERS ? "routes without a throttle of their own" : key;
        const effect = (now ?? Infinity) > (old ?? Infinity) ? "broadened" : "narrowed";
        return [{ effect, address, guard, thing, before: shown(old), after: shown(now) }];
      }),
    );
  });
}

const SERVICE = "google_cloud_run_v2_service";

/** Cloud Run's own maximum for a service that declares none. */
const DEFAULT_INSTANCES = 100;

/**
 * Changed maximum numbers of instances of services whose invoker check is off. Callers with a token may bypass the
 * gateway and its throttles there, so nothing else bounds the load.
 */
export function instanceChanges(before: StackJson, after: StackJson): readonly GuardChange[] {
  return resourcesOf(after, SERVICE).flatMap((service): readonly GuardChange[] => {
    const was = before.resource[SERVICE]?.[service.name];
    if (was === undefined || !isOpen(service) || !isOpen({ ...service, attributes: was })) return [];
    const [old, now] = [instancesOf(was), instancesOf(service.attributes)];
    if (old === now) return [];
    // A default may rise, so that none is set is never the lower limit.
    const effect = (now ?? Infinity) > (old ?? DEFAULT_INSTANCES) ? "broadened" : "narrowed";
    return [{ effect, address: service.address, guard: INSTANCES, before: shown(old), after: shown(now) }];
  });
}

const INSTANCES = "template.scaling.max_instance_count";

function instancesOf({ template }: Attributes): number | undefined {
  const count = blocksOf(blocksOf(template)[0]?.scaling)[0]?.max_instance_count;
  return count === undefined || count === null ? undefined : Number(count);
}

function routesIn(stack: StackJson): ReadonlySet<string> {
  return new Set(httpRoutes(stack).map(({ key }) => key));
}

/** Undefined if only the account's limit applies. */
function limitOf(stage: Attributes, key: string, limit: (typeof LIMITS)[number]): number | undefined {
  const own = blocksOf(stage.route_settings).find(({ route_key }) => route_key === key)?.[limit];
  const found = own ?? blocksOf(stage.default_route_settings)[0]?.[limit];
  return found === undefined || found === null ? undefined : Number(found);
}

function shown(value: number | undefined): string {
  return value === undefined ? "not set" : String(value);
}
