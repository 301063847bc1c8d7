import { createHash } from "node:crypto";
import type { UsagePlan, UsagePlanMember } from "../model/gateway-intent";
import { callerName, clientName, namedAs, snake } from "../model/names";
import type { ClientConfig, Config } from "../schema/config";

/** Ids that belong to no client: the plan of all other callers, and the plan of callers of public routes. */
export const DEFAULT_PLAN = "default";
export const ANONYMOUS = "anonymous";

/**
 * The plans of a REST API: one for each client with its own quota or throttle, one for all other clients, and one for
 * callers of public routes. Empty if no client has a quota or throttle and there is no default plan. Every caller in
 * the policy belongs to one plan, because a call without a usage key would be refused.
 */
export function usagePlans(prefix: string, { gateway, issuers, clients }: Config): readonly UsagePlan[] {
  const entries = Object.entries(clients)
    .filter(([, { disabled }]) => !disabled)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const own = entries.filter(([, { quota, throttle }]) => quota !== undefined || throttle !== undefined);
  if (gateway.kind !== "rest" || (own.length === 0 && gateway.defaultPlan === undefined)) return [];
  const member = (caller: string, address: string): UsagePlanMember => ({
    caller,
    address,
    key: createHash("sha256").update(`${prefix}/${caller}`).digest("hex"),
  });
  const client = ([id, config]: [string, ClientConfig]) => member(configuredCaller(id, config), id);
  const listed = Object.entries(issuers).flatMap(([id, issuer]) => {
    const named = issuer.kind === "oidc" && issuer.grants === "token" ? issuer.clients : [];
    return named.map((each) => member(`${id}/${each}`, `${id}-${snake(each)}`));
  });
  const others = entries.filter((entry) => !own.includes(entry)).map(client);
  return [
    {
      id: DEFAULT_PLAN,
      name: clientName(prefix, DEFAULT_PLAN),
      ...gateway.defaultPlan,
      members: [...others, ...listed].sort((a, b) => (a.address < b.address ? -1 : 1)),
    },
    // No limit: all callers of public routes share this plan, so one caller could use up the quota of all others.
    { id: ANONYMOUS, name: clientName(prefix, ANONYMOUS), members: [member(ANONYMOUS, ANONYMOUS)] },
    ...own.map((entry): UsagePlan => {
      const [id, { quota, throttle }] = entry;
      const limits = { ...(quota && { quota }), ...(throttle && { throttle }) };
      return { id, name: clientName(prefix, id), ...limits, members: [client(entry)] };
    }),
  ];
}

export function configuredCaller(id: string, client: ClientConfig): string {
  return callerName(
    client.grant === "external" ? { id, ...client } : { issuer: client.issuer, id: namedAs(id, client) },
  );
}
