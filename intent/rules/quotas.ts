import { expandRoutes, scopesOf } from "../derived/routes";
import type { Rule } from "../derived/rule";
import { SCOPES_PER_RESOURCE_SERVER } from "../model/limits";

/** Every route counts against API Gateway's quota, and ANY counts as six. */
export const routesFit: Rule = ({ gateway, services, limits }, report) => {
  // For a REST API, resources are counted instead.
  if (gateway.kind !== "http" && gateway.alsoServe !== "http") return;
  const quota = limits.routesPerApi;
  const count = [...services].flatMap(([id, { routes }]) => expandRoutes(id, routes)).length;
  if (count <= quota) return;
  report(["services"], {
    got: `${count} routes, each ANY counted as its methods`,
    expected: `at most ${quota} (API Gateway's quota per API)`,
    remedy: "merge routes with {path+}, or ask AWS for a larger quota and set limits.routesPerApi",
  });
};

/** Every service that requires scopes is a resource server in every user pool. */
export const resourceServersFit: Rule = ({ issuers, services, limits }, report) => {
  if (![...issuers.values()].some((issuer) => issuer.kind === "cognito")) return;
  const quota = limits.resourceServersPerPool;
  const scopes = [...services].map(
    ([id, { routes }]) => [id, new Set([...routes.values()].flatMap(scopesOf))] as const,
  );
  const servers = scopes.filter(([, asked]) => asked.size > 0).length;
  if (servers > quota) {
    report(["services"], {
      got: `${servers} services with scopes`,
      expected: `at most ${quota} (Cognito's quota of resource servers per user pool)`,
      remedy: "merge services, or ask AWS for a larger quota and set limits.resourceServersPerPool",
    });
  }
  for (const [id, asked] of scopes) {
    if (asked.size <= SCOPES_PER_RESOURCE_SERVER) continue;
    report(["services", id, "routes"], {
      got: `${asked.size} scopes`,
      expected: `at most ${SCOPES_PER_RESOURCE_SERVER} (Cognito's limit per resource server)`,
      remedy: "let routes share scopes",
    });
  }
};
