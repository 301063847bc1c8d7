import { posix } from "node:path";
import { clashes } from "../../derived/clashes";
import { type CrossRule, type Draft, issuersOf } from "../../derived/draft";
import type { Path } from "../../source/located";

/**
 * A domain name maps to one API. A second environment with the same name would fail on deploy, or take the name over. A
 * twin has the name of its primary.
 */
export const domainsAreUnique: CrossRule = (drafts, report) => {
  const claims = drafts.flatMap(({ environment, twinOf, gateway: { domain } }) =>
    domain?.name === undefined || twinOf !== undefined ? [] : [{ environment, name: domain.name }],
  );
  for (const { claim, other } of clashes(claims, ({ name }) => name)) {
    report(claim.environment, ["gateway", "domain", "name"], {
      got: `${claim.name}, which ${other.environment} uses too`,
      expected: "a unique name for each environment",
      remedy: `write another one here or in ${other.environment}`,
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
  readonly environment: string;
  readonly path: Path;
  readonly issuer: string;
  readonly audience: string;
}

/**
 * A service sees its callers' tokens. If a token were valid in two environments, a development service could replay it
 * in production. A twin is the same front door as its primary.
 */
export const audiencesAreApart: CrossRule = (drafts, report) => {
  const keyOf = ({ issuer, audience }: Accepted) => JSON.stringify([issuer, audience]);
  const claims = drafts.filter(({ twinOf }) => twinOf === undefined).flatMap(acceptedBy);
  const found = clashes(claims, keyOf, (a, b) => a.environment !== b.environment);
  for (const { claim, other } of found) {
    report(claim.environment, claim.path, {
      got: `${claim.audience} in ${claim.environment}`,
      expected: `an audience of ${claim.issuer} that ${other.environment} does not accept`,
      remedy: "give each environment its own audience: a token for one must not be valid in another",
    });
  }
};

function acceptedBy(draft: Draft): Accepted[] {
  const { environment } = draft;
  return issuersOf(draft, "oidc").flatMap(([id, { issuer, audiences }]) =>
    audiences.map((audience) => ({ environment, path: ["issuers", id, "audiences"], issuer, audience })),
  );
}
