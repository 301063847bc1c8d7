import type { SidecarIssuer } from "./sidecar";

/** One issuer's callers in one form for all kinds of issuer: the accepted claim values, and the scopes each grants. */
export interface KnownCallers {
  readonly issuer: string;
  readonly url: string;
  /** The claim that identifies the client. */
  readonly clientClaim: string;
  /** The claim that holds the token's scopes; undefined if only config grants scopes. */
  readonly scopeClaim?: string;
  /** Sorted by name. */
  readonly clients: readonly KnownClient[];
}

export interface KnownClient {
  /** Value of `X-Caller-Client`: `<issuer id>/<client>`. */
  readonly name: string;
  /** Exact value of the claim. */
  readonly claim: string;
  /** Sorted. */
  readonly scopes: readonly string[];
}

export function knownCallers(issuer: SidecarIssuer): KnownCallers {
  const { id, url } = issuer;
  const client = (name: string, claim: string, scopes: readonly string[]): KnownClient => ({
    name: `${id}/${name}`,
    claim,
    scopes: [...scopes].sort(),
  });
  // Clients without scopes, such as disabled ones, are left out, so Envoy refuses them.
  const sorted = (clients: readonly KnownClient[]) =>
    clients.filter(({ scopes }) => scopes.length > 0).sort((one, other) => (one.name < other.name ? -1 : 1));
  if (issuer.kind === "cognito") {
    const clients = sorted(issuer.clients.map((each) => client(each.id, each.clientId, each.scopes)));
    return { issuer: id, url, clientClaim: "client_id", scopeClaim: "scope", clients };
  }
  if (issuer.kind === "token") {
    const { clientClaim, scopeClaim, scopes } = issuer;
    return {
      issuer: id,
      url,
      clientClaim,
      scopeClaim,
      clients: sorted(issuer.clients.map((each) => client(each, each, scopes))),
    };
  }
  const clients = sorted(issuer.subjects.map(({ subject, scopes }) => client(subject, subject, scopes)));
  return { issuer: id, url, clientClaim: "sub", clients };
}
