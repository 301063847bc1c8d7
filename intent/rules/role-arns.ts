import type { Rule } from "../derived/rule";
import type { Verdict } from "../source/finding";
import type { Path } from "../source/located";

/**
 * A client's secret denies every principal that is not listed. Without Terraform's own role the next plan would fail.
 */
export const deployersAreNamed: Rule = ({ aws, clients }, report) => {
  if (aws.deployers !== undefined) return;
  const machine = [...clients].find(([, client]) => client.grant === "client_credentials");
  if (machine === undefined) return;
  report(["aws", "deployers"], {
    got: "nothing",
    expected: `the roles that run Terraform, because ${machine[0]} has a client secret`,
    remedy:
      'add them: deployers: ["arn:aws:iam::<account>:role/<role>"]; only they and the readers can read the secret',
  });
};

/** The secrets are encrypted with an AWS managed key, which no other account can use. */
export const rolesAreOfThisAccount: Rule = ({ aws, clients }, report) => {
  const lists: [Path, readonly string[] | undefined][] = [[["aws", "deployers"], aws.deployers]];
  for (const [id, client] of clients) {
    if (client.grant === "client_credentials") lists.push([["clients", id, "readers"], client.readers]);
  }
  for (const [path, arns] of lists) {
    for (const [index, arn] of (arns ?? []).entries()) {
      if (arn.split(":")[4] !== aws.account) report([...path, index], otherAccount(arn, aws.account));
    }
  }
};

function otherAccount(arn: string, account: string): Verdict {
  return {
    got: arn,
    expected: `a role of the account ${account} (an AWS-managed key serves no other)`,
    remedy: "name a role of this account, which the other account's role may assume",
  };
}
