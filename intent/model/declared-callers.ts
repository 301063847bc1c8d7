import { namedAs } from "./names";

/** A caller that an environment declares. */
export interface DeclaredCaller {
  /** `<issuer>/<client>`, as `access.md` and the logs name it. */
  readonly name: string;
  readonly issuer: string;
  readonly isAgent: boolean;
}

interface Client {
  readonly issuer: string;
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly previousName?: string | undefined;
  readonly grant?: string | undefined;
  readonly uniqueId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly appClientId?: string | undefined;
  readonly claims?: unknown;
}

interface Named {
  readonly id: string;
}

interface Issuer {
  readonly kind: string;
  readonly grants?: string;
  readonly clients?: readonly string[];
  readonly name?: string | undefined;
  readonly pool?: string | undefined;
  readonly issuer?: string | undefined;
  readonly jwksUri?: string | undefined;
  readonly clientClaim?: string | undefined;
}

/** The callers of an environment. Takes its clients and issuers by id, of a config or of an intent. */
export function declaredCallers(
  clients: Iterable<readonly [string, Client]>,
  issuers: Iterable<readonly [string, Issuer]>,
): readonly DeclaredCaller[] {
  const own = [...clients].map(([id, client]) => ({
    name: `${client.issuer}/${client.subject ?? namedAs(id, client)}`,
    issuer: client.issuer,
    isAgent: client.kind === "agent",
  }));
  const listed = [...issuers].flatMap(([issuer, { grants, clients: names = [] }]) =>
    grants === "token" ? names.map((client) => ({ name: `${issuer}/${client}`, issuer, isAgent: false })) : [],
  );
  return [...own, ...listed];
}

interface Declaring {
  readonly clients: readonly (Client & Named)[];
  readonly issuers: readonly (Issuer & Named)[];
}

export function callersOfIntent({ clients, issuers }: Declaring): readonly DeclaredCaller[] {
  return declaredCallers(
    clients.map((client) => [client.id, client]),
    issuers.map((issuer) => [issuer.id, issuer]),
  );
}

/**
 * Names of callers that two configs share, and that are another caller in each: of an issuer with another URL, keys or pool,
 * or with another subject, claims or client id.
 */
export function changedCallers(config: Declaring, base: Declaring): ReadonlySet<string> {
  const identities = new Map(callersOfIntent(base).map(({ name }) => [name, identityOf(name, base)]));
  const names = callersOfIntent(config).map(({ name }) => name);
  return new Set(names.filter((name) => identities.has(name) && identities.get(name) !== identityOf(name, config)));
}

/** What identifies a caller, as text. A client without an entry of its own has only its id. */
function identityOf(name: string, { clients, issuers }: Declaring): string {
  const client = clients.find(({ id, ...each }) => name === `${each.issuer}/${each.subject ?? namedAs(id, each)}`);
  const [issuer = "", ...rest] = name.split("/");
  const trusted = issuers.find(({ id }) => id === issuer);
  return JSON.stringify([
    ISSUER.map((key) => trusted?.[key]),
    [client?.clientId ?? rest.join("/"), ...CLIENT.map((key) => client?.[key])],
  ]);
}

const ISSUER = ["kind", "name", "pool", "issuer", "jwksUri", "clientClaim"] as const;
const CLIENT = ["grant", "subject", "uniqueId", "claims", "appClientId"] as const;
