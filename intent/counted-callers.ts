import type { Draft } from "./draft";
import type { Path } from "./located";
import { snake } from "./names";
import { soundItems } from "./sound";

/** A caller whose usage a REST API counts, and so a key that is called after it. */
export interface CountedCaller {
  /** End of the key's name, and its Terraform address but for the dashes. */
  readonly name: string;
  readonly path: Path;
  /** `the client reporting-agent`, `workforce/0oa1example`. */
  readonly what: string;
}

/** Those of the plans of `usagePlans`, as far as the config is valid: nobody where nobody has a quota or a throttle. */
export function countedCallers({
  gateway,
  issuers,
  clients,
}: Pick<Draft, "clients" | "gateway" | "issuers">): CountedCaller[] {
  const known = [...clients].flatMap(([id, client]) => (client === undefined ? [] : [{ id, client }]));
  const isCounted = gateway.defaultPlan !== undefined || known.some(({ client }) => client.quota ?? client.throttle);
  if (gateway.kind !== "rest" || !isCounted) return [];
  const own = known
    .filter(({ client }) => client.disabled === false)
    .map(({ id }) => ({ name: id, path: ["clients", id], what: `the client ${id}` }));
  const listed = [...issuers].flatMap(([id, issuer]) => {
    const callers = issuer?.kind === "oidc" && issuer.grants === "token" ? issuer.clients : [];
    return soundItems(callers).map(([index, caller]) => ({
      name: `${id}-${snake(caller)}`,
      path: ["issuers", id, "clients", index],
      what: `${id}/${caller}`,
    }));
  });
  return [...own, ...listed];
}
