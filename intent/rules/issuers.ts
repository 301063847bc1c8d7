import { clashes } from "../clashes";
import type { Verdict } from "../finding";
import { COGNITO_RESERVED_WORDS, DNS_LABEL_CHARACTERS } from "../limits";
import type { Rule } from "../rule";
import { MULTI_TENANT_ISSUERS } from "./multi-tenant-issuers";

/** Keys are fetched from this address by the function that guards everything: it must be a public, unambiguous one. */
export const issuersAreKnownHosts: Rule = ({ issuers }, report) => {
  for (const [id, issuer] of issuers) {
    if (issuer?.kind !== "oidc") continue;
    const fault = urlFault(issuer.issuer);
    if (fault) report(["issuers", id, "issuer"], { got: JSON.stringify(issuer.issuer), ...fault });
  }
};

function urlFault(text: string): Omit<Verdict, "got"> | undefined {
  const remedy = "copy the iss of one of its tokens";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { expected: "a URL", remedy };
  if (url.username !== "" || url.password !== "") return { expected: "a URL without user and password", remedy };
  if (/[?#]/.test(text)) return { expected: "a URL without query and fragment", remedy };
  if (!isPublicName(url.hostname)) {
    return { expected: "a host with a public DNS name, no address and no localhost", remedy };
  }
  const isCanonical = url.href === text || url.href === `${text}/`;
  return isCanonical ? undefined : { expected: `a URL in its plain form, ${url.href}`, remedy };
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?$/;
const SPECIAL_NAMES = /(^|\.)(localhost|local|internal|invalid|onion|home\.arpa)$/;

function isPublicName(host: string): boolean {
  const labels = host.split(".");
  const areLabels = labels.every((label) => LABEL.test(label) && label.length <= DNS_LABEL_CHARACTERS);
  return labels.length > 1 && areLabels && /[a-z]/.test(labels.at(-1) ?? "") && !SPECIAL_NAMES.test(host);
}

/** A token names its issuer by URL alone, so one URL is one issuer. */
export const issuersAreUnique: Rule = ({ issuers }, report) => {
  const urls = [...issuers].flatMap(([id, issuer]) =>
    issuer?.kind === "oidc" ? [{ id, url: issuer.issuer.replace(/\/$/, "") }] : [],
  );
  for (const { claim, other } of clashes(urls, ({ url }) => url)) {
    report(["issuers", claim.id, "issuer"], {
      got: `the URL of the issuer ${other.id} once more`,
      expected: "each issuer once in an environment",
      remedy: `join ${claim.id} and ${other.id}: list the audiences of both in one`,
    });
  }
};

/** Where anybody can get a token with any audience, what the token says of scopes means nothing. */
export const tokenIssuersAreOurs: Rule = ({ issuers }, report) => {
  for (const [id, issuer] of issuers) {
    if (issuer?.kind !== "oidc" || issuer.grants !== "token" || !URL.canParse(issuer.issuer)) continue;
    const { hostname, pathname } = new URL(issuer.issuer);
    const shared = MULTI_TENANT_ISSUERS.find((pattern) => pattern.test(`${hostname}${pathname}`));
    if (shared === undefined) continue;
    report(["issuers", id, "grants"], {
      got: `token for ${hostname}`,
      expected: "subjects: this issuer serves anyone, so only exact subjects mean something",
      remedy: "write grants: subjects (without scopes, claims and clients) and one client for each subject",
    });
  }
};

/** AWS refuses its own names in a domain prefix, and does so only when it is deployed. */
export const domainPrefixIsFree: Rule = ({ issuers }, report) => {
  for (const [id, issuer] of issuers) {
    if (issuer?.kind !== "cognito") continue;
    const word = COGNITO_RESERVED_WORDS.find((reserved) => issuer.domainPrefix.includes(reserved));
    if (word === undefined) continue;
    report(["issuers", id, "domainPrefix"], {
      got: JSON.stringify(issuer.domainPrefix),
      expected: `a prefix without ${COGNITO_RESERVED_WORDS.join(", ")} (Cognito's rule)`,
      remedy: `choose one without ${word}`,
    });
  }
};
