import { clashes } from "../../derived/clashes";
import type { CrossRule } from "./cross-rule";

/** A name leads to one API: the second environment that claimed it would be refused when it is deployed, or take it over. */
export const domainsAreUnique: CrossRule = (drafts, report) => {
  const claims = drafts.flatMap(({ environment, gateway: { domain } }) =>
    domain?.name === undefined ? [] : [{ environment, name: domain.name }],
  );
  for (const { claim, other } of clashes(claims, ({ name }) => name)) {
    report(claim.environment, ["gateway", "domain", "name"], {
      got: `${claim.name}, which is that of ${other.environment}`,
      expected: "a name of its own for each environment",
      remedy: `write another one here or in ${other.environment}`,
    });
  }
};
