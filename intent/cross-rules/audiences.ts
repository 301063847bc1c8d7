import type { CrossRule } from "../cross-rule";
import type { Draft } from "../draft";
import type { Path } from "../located";

/** An audience that one environment's authorizer accepts in one issuer's tokens. */
interface Accepted {
  readonly environment: string;
  readonly path: Path;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * A service sees its callers' tokens. Were one good in two environments, a development service could replay it in
 * production.
 */
export const audiencesAreApart: CrossRule = (drafts, report) => {
  const firsts = new Map<string, Accepted>();
  for (const accepted of drafts.flatMap(acceptedBy)) {
    const key = JSON.stringify([accepted.issuer, accepted.audience]);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, accepted);
    else if (first.environment !== accepted.environment) {
      report(accepted.environment, accepted.path, {
        got: `${accepted.audience} in ${accepted.environment}`,
        expected: `an audience of ${accepted.issuer} that ${first.environment} does not accept`,
        remedy: "give each environment an audience of its own: a token for one must be worth nothing in another",
      });
    }
  }
};

function acceptedBy({ environment, issuers }: Draft): Accepted[] {
  return [...issuers].flatMap(([id, issuer]) => {
    if (issuer?.kind !== "oidc") return [];
    const path = ["issuers", id, "audiences"];
    return issuer.audiences.map((audience) => ({ environment, path, issuer: issuer.issuer, audience }));
  });
}
