import * as limit from "./limits";

/** Patterns shared by several parts of the schema. They are anchored, so they work in JSON schema as well. */

/**
 * Lower-case words joined by single dashes: the form of every id in the config. Every plain object inherits a
 * `constructor`, so a construct of this name cannot be made.
 */
export const ID = /^(?!constructor$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** A scope-token of RFC 6749, 3.3: printable ASCII without spaces, quotes and backslashes. */
export const SCOPE = new RegExp(`^[\\x21\\x23-\\x5b\\x5d-\\x7e]{1,${limit.SCOPE_CHARACTERS}}$`);

/** A client's id at an external issuer. It becomes a header, and a quoted value in the gateway's access log. */
export const CLIENT_ID = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/** An https URL without white space. Rules restrict issuers and callbacks further. */
export const HTTPS_URL = /^https:\/\/[^\s/?#]+\S*$/;

/** The exact ARN of a role, including its path. Wildcards do not match. */
export const ROLE_ARN = new RegExp(
  `^arn:aws:iam::\\d{${limit.AWS_ACCOUNT_DIGITS}}:role/([\\w+=,.@-]+/)*[\\w+=,.@-]{1,${limit.ROLE_NAME_CHARACTERS}}$`,
);

/** An AWS principal as AWS STS names it: a role without its path, a user, or the root user of an account. */
export const AWS_PRINCIPAL_ARN = new RegExp(
  `^arn:aws:iam::(\\d{${limit.AWS_ACCOUNT_DIGITS}}):(?:root|role/[\\w+=,.@-]{1,${limit.ROLE_NAME_CHARACTERS}}|user/([\\w+=,.@-]+/)*[\\w+=,.@-]{1,64})$`,
);

/**
 * A Google group's e-mail address. Google stores members in lower case; a plan would show any other spelling as a
 * change.
 */
export const GROUP_EMAIL = /^[a-z0-9][a-z0-9._%+'-]*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/;

/** One exact Google principal by its e-mail address, in lower case as Google stores it. */
export const PRINCIPAL = new RegExp(`^(?:serviceAccount|group|user):${GROUP_EMAIL.source.slice(1)}`);

/** The exact ARN of a standard SNS topic. CloudWatch alarms cannot notify other kinds of topic. */
export const TOPIC_ARN = new RegExp(`^arn:aws:sns:[a-z0-9-]+:\\d{${limit.AWS_ACCOUNT_DIGITS}}:[A-Za-z0-9_-]{1,256}$`);

/** AWS regions of the commercial partition. China, GovCloud and the isolated partitions use different ARNs. */
export const AWS_REGION =
  /^(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)-\d$/;

/** Google regions where Cloud Run is, or may become, available. */
export const GOOGLE_REGION =
  /^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)\d{1,2}$/;

/** Id of a Google Cloud project. */
export const PROJECT_ID = new RegExp(
  `^[a-z][a-z0-9-]{${limit.PROJECT_ID_MIN - 2},${limit.PROJECT_ID_MAX - 2}}[a-z0-9]$`,
);

/** A file below config/ by its relative path, without dot segments but the first. */
export const DOCUMENT_PATH = /^(\.\/)?((?!\.\.?\/)[\w.-]+\/)*[\w-][\w.-]*\.(ya?ml|json)$/;

/** The same for certificates. */
export const TRUSTSTORE_PATH = /^(\.\/)?((?!\.\.?\/)[\w.-]+\/)*[\w-][\w.-]*\.pem$/;

/** Name of an environment variable, as accepted by shells and both clouds. */
/** Path of a server of the Model Context Protocol: literal segments, because its URL is an audience. */
export const MCP_PATH = /^(\/[A-Za-z0-9_-]([A-Za-z0-9._-]*[A-Za-z0-9_-])?)+$/;

export const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** An exact DNS name of two labels or more, short enough for a certificate. */
export const DNS_NAME = new RegExp(
  `^(?=.{1,${limit.CERTIFICATE_NAME_CHARACTERS}}$)([a-z0-9]([a-z0-9-]{0,${limit.DNS_LABEL_CHARACTERS - 2}}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,${limit.DNS_LABEL_CHARACTERS - 2}}[a-z0-9]$`,
);

/** An IPv4 or IPv6 address and a prefix length. A rule checks that the address is the start of the network. */
export const NETWORK = /^[0-9a-f:.]+\/\d{1,3}$/;

/** One exact Google identity: a service account, or a subject of a workload identity pool. */
export const GOOGLE_IDENTITY =
  /^(serviceAccount:[a-z0-9-]+@[a-z0-9.-]+\.gserviceaccount\.com|principal:\/\/iam\.googleapis\.com\/projects\/\d+\/locations\/global\/workloadIdentityPools\/[a-z0-9-]+\/subject\/[^\s*]+)$/;

/** The name of a claim. A dot leads into a claim that is an object. */
export const CLAIM = /^[A-Za-z_][A-Za-z0-9_.:/-]*$/;

/** A claim of the caller's token: `claim.tenant_id`. */
export const CLAIM_OF_TOKEN = /^claim\.[A-Za-z_][A-Za-z0-9_.:/-]*$/;
