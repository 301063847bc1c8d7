import { snake } from "../model/names";
import type { Path } from "../source/located";
import type { Draft } from "./draft";

/** A caller whose usage a REST API counts. Its usage key is named after it. */
export interface CountedCaller {
  /** End of the key's name. Its Terraform address differs only in the dashes. */
  readonly name: string;
  readonly path: Path;
  /** `the client reporting-agent`, `workforce/0oa1example`. */
  readonly what: string;
}

/** The callers in the plans of `usagePlans`: none if no caller has a quota or a throttle. */
export function countedCallers({
  gateway,
  issuers,
  clients,
}: Pick<Draft, "clients" | "gateway" | "issuers">): CountedCaller[] {
  const known = [...clients].map(([id, client]) => ({ id, client }));
  const isCounted = gateway.defaultPlan !== undefined || known.some(({ client }) => client.quota ?? client.throttle);
  if (gateway.kind !== "rest" || !isCounted) return [];
  const own = known
    .filter(({ client }) => !client.disabled)
    .map(({ id }) => ({ name: id, path: ["clients", id], what: `the client ${id}` }));
  const listed = [...issuers].flatMap(([id, issuer]) => {
    const callers = issuer.kind === "oidc" && issuer.grants === "token" ? issuer.clients : [];
    return callers.map((caller, index) => ({
      name: `${id}-${snake(caller)}`,
      path: ["issuers", id, "clients", index],
      what: `${id}/${caller}`,
    }));
  });
  return [...own, ...listed];
}
