import { clashes } from "../../derived/clashes";
import type { CrossRule } from "./cross-rule";

/** API Gateway has one role for logs in an account and region: two owners would undo each other's. */
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
