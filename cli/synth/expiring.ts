import type { Intent } from "../../intent/model/intent";
import { expiringBy } from "../../intent/schema/truststore";

/** How long before its last day an authority's certificate is told of. */
const DAYS = 60;

/** In a line each: authorities of callers' certificates that expire soon, or have done so. @param today in UTC */
export function expiringAuthorities(intents: readonly Intent[], today: Date): readonly string[] {
  const last = new Date(today.getTime() + DAYS * 86_400_000).toISOString().slice(0, 10);
  return intents.flatMap(({ environment, gateway }) =>
    expiringBy(gateway.mutualTls?.certificates ?? [], last).map(
      ({ subject, expires }) =>
        `warning: ${environment}: the authority ${subject} of gateway.mutualTls ends on ${expires}; its callers are refused from then on`,
    ),
  );
}

/** In a line each: every authority of callers' certificates and its last day, soon or not, since a synthesis has no clock. */
export function lastDays({ gateway }: Intent): readonly string[] {
  return (gateway.mutualTls?.certificates ?? []).map(
    ({ subject, expires }) => `gateway.mutualTls trusts ${subject} until ${expires}, its last day in UTC`,
  );
}
