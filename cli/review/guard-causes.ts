import type { Places } from "../../intent/schema/places";
import type { GuardChange } from "../../packages/terraform-access-review/model/change";
import { type Cause, type ConfigPath, declared, isRoute, routeCauses } from "./causes";

/** The keys that a changed protection may come from, the most likely first. */
export function guardCauses({ address, guard, thing, before, after }: GuardChange, places: Places): readonly Cause[] {
  const limit = /throttling_(rate|burst)_limit$/.exec(guard)?.[1];
  if (limit !== undefined) return throttleCauses(thing, limit === "rate" ? "ratePerSecond" : "burst", places);
  const single = SETTINGS[guard];
  if (single !== undefined) return [{ path: single }];
  const [, name = ""] = address.split(".");
  return [
    ...declared(name.replaceAll("_", "-"), places).flatMap((path) =>
      (OWN[guard] ?? []).map((key) => ({ path: [...path, key] })),
    ),
    ...[after, before].map((names) => ({ path: [], names, onlyValues: true as const })),
    ...declared(name.replaceAll("_", "-"), places).map((path) => ({ path })),
  ];
}

/** A route's own throttle, or the gateway's for all other routes. For a removed throttle, the route's line. */
function throttleCauses(thing: string | undefined, key: string, places: Places): readonly Cause[] {
  const routes = thing !== undefined && isRoute(thing) ? routeCauses(thing, places).map(({ path }) => path) : [];
  const throttles = [...routes, ["gateway"]].map((path) => [...path, "throttle"]);
  const own = routes.length > 0 ? throttles.slice(0, -1) : throttles;
  return [...own.flatMap((path) => [[...path, key], path]), ...routes].map((path) => ({ path }));
}

/** The key that sets a protection everywhere, by its attribute. */
const SETTINGS: Readonly<Record<string, ConfigPath>> = {
  allowedNetworks: ["gateway", "allowedNetworks"],
  deletion_protection: ["protect"],
  disable_execute_api_endpoint: ["gateway", "domain"],
  "lifecycle.prevent_destroy": ["protect"],
  mutual_tls_authentication: ["gateway", "mutualTls"],
  recovery_window_in_days: ["recoveryDays"],
  retention_days: ["logs", "retentionDays"],
  retention_in_days: ["logs", "retentionDays"],
};

/** The keys that set a protection of one client or service, by the attribute. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  "rotation.rotation_period": ["secrets"],
  "rotation_rules.automatically_after_days": ["rotateEveryDays"],
  threshold: ["rotateEveryDays"],
  usage_plan_id: ["quota", "throttle"],
};
