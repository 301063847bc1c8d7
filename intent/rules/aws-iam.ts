import { clientsOf, issuersOf, type Rule } from "../derived/draft";
import { issuersThatOpen } from "../derived/scopes";
import { roleArn } from "../model/names";
import { AWS_PRINCIPAL_ARN } from "../model/patterns";

/** A token of this kind does not name its issuer, so there can be only one. */
export const awsIamIsOneIssuer: Rule = (draft, report) => {
  const [[first] = [], ...others] = issuersOf(draft, "aws-iam");
  for (const [id] of others) {
    report(["issuers", id, "kind"], {
      got: `a second aws-iam issuer, next to ${first}`,
      expected: "one aws-iam issuer in an environment",
      remedy: `list the accounts of both in ${first}, and remove ${id}`,
    });
  }
};

/** Only AWS STS names unique ids. A root user has none, and roles and users have ids of different kinds. */
export const uniqueIdsArePrincipals: Rule = (draft, report) => {
  const own = new Map(issuersOf(draft, "aws-iam"));
  for (const [id, { issuer, subject = "", uniqueId }] of clientsOf(draft, "external")) {
    if (uniqueId === undefined) continue;
    const path = ["clients", id, "uniqueId"];
    if (!own.has(issuer)) {
      report(path, {
        got: `uniqueId for a caller of ${issuer}`,
        expected: "only for callers of an aws-iam issuer (no other names IAM's ids)",
        remedy: "remove it",
      });
      continue;
    }
    const [, kind] = /^arn:aws:iam::\d{12}:(role|user)\//.exec(subject) ?? [];
    if (kind === (uniqueId.startsWith("AROA") ? "role" : "user")) continue;
    report(path, {
      got: `${uniqueId} for ${subject}`,
      expected: "AROA… for a role, AIDA… for a user, and none for a root user",
      remedy: "copy the id from: aws iam get-role --role-name <role> --query Role.RoleId (get-user … User.UserId)",
    });
  }
};

/**
 * AWS STS names a role without its path, because a role's name is unique in its account. An ARN with a path would match
 * no caller.
 */
export const awsIamCallersAreArns: Rule = (draft, report) => {
  const own = new Map(issuersOf(draft, "aws-iam"));
  for (const [id, client] of clientsOf(draft, "external")) {
    const issuer = own.get(client.issuer);
    if (issuer === undefined) continue;
    if (client.claims !== undefined) {
      report(["clients", id, "claims"], {
        got: "claims",
        expected: `subject: an AWS principal has no claims (${client.issuer} is an aws-iam issuer)`,
        remedy: 'write subject: "arn:aws:iam::<account>:role/<role>"',
      });
    }
    const { subject } = client;
    if (subject === undefined) continue;
    const [, account] = AWS_PRINCIPAL_ARN.exec(subject) ?? [];
    if (account === undefined) {
      report(["clients", id, "subject"], {
        got: JSON.stringify(subject),
        expected: "the ARN of a role without its path, of a user, or of an account's root user",
        remedy: remedyFor(subject),
      });
      continue;
    }
    if (issuer.accounts.includes(account)) continue;
    report(["clients", id, "subject"], {
      got: subject,
      expected: `a principal of the accounts of ${client.issuer}: ${issuer.accounts.join(", ")}`,
      remedy: `correct it, or add ${account} to issuers.${client.issuer}.accounts`,
    });
  }
};

function remedyFor(subject: string): string {
  const [, account, name] = /^arn:aws:iam::(\d{12}):role\/(?:[^/]+\/)+([^/]+)$/.exec(subject) ?? [];
  if (account !== undefined) {
    return `write ${roleArn(account, String(name))}: AWS STS does not report paths, and names are unique in an account`;
  }
  // As `aws sts get-caller-identity` prints it.
  const [, home, role] = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)(?:\/[^/]*)?$/.exec(subject) ?? [];
  return home === undefined
    ? 'write it as in "arn:aws:iam::111122223333:role/nightly-export"'
    : `write ${roleArn(home, String(role))}: the role is the caller, in all of its sessions`;
}

/** Envoy verifies JWTs only. */
export const sidecarsKnowNoAwsPrincipals: Rule = (draft, report) => {
  for (const [id, { routes, verifyCallerToken }] of draft.services) {
    if (verifyCallerToken !== true) continue;
    const issuers = [...routes.values()].flatMap((route) => issuersThatOpen(route, draft));
    const [caller] = issuersOf(draft, "aws-iam").find(([issuer]) => issuers.includes(issuer)) ?? [];
    if (caller === undefined) continue;
    report(["services", id, "verifyCallerToken"], {
      got: `true, but clients of ${caller} may call the service`,
      expected: "no client of an aws-iam issuer (Envoy verifies JWTs only, and would refuse its token)",
      remedy: "remove verifyCallerToken, or the scopes of this service from these clients",
    });
  }
};
