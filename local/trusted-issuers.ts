import type { EnvoyConfiguration, EnvoyIssuer } from "./envoy/configuration";
import type { LocalFunction } from "./function";

/** An issuer whose tokens the stack takes, whatever says so: a policy in the functions' archives, or an Envoy. */
export interface TrustedIssuer {
  /** Id in the config, which names it everywhere. */
  readonly id: string;
  /** `cognito`: a user pool, whose tokens are for a client. */
  readonly kind: "cognito" | "oidc";
  readonly url: string;
  /** Where its keys are. Default: where its kind publishes them. */
  readonly keysUrl?: string;
  readonly audiences: readonly string[];
  /** The claim that names the client. */
  readonly clientClaim: string;
  /** The claim that holds the token's scopes; undefined where config alone gives them. */
  readonly scopeClaim?: string;
  readonly clients: readonly TrustedClient[];
}

export interface TrustedClient {
  /** `<issuer>/<client>`, or `<issuer>/<exact subject>`: as the access ledger calls it. */
  readonly name: string;
  /** Value of the issuer's client claim. */
  readonly claim: string;
  /** That may count for it. */
  readonly scopes: readonly string[];
  /** Exact values of claims that its tokens have, where other claims than the issuer's one tell who it is. */
  readonly claims?: Readonly<Record<string, string>>;
}

/** What matters here of the contract between synthesis and function. */
interface PolicyIssuer {
  readonly id: string;
  readonly kind: "cognito" | "oidc";
  readonly issuer?: string;
  readonly issuerFrom?: string;
  readonly audiences?: readonly string[];
  readonly grants?: "subjects" | "token";
  readonly scopes?: readonly string[];
  readonly scopeClaim?: string;
  readonly clientClaim?: string;
  readonly subjects?: readonly { readonly subject: string; readonly scopes?: readonly string[] }[];
  readonly claimants?: readonly {
    readonly id: string;
    readonly claims: Readonly<Record<string, string>>;
    readonly scopes?: readonly string[];
  }[];
  /** Cognito's app clients, or the client ids of an issuer whose tokens speak for themselves. */
  readonly clients?: readonly (
    | string
    | { readonly id: string; readonly clientIdFrom: string; readonly scopes?: readonly string[] }
  )[];
}

/** Every issuer, with all whom any function or Envoy of the stack knows. */
export function trustedIssuers(
  functions: readonly Pick<LocalFunction, "file" | "variables">[],
  envoys: readonly EnvoyConfiguration[],
): readonly TrustedIssuer[] {
  const found = new Map<string, TrustedIssuer>();
  const declared = [...functions.flatMap(ofFunction), ...envoys.flatMap(({ issuers }) => issuers.map(ofEnvoy))];
  for (const issuer of declared) found.set(issuer.id, merged(found.get(issuer.id), issuer));
  return [...found.values()];
}

function merged(known: TrustedIssuer | undefined, other: TrustedIssuer): TrustedIssuer {
  if (known === undefined) return other;
  const clients = new Map([...other.clients, ...known.clients].map((client) => [client.name, client]));
  return { ...other, ...known, clients: [...clients.values()] };
}

/** As far as the function's environment names what the policy leaves to it. */
function ofFunction(carrier: Pick<LocalFunction, "file" | "variables">): readonly TrustedIssuer[] {
  const { variables } = carrier;
  const policy = JSON.parse(carrier.file("authorizer-policy.json")) as { issuers: readonly PolicyIssuer[] };
  return policy.issuers.flatMap((issuer) => {
    const url = issuer.issuer ?? variables[issuer.issuerFrom ?? ""];
    return url === undefined ? [] : [ofPolicy(issuer, url, variables)];
  });
}

function ofPolicy(issuer: PolicyIssuer, url: string, variables: LocalFunction["variables"]): TrustedIssuer {
  const { id, kind, audiences = [], grants, clients = [], subjects = [], scopes = [] } = issuer;
  const named = (name: string, claim: string, counted: readonly string[] = scopes) => ({
    name: `${id}/${name}`,
    claim,
    scopes: counted,
  });
  const common = { id, kind, url, audiences };
  if (kind === "cognito") {
    const known = clients.flatMap((client) => {
      const claim = typeof client === "string" ? undefined : variables[client.clientIdFrom];
      return typeof client === "string" || claim === undefined ? [] : [named(client.id, claim, client.scopes)];
    });
    return { ...common, clientClaim: "client_id", scopeClaim: "scope", clients: known };
  }
  if (grants === "subjects") {
    const known = [
      ...subjects.map((each) => named(each.subject, each.subject, each.scopes)),
      // Their subject is anyone's guess, so here it is their own name.
      ...(issuer.claimants ?? []).map((each) => ({
        ...named(each.id, each.claims.sub ?? each.id, each.scopes),
        claims: each.claims,
      })),
    ];
    return { ...common, clientClaim: "sub", clients: known };
  }
  const { scopeClaim = "scope", clientClaim = "client_id" } = issuer;
  const known = clients.flatMap((client) => (typeof client === "string" ? [named(client, client)] : []));
  return { ...common, clientClaim, scopeClaim, clients: known };
}

function ofEnvoy(issuer: EnvoyIssuer): TrustedIssuer {
  return { ...issuer, kind: issuer.audiences.length === 0 ? "cognito" : "oidc" };
}
