import {
  absentClaims,
  isItsAudience,
  isItsIssuer,
  type Provider,
  projectOf,
  providerOf,
} from "../../contract/identity-providers";
import { type Draft, issuersOf, type Rule, scopeReaders } from "../derived/draft";
import { isPlaceholder } from "../model/placeholder";
import { urlFault } from "../schema/public-url";

/** A token has the exact `iss` of its provider: one character more or less, and every token is refused. */
export const issuersHaveTheFormOfTheirProvider: Rule = (draft, report) => {
  for (const [id, { issuer }, provider] of providedIssuers(draft)) {
    // A URL that is none is reported elsewhere.
    if (isItsIssuer(provider, issuer) || urlFault(issuer, "") !== undefined) continue;
    const isUsable = provider.issuer !== undefined;
    report(["issuers", id, "issuer"], {
      got: JSON.stringify(issuer),
      expected: isUsable
        ? `the iss of ${provider.name}, as in ${provider.example}`
        : `a custom authorization server, as in ${provider.example} (tokens of ${provider.name} are for Okta alone)`,
      remedy: remedyFor(issuer, provider),
    });
  }
};

function remedyFor(issuer: string, provider: Provider): string {
  const other = issuer.endsWith("/") ? issuer.slice(0, -1) : `${issuer}/`;
  if (isItsIssuer(provider, other)) return `write ${other}`;
  if (provider.issuer === undefined) return "copy the issuer URI of an authorization server: Security, API in Okta";
  if (provider.id === "entra-v2") return "copy the iss of one of its tokens: https://sts.windows.net/ is version 1.0";
  return "copy the iss of one of its tokens";
}

/** Some providers choose the audience of their tokens. */
export const audiencesHaveTheFormOfTheirProvider: Rule = (draft, report) => {
  for (const [id, { issuer, audiences }, provider] of providedIssuers(draft)) {
    for (const [index, audience] of audiences.entries()) {
      if (isPlaceholder(audience) || isItsAudience(provider, issuer, audience)) continue;
      report(["issuers", id, "audiences", index], {
        got: JSON.stringify(audience),
        expected:
          provider.audience === "project"
            ? `${projectOf(issuer)}, the audience of every token of this issuer`
            : `a GUID: the aud of ${provider.name} is the application (client) id of the API`,
        remedy:
          provider.audience === "project"
            ? `write audiences: [${projectOf(issuer)}]`
            : "copy the application (client) id of the API's app registration",
      });
    }
  }
};

/** No token would have a scope, or no token a client. */
export const claimsAreInTokensOfTheProvider: Rule = (draft, report) => {
  for (const { path, issuer } of scopeReaders(draft)) {
    for (const { provider, key, claim, sent } of absentClaims(issuer)) {
      // A client has no claim that names it.
      if (key === "clientClaim" && path[0] === "clients") continue;
      const several = key === "scopeClaim" && Array.isArray(issuer.scopeClaim) ? issuer.scopeClaim : undefined;
      report([...path, key, ...(several ? [several.indexOf(claim)] : [])], {
        got: draft.isWritten([...path, key]) ? JSON.stringify(claim) : `${JSON.stringify(claim)}, the default`,
        expected: `${sent}: tokens of ${provider.name} have no claim ${claim}`,
        remedy: several ? "remove it from the list" : `write ${key}: ${sent}`,
      });
    }
  }
};

/** The issuers of known providers. */
function providedIssuers(draft: Draft) {
  return issuersOf(draft, "oidc").flatMap(([id, issuer]) => {
    const provider = providerOf(issuer.issuer);
    return provider === undefined ? [] : [[id, issuer, provider] as const];
  });
}
