import { callersThatMeet } from "../../contract/route-access";
import { needsInWords } from "../../contract/scope-need";
import { type Rule, tokenIssuers } from "../derived/draft";
import { mcpServers } from "../derived/mcp";
import { needsOf, writtenScopes } from "../derived/routes";
import { askedScopes } from "../derived/scopes";
import { COGNITO_SCOPE } from "../model/cognito-scopes";
import { nearest, suggestion } from "../model/nearest";
import { SIGN_IN_SCOPES } from "../model/sign-in-scopes";
import type { Report } from "../source/finding";
import type { Path } from "../source/located";

export const scopesAreForCalls: Rule = ({ routes }, report) => {
  for (const { config, path } of routes) {
    for (const { scope, path: at } of writtenScopes(config)) {
      if (!SIGN_IN_SCOPES.includes(scope)) continue;
      report([...path, ...at], {
        got: JSON.stringify(scope),
        expected: "a scope of an API: any client may ask for this one to sign a person in",
        remedy: "require a scope that the issuer grants for this API",
      });
    }
  }
};

/** A user pool issues only the scopes of its resource servers. */
export const cognitoScopesHaveAServer: Rule = (draft, report) => {
  const asked = askedScopes(draft);
  for (const [id, { issuer, scopes }] of draft.clients) {
    if (draft.issuers.get(issuer)?.kind !== "cognito") continue;
    for (const [index, scope] of scopes.entries()) {
      if (COGNITO_SCOPE.test(scope) || !asked.has(scope)) continue;
      report(["clients", id, "scopes", index], {
        got: JSON.stringify(scope),
        expected: "<resource server>/<scope>, as in orders/read (Cognito's form)",
        remedy: "rename the scope here and in the routes, or use a client of another issuer",
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
  const callers = [...given, ...draft.clients.values()];
  const others = handshake === "shared-issuer" ? "a cognito issuer" : "a cognito issuer or one with grants: subjects";
  for (const { config, path } of routes) {
    const needs = needsOf(config);
    if (needs.length === 0 || callersThatMeet({ scopes: needs }, callers).length > 0) continue;
    report(path, {
      got: `${needsInWords(needs)}, which no issuer of this environment grants`,
      expected: "a scope that a caller can have",
      remedy: `add it to the scopes of an issuer with grants: token, or add ${others}`,
    });
  }
};

/**
 * A granted scope that no route requires is a typo, or a leftover of a removed service. If at least as many lines grant
 * it as routes require a scope like it that no caller has, those routes are at fault.
 */
export const grantedScopesExist: Rule = (draft, report) => {
  const asked = placesByScope([
    ...draft.routes.flatMap(({ config, path }) =>
      writtenScopes(config).map(({ scope, path: at }) => ({ scope, path: [...path, ...at] })),
    ),
    ...mcpServers(draft).flatMap(([id, { toolScopes = [] }]) =>
      toolScopes.map((scope, index) => ({ scope, path: ["services", id, "mcp", "toolScopes", index] })),
    ),
  ]);
  const lists = [
    ...[...draft.clients].map(([id, { scopes }]) => ({ path: ["clients", id], scopes })),
    ...tokenIssuers(draft).map(([id, { scopes }]) => ({ path: ["issuers", id], scopes })),
  ];
  const granted = placesByScope(
    lists.flatMap(({ path, scopes }) => scopes.map((scope, index) => ({ scope, path: [...path, "scopes", index] }))),
  );
  const orphans = [...asked.keys()].filter((scope) => !granted.has(scope));
  for (const [scope, places] of granted) {
    if (asked.has(scope)) continue;
    const twin = orphans.find((each) => lastPart(each) === lastPart(scope)) ?? nearest(scope, asked.keys());
    const asking = twin === undefined || granted.has(twin) ? [] : (asked.get(twin) ?? []);
    if (asking.length === 0 || asking.length > places.length) reportGrants(scope, places, asked.keys(), report);
    else reportRoutes(asking, String(twin), scope, report);
  }
};

/** With `scopeValues`, a token has only the scopes that its values grant. */
export const mappedScopesAreGranted: Rule = (draft, report) => {
  const asked = askedScopes(draft);
  for (const [issuer, { scopes, scopeValues }] of tokenIssuers(draft)) {
    if (scopeValues === undefined) continue;
    const granted = Object.values(scopeValues).flat();
    const lists = [
      { path: ["issuers", issuer], scopes },
      ...[...draft.clients].flatMap(([id, client]) =>
        client.issuer === issuer ? [{ path: ["clients", id], scopes: client.scopes }] : [],
      ),
    ];
    for (const { path, scopes: held } of lists) {
      for (const [index, scope] of held.entries()) {
        if (granted.includes(scope) || !asked.has(scope)) continue;
        report([...path, "scopes", index], {
          got: JSON.stringify(scope),
          expected: `a scope that a value of issuers.${issuer}.scopeValues grants`,
          remedy: `add it to the value that grants it, or remove it; ${suggestion(scope, granted)}`,
        });
      }
    }
    for (const [value, given] of Object.entries(scopeValues)) {
      for (const [index, scope] of given.entries()) {
        if (asked.has(scope)) continue;
        report(["issuers", issuer, "scopeValues", value, index], {
          got: JSON.stringify(scope),
          expected: "a scope that a route requires",
          remedy: `correct it, require it in a route, or remove it; ${suggestion(scope, asked)}`,
        });
      }
    }
  }
};

interface ScopePlace {
  readonly scope: string;
  readonly path: Path;
}

function placesByScope(places: readonly ScopePlace[]): ReadonlyMap<string, readonly Path[]> {
  const found = new Map<string, Path[]>();
  for (const { scope, path } of places) found.set(scope, [...(found.get(scope) ?? []), path]);
  return found;
}

function reportGrants(scope: string, places: readonly Path[], asked: Iterable<string>, report: Report): void {
  const hint = suggestion(scope, asked);
  for (const path of places) {
    report(path, {
      got: JSON.stringify(scope),
      expected: "a scope that a route requires",
      remedy: `correct it, require it in a route, or remove it from the list of this environment; ${hint}`,
    });
  }
}

function reportRoutes(places: readonly Path[], scope: string, meant: string, report: Report): void {
  for (const path of places) {
    report(path, {
      got: `${JSON.stringify(scope)}, which no caller has`,
      expected: "a scope that config grants to a caller",
      remedy: `did you mean ${JSON.stringify(meant)}? Otherwise grant this one`,
    });
  }
}

/** `read` of `orders/read` and of `read`. */
function lastPart(scope: string): string {
  return scope.replace(/^.*[/:]/, "");
}
