import {
  AWS_ACCOUNT_DIGITS,
  CERTIFICATE_NAME_CHARACTERS,
  DNS_LABEL_CHARACTERS,
  ROLE_NAME_CHARACTERS,
  SCOPE_CHARACTERS,
} from "./limits";

/** Patterns that more than one part of the schema needs. Anchored, so that they hold in JSON schema as well. */

/** Lower-case words joined by single dashes: every id that people choose. */
export const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** `<service>/<verb>`. Cognito allows more characters in a verb; these survive in a URL's query unescaped. */
export const SCOPE = new RegExp(
  `^(?=.{1,${SCOPE_CHARACTERS}}$)[a-z][a-z0-9]*(-[a-z0-9]+)*/[A-Za-z0-9][A-Za-z0-9._:-]*$`,
);

/** An https URL without white space; what else an issuer or a callback may hold is a rule. */
export const HTTPS_URL = /^https:\/\/[^\s/?#]+\S*$/;

/** The exact ARN of a role, path included; no wildcard fits. */
export const ROLE_ARN = new RegExp(
  `^arn:aws:iam::\\d{${AWS_ACCOUNT_DIGITS}}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]{1,${ROLE_NAME_CHARACTERS}}$`,
);

/** A Google group's address. Google keeps members in small letters, and a plan would show another spelling as a change. */
export const GROUP_EMAIL = /^[a-z0-9][a-z0-9._%+'-]*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;

/** One exact Google principal by its address, in the small letters in which Google keeps it. */
export const PRINCIPAL = new RegExp(`^(?:serviceAccount|group|user):${GROUP_EMAIL.source.slice(1)}`);

/** The exact ARN of a standard SNS topic: CloudWatch alarms notify no other kind. */
export const TOPIC_ARN = new RegExp(`^arn:aws:sns:[a-z0-9-]+:\\d{${AWS_ACCOUNT_DIGITS}}:[A-Za-z0-9_-]{1,256}$`);

/** AWS regions of the commercial partition: China, GovCloud and the isolated partitions have other ARNs. */
export const AWS_REGION =
  /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;

/** Google regions that Cloud Run has or may get. */
export const GOOGLE_REGION =
  /^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)\d{1,2}$/;

/** Name of an environment variable: what a shell and both clouds accept. */
export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** An exact DNS name of two labels or more, short enough for a certificate. */
export const DNS_NAME = new RegExp(
  `^(?=.{1,${CERTIFICATE_NAME_CHARACTERS}}$)([a-z0-9]([a-z0-9-]{0,${DNS_LABEL_CHARACTERS - 2}}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,${DNS_LABEL_CHARACTERS - 2}}[a-z0-9]$`,
);

/** An address and a length, of either version; whether it is the start of a network is a rule. */
export const NETWORK = /^[0-9a-f:.]+\/\d{1,3}$/;
