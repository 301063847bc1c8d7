import { clashes } from "../derived/clashes";
import { issuersOf, type Rule, tokenIssuers } from "../derived/draft";
import { COGNITO_RESERVED_WORDS } from "../model/limits";
import { urlFault } from "../schema/public-url";
import { MULTI_TENANT_ISSUERS } from "./multi-tenant-issuers";

/** The authorizer function fetches keys from this address, so it must be public and unambiguous. */
export const issuersAreKnownHosts: Rule = (draft, report) => {
  for (const [id, issuer] of issuersOf(draft, "oidc")) {
    const fault = urlFault(issuer.issuer, "copy the iss of one of its tokens");
    if (fault) report(["issuers", id, "issuer"], { got: JSON.stringify(issuer.issuer), ...fault });
  }
};

/** The authorizer function calls only port 443, so that an issuer's document cannot direct it to another port. */
export const issuersAreOnTheirPort: Rule = (draft, report) => {
  if (draft.handshake !== "federated") return;
  for (const [id, issuer] of issuersOf(draft, "oidc")) {
    for (const key of ["issuer", "jwksUri"] as const) {
      const url = issuer[key];
      if (url === undefined || !URL.canParse(url) || new URL(url).port === "") continue;
      report(["issuers", id, key], {
        got: JSON.stringify(url),
        expected: "a URL without a port (with handshake: federated, the authorizer fetches keys only from port 443)",
        remedy: "serve the issuer on port 443, under a URL without a port",
      });
    }
  }
};

/** A token identifies its issuer by URL, and issuers of one URL by audience. Envoy knows issuers by URL alone. */
export const issuersAreUnique: Rule = (draft, report) => {
  const hasEnvoy =
    draft.handshake === "shared-issuer" || [...draft.services.values()].some((each) => each.verifyCallerToken === true);
  const issuers = issuersOf(draft, "oidc").map(([id, { issuer, audiences }]) => ({ id, issuer, audiences }));
  const areRivals = (one: (typeof issuers)[number], other: (typeof issuers)[number]) =>
    hasEnvoy || one.issuer !== other.issuer || one.audiences.some((audience) => other.audiences.includes(audience));
  for (const { claim, other } of clashes(issuers, ({ issuer }) => issuer.replace(/\/$/, ""), areRivals)) {
    report(["issuers", claim.id, "issuer"], {
      got: `the same URL as the issuer ${other.id}`,
      expected: hasEnvoy
        ? "each URL once (Envoy knows an issuer by its URL alone)"
        : "each URL once, or the same URL with other audiences",
      remedy: `merge ${claim.id} and ${other.id}: list the audiences of both in one`,
    });
  }
};

/** If anyone can get a token with any audience, the scopes in the token mean nothing. */
export const tokenIssuersAreOurs: Rule = (draft, report) => {
  for (const [id, issuer] of tokenIssuers(draft)) {
    if (!URL.canParse(issuer.issuer)) continue;
    const { hostname, pathname } = new URL(issuer.issuer);
    const shared = MULTI_TENANT_ISSUERS.find((pattern) => pattern.test(`${hostname}${pathname}`));
    if (shared === undefined) continue;
    report(["issuers", id, "grants"], {
      got: `token for ${hostname}`,
      expected: "subjects: anyone can use this issuer, so only exact subjects identify a caller",
      remedy: "write grants: subjects (without scopes, claims and clients) and one client for each subject",
    });
  }
};

/** AWS refuses its own names in a domain prefix, but only at deploy time. */
export const domainPrefixIsFree: Rule = (draft, report) => {
  for (const [id, { domainPrefix }] of issuersOf(draft, "cognito")) {
    const word = COGNITO_RESERVED_WORDS.find((reserved) => domainPrefix.includes(reserved));
    if (word === undefined) continue;
    report(["issuers", id, "domainPrefix"], {
      got: JSON.stringify(domainPrefix),
      expected: `a prefix without ${COGNITO_RESERVED_WORDS.join(", ")} (Cognito's rule)`,
      remedy: `choose one without ${word}`,
    });
  }
};
