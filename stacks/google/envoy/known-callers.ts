import type { SidecarIssuer } from "./sidecar";

/** One issuer's callers in one form, whatever its kind: what a claim may say, and which scopes then count. */
export interface KnownCallers {
  readonly issuer: string;
  readonly url: string;
  /** The claim that names the client. */
  readonly clientClaim: string;
  /** The claim that holds the token's scopes; undefined where config alone gives them. */
  readonly scopeClaim?: string;
  /** Sorted by name. */
  readonly clients: readonly KnownClient[];
}

export interface KnownClient {
  /** As `X-Caller-Client` says it: `<issuer id>/<client>`. */
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
  // A client without scopes, such as a disabled one, is unknown to Envoy.
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
