import { posix } from "node:path";
import { clashes } from "../../derived/clashes";
import { areTwins, type CrossRule, type Draft, issuersOf } from "../../derived/draft";
import type { Path } from "../../source/located";

/**
 * A domain name maps to one API. A second environment with the same name would fail on deploy, or take the name over. A
 * twin shares its primary's name: each has an API of it in its own region.
 */
export const domainsAreUnique: CrossRule = (drafts, report) => {
  const claims = drafts.flatMap((draft) => {
    const { name } = draft.gateway.domain ?? {};
    return name === undefined ? [] : [{ draft, name }];
  });
  const areRivals = (one: (typeof claims)[number], other: (typeof claims)[number]) => !areTwins(one.draft, other.draft);
  for (const { claim, other } of clashes(claims, ({ name }) => name, areRivals)) {
    report(claim.draft.environment, ["gateway", "domain", "name"], {
      got: `${claim.name}, which ${other.draft.environment} uses too`,
      expected: "a unique name for each environment",
      remedy: `write another one here or in ${other.draft.environment}`,
    });
  }
};

/** API Gateway has one role for logs per account and region. Two owners would overwrite each other's setting. */
export const oneOwnerPerAccount: CrossRule = (drafts, report) => {
  const owners = drafts.filter(({ aws }) => aws.ownsAccount);
  for (const { claim, other } of clashes(owners, ({ aws }) => `${aws.account} ${aws.region}`)) {
    report(claim.environment, ["aws", "ownsAccount"], {
      got: `true, as in ${other.environment}`,
      expected: `one owner of the account ${claim.aws.account} in ${claim.aws.region}`,
      remedy: `remove it here or in ${other.environment}`,
    });
  }
};

/**
 * Two environments that shared a state would destroy each other's resources. In S3 they cannot share one, because the
 * environment's name is part of the key. A local path is free text, and one in the base file applies to all.
 */
export const statesAreApart: CrossRule = (drafts, report) => {
  const states = drafts.flatMap(({ environment, state }) =>
    state.path === undefined ? [] : [{ environment, place: posix.normalize(state.path) }],
  );
  for (const { claim, other } of clashes(states, ({ place }) => place)) {
    report(claim.environment, ["state", "path"], {
      got: `the state ${claim.place}, which ${other.environment} uses too`,
      expected: "a separate state for each environment",
      remedy: `write another one in the file of ${claim.environment}`,
    });
  }
};

/** An audience that one environment's authorizer accepts in one issuer's tokens. */
interface Accepted {
  readonly draft: Draft;
  readonly path: Path;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * A service sees its callers' tokens. If a token were valid in two environments, a development service could replay it
 * in production. A twin is the same front door, so it accepts its primary's tokens.
 */
export const audiencesAreApart: CrossRule = (drafts, report) => {
  const keyOf = ({ issuer, audience }: Accepted) => JSON.stringify([issuer, audience]);
  const found = clashes(
    drafts.flatMap(acceptedBy),
    keyOf,
    (a, b) => a.draft !== b.draft && !areTwins(a.draft, b.draft),
  );
  for (const { claim, other } of found) {
    report(claim.draft.environment, claim.path, {
      got: `${claim.audience} in ${claim.draft.environment}`,
      expected: `an audience of ${claim.issuer} that ${other.draft.environment} does not accept`,
      remedy: "give each environment its own audience: a token for one must not be valid in another",
    });
  }
};

function acceptedBy(draft: Draft): Accepted[] {
  return issuersOf(draft, "oidc").flatMap(([id, { issuer, audiences }]) =>
    audiences.map((audience) => ({ draft, path: ["issuers", id, "audiences"], issuer, audience })),
  );
}
