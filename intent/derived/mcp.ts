import { askedScope } from "../../contract/identity-providers";
import { valuesGranting } from "../../contract/scope-claims";
import type { GatewayDocument, McpDiscovery } from "../model/gateway-intent";
import type { McpRoute } from "../model/intent";
import { cognitoAuthorizationEndpoint, cognitoTokenEndpoint, regionOf } from "../model/names";
import type { Draft, ServiceDraft } from "./draft";
import { issuersThatOpen } from "./scopes";

/** Where RFC 9728 and RFC 8414 place their documents, before the path of what they describe. */
export const RESOURCE_METADATA = "/.well-known/oauth-protected-resource";
export const SERVER_METADATA = "/.well-known/oauth-authorization-server";

type McpConfig = NonNullable<ServiceDraft["mcp"]>;

/** The environment's server of the Model Context Protocol. A rule checks that there is at most one. */
function mcpServer({ services }: Pick<Draft, "services">): readonly [string, McpConfig] | undefined {
  return mcpServers({ services })[0];
}

/** Every service with `mcp`. */
export function mcpServers({ services }: Pick<Draft, "services">): readonly (readonly [string, McpConfig])[] {
  return [...services].flatMap(([id, { mcp }]) => (mcp === undefined ? [] : [[id, mcp] as const]));
}

/** Paths below which no service may have a route, because the gateway answers them. Empty without a server. */
export function documentPaths(draft: Pick<Draft, "services" | "issuers" | "clients">): readonly string[] {
  const [, mcp] = mcpServer(draft) ?? [];
  if (mcp === undefined) return [];
  return [...resourcePaths(mcp), ...(poolOf(draft, mcp) === undefined ? [] : [SERVER_METADATA])];
}

/** What the gateway publishes about the server. */
export function mcpDiscovery(draft: Draft): Pick<McpDiscovery & { mcp: McpDiscovery }, "mcp"> | undefined {
  const [service, mcp] = mcpServer(draft) ?? [];
  const { gateway, aws } = draft;
  if (service === undefined || mcp === undefined || gateway.domain === undefined) return undefined;
  const origin = `https://${gateway.domain.name}`;
  const pool = poolOf(draft, mcp);
  const servers = authorizationServers(draft, mcp, origin);
  const scopes = servers[0]?.scopes ?? [...mcp.scopes].sort();
  const resource: GatewayDocument["content"] = {
    resource: `${origin}${mcp.path}`,
    authorization_servers: servers.map(({ url }) => url),
    scopes_supported: scopes,
    bearer_methods_supported: ["header"],
  };
  const server = pool && {
    path: SERVER_METADATA,
    content: {
      issuer: origin,
      authorization_endpoint: cognitoAuthorizationEndpoint(pool.domainPrefix, regionOf(pool.pool ?? aws.region)),
      token_endpoint: cognitoTokenEndpoint(pool.domainPrefix, regionOf(pool.pool ?? aws.region)),
      scopes_supported: scopes,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["none"],
    },
  };
  return {
    mcp: {
      service,
      challenge: challenge(origin, mcp.path, scopes),
      documents: [...resourcePaths(mcp).map((path) => ({ path, content: resource })), ...(server ? [server] : [])],
    },
  };
}

/** What a route of the server requires. */
export function mcpRoute(draft: Draft, service: ServiceDraft, path: string): { readonly mcp?: McpRoute } {
  const { mcp } = service;
  const { domain, cors } = draft.gateway;
  if (mcp?.path !== path || domain === undefined) return {};
  const origin = `https://${domain.name}`;
  return {
    mcp: {
      audience: `${origin}${path}`,
      ...(mcp.audiences && { otherAudiences: mcp.audiences }),
      origins: cors?.origins ?? [],
    },
  };
}

/** The user pool whose clients may call the server. Its own metadata lacks what clients of the protocol require. */
function poolOf(draft: Pick<Draft, "issuers" | "clients">, mcp: McpConfig) {
  const pools = issuersFor(draft, mcp).flatMap((id) => {
    const issuer = draft.issuers.get(id);
    return issuer?.kind === "cognito" ? [{ ...issuer, id }] : [];
  });
  return pools[0];
}

/**
 * Where clients get tokens for the server: each with the scopes that they ask it for, sorted. A user pool stands under the
 * front door's own origin.
 */
export function authorizationServers(
  draft: Pick<Draft, "issuers" | "clients">,
  mcp: McpConfig,
  origin: string,
): readonly { readonly id: string; readonly url: string; readonly scopes: readonly string[] }[] {
  return issuersFor(draft, mcp).flatMap((id) => {
    const issuer = draft.issuers.get(id);
    if (issuer?.kind === "cognito") return [{ id, url: origin, scopes: [...mcp.scopes].sort() }];
    if (issuer?.kind !== "oidc" || issuer.grants !== "token") return [];
    const values = mcp.scopes.map((scope) => valuesGranting(scope, issuer)[0] ?? scope);
    const scopes = values.map((value) => askedScope(issuer.issuer, value, `${origin}${mcp.path}`));
    return [{ id, url: issuer.issuer, scopes: [...new Set(scopes)].sort() }];
  });
}

/** Ids of the issuers with a caller that may call the server. */
export function issuersFor(draft: Pick<Draft, "issuers" | "clients">, { scopes }: McpConfig): readonly string[] {
  return issuersThatOpen({ scopes: { allOf: scopes }, stream: true }, draft);
}

/** RFC 9728, 3.1: the path of the resource comes after the well-known one. Some clients look at the root alone. */
function resourcePaths({ path }: McpConfig): readonly string[] {
  return [RESOURCE_METADATA, `${RESOURCE_METADATA}${path}`];
}

/** RFC 6750, 3, with the parameter of RFC 9728, 5.1. */
function challenge(origin: string, path: string, scopes: readonly string[]): string {
  const parameters = {
    scope: scopes.join(" "),
    resource_metadata: `${origin}${RESOURCE_METADATA}${path}`,
  };
  const written = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return `Bearer ${written.join(", ")}`;
}
