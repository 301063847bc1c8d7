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
}

interface Named {
  readonly id: string;
}

interface Issuer {
  readonly kind: string;
  readonly grants?: string;
  readonly clients?: readonly string[];
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

export function callersOfIntent({
  clients,
  issuers,
}: {
  readonly clients: readonly (Client & Named)[];
  readonly issuers: readonly (Issuer & Named)[];
}): readonly DeclaredCaller[] {
  return declaredCallers(
    clients.map((client) => [client.id, client]),
    issuers.map((issuer) => [issuer.id, issuer]),
  );
}
