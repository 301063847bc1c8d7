import type { Expected } from "./expected-handshakes";

const ROLE = "role storefront-dev-auditors";
const READS = ["FilterLogEvents", "GetLogEvents", "GetLogGroupFields", "GetLogRecord", "GetQueryResults", "StartQuery"];
const NAMES = ["DescribeLogGroups", "DescribeQueryDefinitions"];
const logs = (...actions: readonly string[]) =>
  [...actions]
    .sort()
    .map((action) => `logs:${action}`)
    .join(", ");
const GROUPS = [
  "/aws/lambda/storefront-dev-callers",
  "/aws/lambda/storefront-dev-public",
  "/aws/vendedlogs/storefront-dev-access",
];
const DENIED = `everything but ${logs("DescribeLogStreams", ...READS, ...NAMES)} on *`;

const auditor = (sign: string, may: string, name: string) => [
  `${sign} arn:aws:iam::444455556666:role/${name} ${may} read the logs in AWS as ${ROLE}`,
  `${sign} arn:aws:iam::444455556666:role/${name} ${may} sts:AssumeRole (trusted) on ${ROLE}`,
];
const everything = (sign: string, may: string, has: string) => [
  ...auditor(sign, may, "audit"),
  `${sign} group:auditors@example.com ${may} read the logs in Google Cloud through log view auditors`,
  `${sign} group:auditors@example.com ${has} roles/logging.viewAccessor on log view auditors`,
  `${sign} ${ROLE} ${may} ${logs(...NAMES)} on *`,
  ...GROUPS.map((group) => `${sign} ${ROLE} ${may} ${logs("DescribeLogStreams", ...READS)} on log group ${group}:*`),
  `${sign} sink storefront-dev-auditors ${may} copy logs on log bucket storefront-dev-auditors`,
];

/** What the plans with auditors mean. */
export const AUDITED: Readonly<Record<string, Expected>> = {
  "auditors-added": {
    verdict: "dev: 14 added · access broadened",
    access: [...everything("+", "may now", "now has"), `- ${ROLE} is now denied ${DENIED}`],
  },
  "auditors-removed": {
    verdict: "dev: 14 destroyed · access narrowed · data at risk",
    access: [...everything("-", "may no longer", "no longer has"), `- ${ROLE} is no longer denied ${DENIED}`],
  },
  "auditor-changed": {
    verdict: "dev: 1 changed · access broadened",
    access: [...auditor("+", "may now", "other"), ...auditor("-", "may no longer", "audit")],
  },
};
