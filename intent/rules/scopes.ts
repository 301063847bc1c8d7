import type { Draft } from "../draft";
import type { Report } from "../finding";
import type { Path } from "../located";
import { namedAs } from "../names";
import { suggestion } from "../nearest";
import type { Rule } from "../rule";

/** A service asks for its own scopes: its resource server defines no others. */
export const routeScopesAreOwn: Rule = ({ services }, report) => {
  for (const [id, service] of services) {
    const own = namedAs(id, service);
    for (const [key, route] of service.routes) {
      const scopes = route === undefined || route === "public" ? [] : (route.scopes ?? []);
      for (const [index, scope] of scopes.entries()) {
        if (serviceOf(scope) === own) continue;
        report(["services", id, "routes", key, "scopes", index], {
          got: JSON.stringify(scope),
          expected: `a scope of the route's own service, ${own}/…`,
          remedy: `write ${own}/${scope.slice(scope.indexOf("/") + 1)}, or move the route to the service it belongs to`,
        });
      }
    }
  }
};

/** A scope that no issuer can ever give would be a route that nobody can call. */
export const scopesHaveAnIssuer: Rule = ({ handshake, issuers, services }, report) => {
  const known = [...issuers.values()];
  // A user pool takes any scope from the config, and so does an issuer of mere subjects.
  if (known.some((issuer) => issuer === undefined || issuer.kind === "cognito" || issuer.grants === "subjects")) return;
  const given = new Set(
    known.flatMap((issuer) => (issuer?.kind === "oidc" && issuer.grants === "token" ? issuer.scopes : [])),
  );
  const others = handshake === "shared-issuer" ? "a cognito issuer" : "a cognito issuer or one with grants: subjects";
  for (const [id, { routes }] of services) {
    for (const [key, route] of routes) {
      const scopes = route === undefined || route === "public" ? [] : (route.scopes ?? []);
      if (scopes.length === 0 || scopes.some((scope) => given.has(scope))) continue;
      report(["services", id, "routes", key], {
        got: `${scopes.join(", ")}, which no issuer of this environment gives`,
        expected: "a scope that some caller can have",
        remedy: `add it to the scopes of an issuer with grants: token, or add ${others}`,
      });
    }
  }
};

/** A grant of a scope that no route asks for is a typo, or a leftover of a service that was switched off. */
export const grantedScopesExist: Rule = (draft, report) => {
  for (const [id, client] of draft.clients) {
    for (const [index, scope] of (client?.scopes ?? []).entries()) {
      checkGrant(draft, scope, ["clients", id, "scopes", index], report);
    }
  }
  for (const [id, issuer] of draft.issuers) {
    const scopes = issuer?.kind === "oidc" && issuer.grants === "token" ? issuer.scopes : [];
    for (const [index, scope] of scopes.entries()) checkGrant(draft, scope, ["issuers", id, "scopes", index], report);
  }
};

function checkGrant(draft: Draft, scope: string, path: Path, report: Report): void {
  const [, service] = [...draft.services].find(([id, each]) => namedAs(id, each) === serviceOf(scope)) ?? [];
  if (service === undefined) {
    report(path, {
      got: JSON.stringify(scope),
      expected: `a scope of a service of ${draft.environment}`,
      remedy: `remove it from the list of this environment, or switch the service on; ${suggestion(serviceOf(scope), draft.services.keys())}`,
    });
    return;
  }
  const asked = [...service.routes.values()].map((route) => (route === "public" ? [] : route && (route.scopes ?? [])));
  // A route that failed the schema may be the one that asks for it.
  if (asked.some((scopes) => scopes === undefined || scopes.includes(scope))) return;
  const known = asked.flatMap((scopes) => scopes ?? []);
  report(path, {
    got: JSON.stringify(scope),
    expected: `a scope that a route of ${serviceOf(scope)} asks for`,
    remedy: `correct it, or ask for it in a route; ${suggestion(scope, known)}`,
  });
}

function serviceOf(scope: string): string {
  return scope.slice(0, scope.indexOf("/"));
}
