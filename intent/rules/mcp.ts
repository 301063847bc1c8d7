import { providerOf } from "../../contract/identity-providers";
import { clientsOf, type Draft, issuersOf, type Rule } from "../derived/draft";
import {
  authorizationServers,
  documentPaths,
  issuersFor,
  mcpServers,
  RESOURCE_METADATA,
  SERVER_METADATA,
} from "../derived/mcp";
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

/** The header and the documents name the scopes once, for the clients of every issuer. */
export const issuersNameServerScopesAlike: Rule = (draft, report) => {
  const [[id, mcp] = []] = mcpServers(draft);
  if (id === undefined || mcp === undefined) return;
  const [first, ...others] = authorizationServers(draft, mcp, originOf(draft) ?? "");
  const unquotable = first?.scopes.filter((each) => /['"\\]/.test(each) && !mcp.scopes.includes(each)) ?? [];
  if (first !== undefined && unquotable.length > 0) {
    report(["issuers", first.id, "scopeValues"], {
      got: `${unquotable.join(" ")}, a scope of the MCP server ${id}`,
      expected: "a value without quotation marks and backslashes (WWW-Authenticate quotes it)",
      remedy: "grant the scope by another value, first in scopeValues",
    });
  }
  for (const other of others) {
    if (first === undefined || other.scopes.join(" ") === first.scopes.join(" ")) continue;
    report(at(id, "scopes"), {
      got: `${first.scopes.join(" ")} at ${first.id}, and ${other.scopes.join(" ")} at ${other.id}`,
      expected: "issuers whose clients ask for the same scopes (WWW-Authenticate names them once, for every client)",
      remedy: "grant the server's scopes to callers of one issuer, or name them alike in scopeValues",
    });
  }
};

/**
 * A token for the server must name it among its audiences (RFC 8707). A caller whose tokens cannot would hold a permission
 * that never works.
 */
export const callersHaveTheAudience: Rule = (draft, report) => {
  const origin = originOf(draft);
  const [[id, mcp] = [], second] = mcpServers(draft);
  if (id === undefined || mcp === undefined || second !== undefined || origin === undefined) return;
  const url = `${origin}${mcp.path}`;
  const opening = issuersFor(draft, mcp);
  const pools = opening.filter((issuer) => draft.issuers.get(issuer)?.kind === "cognito");
  for (const issuer of pools.slice(1)) {
    report(["issuers", issuer], {
      got: `a second user pool whose clients may call ${id}, in addition to ${pools[0]}`,
      expected: "one (the gateway publishes the metadata of one authorization server)",
      remedy: `grant ${mcp.scopes.join(", ")} to clients of one user pool`,
    });
  }
  const external = issuersOf(draft, "oidc").filter(([issuer]) => opening.includes(issuer));
  const own = mcp.audiences ?? [];
  const unlisted = own.filter((each) => !external.some(([, { audiences }]) => audiences.includes(each)));
  for (const audience of unlisted) {
    report(at(id, "audiences", own.indexOf(audience)), {
      got: JSON.stringify(audience),
      expected: `an audience of an issuer whose callers may call ${id}`,
      remedy: "add it to audiences of the issuer, or remove it",
    });
  }
  for (const [issuer, { issuer: iss, audiences }] of external) {
    const provider = providerOf(iss);
    if (provider !== undefined && provider.issuer !== undefined && provider.serverToken === undefined) {
      report(["issuers", issuer], {
        got: `tokens of ${provider.name}, although callers of ${issuer} may call ${id}`,
        expected: "an issuer whose tokens can name the MCP server alone",
        remedy: `grant ${mcp.scopes.join(", ")} to callers of another issuer`,
      });
    } else if (![url, ...own].some((each) => audiences.includes(each)) && unlisted.length === 0) {
      const way = provider?.serverToken?.(url) ?? "let the issuer write it when a client sends the parameter resource";
      const isChosen = provider?.audience === "guid";
      report(isChosen ? at(id, "audiences") : ["issuers", issuer, "audiences"], {
        got: `no ${isChosen ? `audience of ${issuer}` : url}, although callers of ${issuer} may call ${id}`,
        expected: isChosen
          ? "the application (client) id of the MCP server's own app registration, which the tokens for it name"
          : "the URL of the MCP server, which the tokens for it must name",
        remedy: isChosen ? `${way}, and write its id here and in audiences of ${issuer}` : `add ${url}, and ${way}`,
      });
    }
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

function originOf({ gateway }: Draft): string | undefined {
  return gateway.domain && `https://${gateway.domain.name}`;
}

function at(service: string, ...rest: Path): Path {
  return ["services", service, "mcp", ...rest];
}
