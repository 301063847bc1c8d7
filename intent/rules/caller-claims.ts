import { clientsOf, type Rule } from "../derived/draft";
import { ownValue } from "../source/values";
import { MULTI_TENANT_ISSUERS } from "./multi-tenant-issuers";

/**
 * Claims by which a multi-tenant issuer identifies the token's owner, with values that no other tenant can get.
 * GitHub's `job_workflow_ref` is not one: if other tenants call a reusable workflow, it is in their tokens too.
 * https://docs.github.com/en/actions/reference/security/oidc and
 * https://docs.gitlab.com/ci/secrets/id_token_authentication/
 */
const TENANT_CLAIMS: Readonly<Record<string, readonly string[]>> = {
  "token.actions.githubusercontent.com": [
    "sub",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
  ],
  "gitlab.com": ["sub", "project_id", "project_path", "namespace_id", "namespace_path"],
};

/** An empty set of claims would match every token of the issuer. */
export const claimsSayWhoCalls: Rule = (draft, report) => {
  for (const [id, { claims }] of clientsOf(draft, "external")) {
    if (claims === undefined || Object.keys(claims).length > 0) continue;
    report(["clients", id, "claims"], {
      got: "no claim",
      expected: "at least one claim: without claims, every token of the issuer is this client's",
      remedy:
        "write claims that all of its tokens have and no other tokens have, as in { repository: acme/storefront, environment: prod }",
    });
  }
};

/**
 * If any tenant can get a token, one claim must identify the tenant: any tenant can have an environment called `prod`.
 */
export const claimsNameTheTenant: Rule = (draft, report) => {
  for (const [id, client] of clientsOf(draft, "external")) {
    const issuer = draft.issuers.get(client.issuer);
    if (issuer?.kind !== "oidc" || !URL.canParse(issuer.issuer)) continue;
    const { hostname, pathname } = new URL(issuer.issuer);
    const named = Object.keys(client.claims ?? {});
    const tenant = ownValue(TENANT_CLAIMS, hostname) ?? ["sub"];
    if (named.length === 0 || tenant.some((claim) => named.includes(claim))) continue;
    if (!MULTI_TENANT_ISSUERS.some((pattern) => pattern.test(`${hostname}${pathname}`))) continue;
    report(["clients", id, "claims"], {
      got: `only ${named.join(", ")} for ${hostname}, an issuer that anyone can use`,
      expected: `a claim that identifies the tenant: ${tenant.join(", ")}`,
      remedy: "add it: otherwise another tenant's token with the same values is this client's",
    });
  }
};
