import { isAnyMet, needsInWords } from "../../contract/scope-need";
import type { Draft, Rule } from "../derived/draft";
import { needsOf, writtenScopes } from "../derived/routes";
import { askedScopes } from "../derived/scopes";
import { namedAs } from "../model/names";
import { suggestion } from "../model/nearest";
import type { IssuerConfig } from "../schema/config";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** A service may require only its own scopes: its resource server defines no others. */
export const routeScopesAreOwn: Rule = (draft, report) => {
  for (const [id, service] of draft.services) {
    const own = namedAs(id, service);
    for (const [key, route] of service.routes) {
      for (const { scope, path } of writtenScopes(route)) {
        if (serviceOf(scope) === own) continue;
        report(["services", id, "routes", key, ...path], {
          got: JSON.stringify(scope),
          expected: `a scope of the route's own service, ${own}/…`,
          remedy: `write ${own}/${scope.slice(scope.indexOf("/") + 1)}, or move the route to the service it belongs to`,
        });
      }
    }
  }
};

/** No caller can reach a route whose scopes no issuer can grant. */
export const scopesHaveAnIssuer: Rule = (draft, report) => {
  const { handshake, issuers, services } = draft;
  const given = [...issuers.values()].map(givenBy);
  if (!given.every((scopes) => scopes !== undefined)) return;
  const others = handshake === "shared-issuer" ? "a cognito issuer" : "a cognito issuer or one with grants: subjects";
  for (const [id, { routes }] of services) {
    for (const [key, route] of routes) {
      const path = ["services", id, "routes", key];
      const needs = needsOf(route);
      if (needs.length === 0 || given.some((scopes) => isAnyMet(needs, scopes))) continue;
      report(path, {
        got: `${needsInWords(needs)}, which no issuer of this environment grants`,
        expected: "a scope that a caller can have",
        remedy: `add it to the scopes of an issuer with grants: token, or add ${others}`,
      });
    }
  }
};

/**
 * Undefined if the issuer can grant any scope: user pools, and issuers whose tokens prove only the subject, take scopes
 * from the config.
 */
function givenBy(issuer: IssuerConfig): readonly string[] | undefined {
  return issuer.kind === "oidc" && issuer.grants === "token" ? issuer.scopes : undefined;
}

/** A granted scope that no route requires is a typo, or a leftover of a removed service. */
export const grantedScopesExist: Rule = (draft, report) => {
  for (const [id, client] of draft.clients) {
    for (const [index, scope] of client.scopes.entries()) {
      checkGrant(draft, scope, ["clients", id, "scopes", index], report);
    }
  }
  for (const [id, issuer] of draft.issuers) {
    const scopes = issuer.kind === "oidc" && issuer.grants === "token" ? issuer.scopes : [];
    for (const [index, scope] of scopes.entries()) checkGrant(draft, scope, ["issuers", id, "scopes", index], report);
  }
};

function checkGrant(draft: Draft, scope: string, path: Path, report: Report): void {
  const wanted = serviceOf(scope);
  const [id] = [...draft.services].find(([id, each]) => namedAs(id, each) === wanted) ?? [];
  if (id === undefined) {
    report(path, {
      got: JSON.stringify(scope),
      expected: `a scope of a service of ${draft.environment}`,
      remedy: `remove it from the list of this environment, or enable the service; ${suggestion(wanted, draft.services.keys())}`,
    });
    return;
  }
  const asked = askedScopes(draft, id);
  if (asked.includes(scope)) return;
  report(path, {
    got: JSON.stringify(scope),
    expected: `a scope that a route of ${wanted} requires`,
    remedy: `correct it, or require it in a route; ${suggestion(scope, asked)}`,
  });
}

function serviceOf(scope: string): string {
  return scope.slice(0, scope.indexOf("/"));
}
