import { callersThatMeet, needsInWords } from "../../contract/scope-need";
import { type Draft, type Rule, tokenIssuers } from "../derived/draft";
import { needsOf, writtenScopes } from "../derived/routes";
import { askedScopes } from "../derived/scopes";
import { namedAs } from "../model/names";
import { suggestion } from "../model/nearest";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

/** A service may require only its own scopes: its resource server defines no others. */
export const routeScopesAreOwn: Rule = ({ routes, services }, report) => {
  for (const { service, config, path } of routes) {
    const own = namedAs(service, services.get(service));
    for (const { scope, path: at } of writtenScopes(config)) {
      if (serviceOf(scope) === own) continue;
      report([...path, ...at], {
        got: JSON.stringify(scope),
        expected: `a scope of the route's own service, ${own}/…`,
        remedy: `write ${own}/${scope.slice(scope.indexOf("/") + 1)}, or move the route to the service it belongs to`,
      });
    }
  }
};

/** No caller can reach a route whose scopes no issuer can grant. */
export const scopesHaveAnIssuer: Rule = (draft, report) => {
  const { handshake, issuers, routes } = draft;
  const given = tokenIssuers(draft).map(([, issuer]) => issuer);
  // User pools, and issuers whose tokens prove only the subject, take scopes from the config: they can grant any.
  if (given.length < issuers.size) return;
  const others = handshake === "shared-issuer" ? "a cognito issuer" : "a cognito issuer or one with grants: subjects";
  for (const { config, path } of routes) {
    const needs = needsOf(config);
    if (needs.length === 0 || callersThatMeet(needs, given).length > 0) continue;
    report(path, {
      got: `${needsInWords(needs)}, which no issuer of this environment grants`,
      expected: "a scope that a caller can have",
      remedy: `add it to the scopes of an issuer with grants: token, or add ${others}`,
    });
  }
};

/** A granted scope that no route requires is a typo, or a leftover of a removed service. */
export const grantedScopesExist: Rule = (draft, report) => {
  const lists = [
    ...[...draft.clients].map(([id, { scopes }]) => ({ path: ["clients", id], scopes })),
    ...tokenIssuers(draft).map(([id, { scopes }]) => ({ path: ["issuers", id], scopes })),
  ];
  for (const { path, scopes } of lists) {
    for (const [index, scope] of scopes.entries()) checkGrant(draft, scope, [...path, "scopes", index], report);
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
