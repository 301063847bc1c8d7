import type { Draft } from "../../derived/draft";
import type { CrossRule } from "../../derived/rule";
import type { Path } from "../../source/located";

/** An audience that one environment's authorizer accepts in one issuer's tokens. */
interface Accepted {
  readonly environment: string;
  readonly path: Path;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * A service sees its callers' tokens. If a token were valid in two environments, a development service could replay it
 * in production.
 */
export const audiencesAreApart: CrossRule = (drafts, report) => {
  const all = drafts.flatMap(acceptedBy);
  for (const claim of all) {
    const { issuer, audience } = claim;
    const accepting = all.filter((each) => each.issuer === issuer && each.audience === audience);
    const other = accepting.find(({ environment }) => environment !== claim.environment);
    if (other === undefined) continue;
    report(claim.environment, claim.path, {
      got: `${claim.audience} in ${claim.environment}`,
      expected: `an audience of ${claim.issuer} that ${other.environment} does not accept`,
      remedy: "give each environment its own audience: a token for one must not be valid in another",
    });
  }
};

function acceptedBy({ environment, issuers }: Draft): Accepted[] {
  return [...issuers].flatMap(([id, issuer]) => {
    if (issuer.kind !== "oidc") return [];
    const common = { environment, path: ["issuers", id, "audiences"], issuer: issuer.issuer };
    return issuer.audiences.map((audience) => ({ ...common, audience }));
  });
}
