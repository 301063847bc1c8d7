import { clientsOf, type Draft, type Rule } from "../derived/draft";
import { documentPaths, issuersFor, mcpServers, RESOURCE_METADATA, SERVER_METADATA } from "../derived/mcp";
import { validRoutes } from "../derived/route-key";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/**
 * Clients learn from `WWW-Authenticate` and from documents at the root of the host where to get a token. An HTTP API sends
 * no such header, and the address of a REST API's stage has no root (ADR 0046).
 */
export const serversCanBeFound: Rule = (draft, report) => {
  const { kind, domain } = draft.gateway;
  const [first, ...others] = mcpServers(draft);
  if (first === undefined) return;
  if (kind !== "rest") {
    report(at(first[0]), {
      got: "a server of the Model Context Protocol behind an HTTP API",
      expected: "gateway.kind: rest (an HTTP API sends no WWW-Authenticate when it refuses a call)",
      remedy: "write gateway.kind: rest, which docs/how-to/switch.md#http-api-and-rest-api explains, or remove mcp",
    });
  }
  if (domain === undefined) {
    report(at(first[0]), {
      got: "a server of the Model Context Protocol without gateway.domain",
      expected: "a domain (clients look for documents at the root of the host, which the API's own address lacks)",
      remedy: "add gateway.domain",
    });
  }
  for (const [id] of others) {
    report(at(id), {
      got: `a second server of the Model Context Protocol, in addition to services.${first[0]}.mcp`,
      expected: "one in each environment (a REST API has one WWW-Authenticate for every 401)",
      remedy: "offer its tools in the first server, or give it an environment of its own",
    });
  }
};

/** The gateway answers these paths itself. */
export const documentsHaveTheirPaths: Rule = (draft, report) => {
  const taken = new Set(documentPaths(draft));
  const reported = new Set<string>();
  for (const { serviceId, written, path } of validRoutes(draft)) {
    const place = `${serviceId} ${written}`;
    if (!taken.has(path) || reported.has(place)) continue;
    reported.add(place);
    report(["services", serviceId, "routes", written], {
      got: `the path ${path}`,
      expected: "another path: with mcp, the gateway publishes a document there",
      remedy: "remove the route, or rename its path",
    });
  }
  for (const [id, { path }] of mcpServers(draft)) {
    if (![RESOURCE_METADATA, SERVER_METADATA].some((own) => path === own || path.startsWith(`${own}/`))) continue;
    report(at(id, "path"), {
      got: path,
      expected: "a path that is not well-known",
      remedy: "write another, as in /mcp",
    });
  }
};

/** The scopes are part of a header that API Gateway writes between single quotes. */
export const serverScopesFitAHeader: Rule = (draft, report) => {
  for (const [id, { scopes }] of mcpServers(draft)) {
    for (const [index, scope] of scopes.entries()) {
      if (!scope.includes("'")) continue;
      report(at(id, "scopes", index), {
        got: JSON.stringify(scope),
        expected: "a scope without ' (API Gateway quotes a fixed header with it)",
        remedy: "rename the scope",
      });
    }
  }
};

/**
 * A token for the server must name it among its audiences (RFC 8707). A caller whose tokens cannot would hold a permission
 * that never works.
 */
export const callersHaveTheAudience: Rule = (draft, report) => {
  const { domain } = draft.gateway;
  const [[id, mcp] = [], second] = mcpServers(draft);
  if (id === undefined || mcp === undefined || second !== undefined || domain === undefined) return;
  const audience = `https://${domain.name}${mcp.path}`;
  const opening = issuersFor(draft, mcp);
  const pools = opening.filter((issuer) => draft.issuers.get(issuer)?.kind === "cognito");
  for (const issuer of pools.slice(1)) {
    report(["issuers", issuer], {
      got: `a second user pool whose clients may call ${id}, in addition to ${pools[0]}`,
      expected: "one (the gateway publishes the metadata of one authorization server)",
      remedy: `grant ${mcp.scopes.join(", ")} to clients of one user pool`,
    });
  }
  for (const issuer of opening) {
    const config = draft.issuers.get(issuer);
    if (config?.kind !== "oidc" || config.audiences.includes(audience)) continue;
    report(["issuers", issuer, "audiences"], {
      got: `no ${audience}, although callers of ${issuer} may call ${id}`,
      expected: "the URL of the MCP server, which the tokens for it must name",
      remedy: `add ${audience}, and let the issuer write it when a client sends the parameter resource`,
    });
  }
  reportWithoutAudience(draft, mcp.scopes, report);
};

function reportWithoutAudience(draft: Draft, scopes: readonly string[], report: Report): void {
  const holds = (held: readonly string[]) => scopes.every((scope) => held.includes(scope));
  for (const [client, { scopes: held }] of clientsOf(draft, "client_credentials")) {
    if (!holds(held)) continue;
    report(["clients", client, "scopes"], {
      got: `${scopes.join(", ")} for a client with grant: client_credentials`,
      expected: "no scope of the MCP server (Cognito names no audience in tokens of this grant)",
      remedy: "use grant: authorization_code, or a client of an external issuer",
    });
  }
  for (const [client, { issuer, scopes: held }] of clientsOf(draft, "external")) {
    if (draft.issuers.get(issuer)?.kind !== "aws-iam" || !holds(held)) continue;
    report(["clients", client, "scopes"], {
      got: `${scopes.join(", ")} for an AWS principal`,
      expected: "no scope of the MCP server (a signed request is no access token for it)",
      remedy: "remove the scope, or use a client of an issuer that writes access tokens",
    });
  }
}

function at(service: string, ...rest: Path): Path {
  return ["services", service, "mcp", ...rest];
}
