import { createHash } from "node:crypto";
import type { UsagePlan, UsagePlanMember } from "../model/gateway-intent";
import { callerName, clientName, namedAs, snake } from "../model/names";
import type { ClientConfig } from "../schema/config";
import type { Path } from "../source/located";
import { type Draft, tokenIssuers } from "./draft";

/** Ids that belong to no client: the plan of all other callers, and the plan of callers of public routes. */
export const DEFAULT_PLAN = "default";
export const ANONYMOUS = "anonymous";

/** A caller whose usage a REST API counts. */
interface CountedCaller extends Omit<UsagePlanMember, "key"> {
  readonly path: Path;
  /** `the client reporting-agent`, `workforce/0oa1example`. */
  readonly what: string;
  /** Unset for a caller that an issuer lists. */
  readonly client?: ClientConfig;
}

/** The callers in the plans of `usagePlans`: none if no client has a quota or throttle and there is no default plan. */
export function countedCallers(draft: Draft): readonly CountedCaller[] {
  if (!isCounted(draft)) return [];
  const own = enabled(draft).map(([id, client]) => {
    return {
      caller: configuredCaller(id, client),
      address: id,
      owner: { kind: "clients", id } as const,
      path: ["clients", id],
      what: `the client ${id}`,
      client,
    };
  });
  const listed = tokenIssuers(draft).flatMap(([id, { clients }]) =>
    clients.map((each, index) => ({
      caller: `${id}/${each}`,
      address: `${id}-${snake(each)}`,
      owner: { kind: "issuers", id } as const,
      path: ["issuers", id, "clients", index],
      what: `${id}/${each}`,
    })),
  );
  return [...own, ...listed];
}

/**
 * The plans of a REST API: one for each client with its own quota or throttle, one for all other clients, and one for
 * callers of public routes. Empty if no client has a quota or throttle and there is no default plan. Every caller in
 * the policy belongs to one plan, because a call without a usage key would be refused.
 */
export function usagePlans(draft: Draft): readonly UsagePlan[] {
  if (!isCounted(draft)) return [];
  const { prefix, gateway } = draft;
  const member = ({ caller, address, owner }: Omit<UsagePlanMember, "key">): UsagePlanMember => ({
    caller,
    address,
    ...(owner && { owner }),
    key: createHash("sha256").update(`${prefix}/${caller}`).digest("hex"),
  });
  const callers = countedCallers(draft);
  const others = callers.filter(({ client }) => !hasOwnPlan(client)).map(member);
  return [
    {
      id: DEFAULT_PLAN,
      name: clientName(prefix, DEFAULT_PLAN),
      ...gateway.defaultPlan,
      members: others.sort((a, b) => (a.address < b.address ? -1 : 1)),
    },
    // No limit: all callers of public routes share this plan, so one caller could use up the quota of all others.
    {
      id: ANONYMOUS,
      name: clientName(prefix, ANONYMOUS),
      members: [member({ caller: ANONYMOUS, address: ANONYMOUS })],
    },
    ...callers.flatMap(({ client, ...caller }): UsagePlan[] => {
      if (client === undefined || !hasOwnPlan(client)) return [];
      const { quota, throttle } = client;
      const limits = { ...(quota && { quota }), ...(throttle && { throttle }) };
      const { address: id } = caller;
      return [{ id, name: clientName(prefix, id), client: id, ...limits, members: [member(caller)] }];
    }),
  ];
}

function isCounted(draft: Draft): boolean {
  const { kind, defaultPlan } = draft.gateway;
  return kind === "rest" && (defaultPlan !== undefined || enabled(draft).some(([, client]) => hasOwnPlan(client)));
}

function enabled({ clients }: Draft): readonly [string, ClientConfig][] {
  return [...clients].filter(([, { disabled }]) => !disabled);
}

function hasOwnPlan(client: ClientConfig | undefined): boolean {
  return client?.quota !== undefined || client?.throttle !== undefined;
}

export function configuredCaller(id: string, client: ClientConfig): string {
  return callerName(
    client.grant === "external" ? { id, ...client } : { issuer: client.issuer, id: namedAs(id, client) },
  );
}
