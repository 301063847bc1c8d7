/**
 * Every limit the config is checked against, with its source. Quotas that the vendor raises on request can be raised in
 * the config under `limits`. All others are fixed.
 */

/** Google IAM, "Create service accounts": an account id has 6-30 characters. */
export const GOOGLE_ACCOUNT_ID_MIN = 6;
/** Google IAM, "Create service accounts": an account id has 6-30 characters. */
export const GOOGLE_ACCOUNT_ID_MAX = 30;
/** Google Cloud, "Creating and managing projects": a project id has 6-30 characters. */
export const PROJECT_ID_MIN = 6;
/** Google Cloud, "Creating and managing projects": a project id has 6-30 characters. */
export const PROJECT_ID_MAX = 30;
/** Google IAM, "Quotas and limits": service accounts per project. Raised on request. */
export const SERVICE_ACCOUNTS_PER_PROJECT = 100;

/** Google Cloud, "Identifying projects": a project number is a 64-bit integer, 12 digits as issued today. */
export const PROJECT_NUMBER_DIGITS = 19;

/** Google IAM, "Manage workload identity pools": a pool or provider id has 4-32 characters. */
export const POOL_ID_MIN = 4;
/** Google IAM, "Manage workload identity pools": a pool or provider id has 4-32 characters. */
export const POOL_ID_MAX = 32;
/** Google IAM, "Workload Identity Federation": length of `google.subject`, in bytes. */
export const GOOGLE_SUBJECT_BYTES = 127;
/** Google IAM, "Configure Workload Identity Federation": length of a provider's attribute condition. */
export const ATTRIBUTE_CONDITION_CHARACTERS = 4096;

/** Google Cloud, "Requirements for labels": length of a label's key and of its value. */
export const LABEL_CHARACTERS = 63;

/** Google Secret Manager, "Create a secret": length of a secret's id. */
export const SECRET_ID_CHARACTERS = 255;
/** The design: longest time between two reminders to rotate a secret, in days. Google's own limit is 36,500. */
export const SECRET_ROTATION_DAYS_MAX = 365;
/** Google IAM, "Quotas and limits": principals in one resource's policy. */
export const POLICY_PRINCIPALS = 1500;

/** Cloud Run, "Quotas and limits": maximum instances of a service. Raised on request. */
export const CLOUD_RUN_MAX_INSTANCES = 1000;
/** Cloud Run, "Maximum concurrent requests per instance". */
export const CLOUD_RUN_CONCURRENCY_MAX = 1000;
/** Cloud Run, "Configure CPU limits": the smallest share of a core. */
export const CLOUD_RUN_CPU_MIN = 0.08;
/** Cloud Run, "Configure CPU limits": below one core any hundredth, above it these. */
export const CLOUD_RUN_WHOLE_CPUS: readonly number[] = [1, 2, 4, 6, 8];
/** Cloud Run, "Configure memory limits": the smallest limit (first-generation execution environment). */
const CLOUD_RUN_MEMORY_MIN_MI = 128;
/** Cloud Run, "Configure memory limits" and "Configure CPU limits": memory in MiB that each number of cores allows. */
export const CLOUD_RUN_MEMORY_BY_CPU: readonly {
  readonly cpuBelow: number;
  readonly min: number;
  readonly max: number;
}[] = [
  { cpuBelow: 0.5, min: CLOUD_RUN_MEMORY_MIN_MI, max: 512 },
  { cpuBelow: 1, min: CLOUD_RUN_MEMORY_MIN_MI, max: 1024 },
  { cpuBelow: 2, min: CLOUD_RUN_MEMORY_MIN_MI, max: 4096 },
  { cpuBelow: 4, min: CLOUD_RUN_MEMORY_MIN_MI, max: 8192 },
  { cpuBelow: 6, min: 2048, max: 16384 },
  { cpuBelow: 8, min: 4096, max: 24576 },
  { cpuBelow: Number.POSITIVE_INFINITY, min: 4096, max: 32768 },
];
/** Cloud Run, "Quotas and limits": cores of an instance, all of its containers together. */
export const CLOUD_RUN_CPU_MAX = 8;
/** Cloud Run, "Quotas and limits": memory of an instance, all of its containers together, in MiB. */
export const CLOUD_RUN_MEMORY_MAX_MI = 32_768;
/** The design: cores of Envoy's container, as Google's own examples give a proxy; a worker takes no more than one. */
export const ENVOY_CPU = 0.5;
/** The design: memory of Envoy's container, in MiB. */
export const ENVOY_MEMORY_MI = 256;
/** Cloud Run, "Container runtime contract": the variables that Cloud Run sets itself. */
export const CLOUD_RUN_RESERVED_VARIABLES: readonly string[] = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];
/** Cloud Run, "Container runtime contract": the prefix of variables that Google reserves. */
export const CLOUD_RUN_RESERVED_VARIABLE_PREFIX = "X_GOOGLE_";
/** Cloud Run, "Quotas and limits": size of one environment variable, in bytes (32 kB). */
export const CLOUD_RUN_VARIABLE_BYTES = 32_768;
/** Cloud Run, "Quotas and limits": environment variables of a container. */
export const CLOUD_RUN_VARIABLES = 1000;
/** Cloud Run, "Known issues": paths that its front end reserves. */
export const CLOUD_RUN_RESERVED_PATHS: readonly string[] = ["/eventlog", "/_ah"];

/** API Gateway, "Quotas for HTTP APIs": integration timeout, in seconds. */
export const INTEGRATION_TIMEOUT_SECONDS = 30;
/** API Gateway, "Quotas for REST APIs": integration timeout, in seconds. */
export const REST_TIMEOUT_SECONDS = 29;
/** hashicorp/aws 6.25.0, `timeout_milliseconds`: seconds of a streamed answer. API Gateway takes 900, with a later one. */
export const STREAM_TIMEOUT_SECONDS = 300;
/** API Gateway, "Quotas for REST APIs": resources per API, including the root. Raised on request. */
export const RESOURCES_PER_API = 300;
/** API Gateway, "Quotas for REST APIs": usage plans of an account in a region. Raised on request. */
export const USAGE_PLANS_PER_REGION = 300;
/** API Gateway, "Quotas for HTTP APIs": routes per API. Raised on request. */
export const ROUTES_PER_API = 300;
/** API Gateway, "Quotas for HTTP APIs": scopes per route. */
export const SCOPES_PER_ROUTE = 10;
/** API Gateway, "Quotas for HTTP APIs": authorizers per API. */
export const AUTHORIZERS_PER_API = 10;
/** API Gateway, "CreateAuthorizer": length of an authorizer's name. */
export const AUTHORIZER_NAME_CHARACTERS = 128;
/** API Gateway, "Usage plans and API keys": length of an API key's name. */
export const API_KEY_NAME_CHARACTERS = 1024;
/** API Gateway, "Quotas for HTTP APIs": audiences per authorizer. */
export const AUDIENCES_PER_ISSUER = 50;
/** API Gateway, "Quotas": rate and burst of an account in a region. AWS raises the rate on request, the burst along with it. */
export const ACCOUNT_THROTTLE = { requestsPerSecond: 10_000, requestBurst: 5_000 } as const;
/** API Gateway, "Quotas": the same in `LOW_THROTTLE_REGIONS`. */
export const LOW_ACCOUNT_THROTTLE = { requestsPerSecond: 2_500, requestBurst: 1_250 } as const;
/** API Gateway, "Quotas": the regions where an account has less. */
export const LOW_THROTTLE_REGIONS: readonly string[] = [
  ...["af-south-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ca-west-1"],
  ...["eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "mx-central-1"],
];
/** The design: length of a scope. RFC 6749 has no limit. */
export const SCOPE_CHARACTERS = 128;
/** API Gateway, "CreateRoute": length of a scope that a JWT authorizer checks. */
export const JWT_SCOPE_CHARACTERS = 64;
/** The design: how long an expired, revoked or disabled caller may still get access. API Gateway allows 3,600. */
export const AUTHORIZER_CACHE_SECONDS_MAX = 300;
/** API Gateway, "Quotas and important notes": paths of its own health check. */
export const API_GATEWAY_RESERVED_PATHS: readonly string[] = ["/ping", "/sping"];
/** API Gateway, "Configure CORS for HTTP APIs": longest time a browser caches a preflight's response, in seconds. */
export const CORS_MAX_AGE_SECONDS = 86_400;

/** AWS Certificate Manager, "RequestCertificate": length of a certificate's (first) name. */
export const CERTIFICATE_NAME_CHARACTERS = 64;
/** Amazon Route 53, "ResourceRecordSet" and "HostedZone": length of a hosted zone's id. */
export const HOSTED_ZONE_ID_CHARACTERS = 32;
/** API Gateway, "Configuring mutual TLS authentication": certificates in one chain of a trust store. */
export const TRUSTSTORE_CHAIN_LENGTH = 4;
/** API Gateway, "Configuring mutual TLS authentication": shortest RSA key in a trust store, in bits. */
export const TRUSTSTORE_RSA_BITS = 2048;
/** API Gateway, "Configuring mutual TLS authentication": elliptic curves of 256 bits and more, as OpenSSL calls them. */
export const TRUSTSTORE_CURVES: readonly string[] = ["prime256v1", "secp384r1", "secp521r1"];
/** API Gateway, "Quotas for REST APIs": length of a resource policy. */
export const RESOURCE_POLICY_CHARACTERS = 8192;

/** AWS WAF, "Rate-based rule high-level settings": lowest number of requests within a window. */
export const WAF_RATE_MIN = 10;
/** AWS WAF, "RateBasedStatement": highest number of requests within a window. */
export const WAF_RATE_MAX = 2_000_000_000;
/** AWS WAF, "Rate-based rule high-level settings": the evaluation windows it offers, in seconds. */
export const WAF_WINDOW_SECONDS: readonly number[] = [60, 120, 300, 600];
/** AWS WAF, "Quotas": networks of an IP set. */
export const WAF_NETWORKS = 10_000;
/** AWS re:Post, "Can I increase the number of country list from AWS WAF rule configuration from 50": of one rule. */
export const WAF_COUNTRIES = 50;
/** AWS WAF, "Quotas": characters of a regular expression. */
export const WAF_PATTERN_CHARACTERS = 512;
/** AWS WAF, "Managing body inspection size limits": largest part of a body that API Gateway forwards, in bytes. */
export const WAF_BODY_BYTES_MAX = 65_536;

/** The design: verifying signatures needs about half a core at least. */
export const AUTHORIZER_MEMORY_MB_MIN = 512;
/** AWS Lambda, "Quotas": memory of a function, in MB. */
export const AUTHORIZER_MEMORY_MB_MAX = 10_240;
/** AWS Lambda, "Quotas": all environment variables of a function together, in bytes. */
export const FUNCTION_ENVIRONMENT_BYTES = 4096;
/** AWS IAM, "IAM and STS quotas": length of a role's name. */
export const ROLE_NAME_CHARACTERS = 64;
/** AWS, "AWS account identifiers": an account id has twelve digits. */
export const AWS_ACCOUNT_DIGITS = 12;

/** Amazon Cognito, "CreateUserPool" and "CreateUserPoolClient": length of the name of a pool, or of an app client. */
export const COGNITO_NAME_CHARACTERS = 128;
/** Amazon Cognito, "User pool domain": length of a domain prefix. */
export const COGNITO_DOMAIN_PREFIX_CHARACTERS = 63;
/** Amazon Cognito, "CreateUserPoolDomain": words a domain prefix must not contain. */
export const COGNITO_RESERVED_WORDS: readonly string[] = ["aws", "amazon", "cognito"];
/** Amazon Cognito, "Quotas": resource servers per user pool. Raised on request. */
export const RESOURCE_SERVERS_PER_POOL = 25;
/** Amazon Cognito, "Quotas": scopes per resource server. */
export const SCOPES_PER_RESOURCE_SERVER = 100;
/** Amazon Cognito, "Quotas": scopes per app client. */
export const SCOPES_PER_CLIENT = 50;
/** Amazon Cognito, "Quotas": callback URLs per app client. Logout URLs have the same limit. */
export const URLS_PER_CLIENT = 100;
/** Amazon Cognito, "CreateUserPoolClient": length of a callback or logout URL. */
export const CLIENT_URL_CHARACTERS = 1024;
/** Amazon Cognito, "CreateUserPoolClient": length of an app client id (26 as issued today). */
export const COGNITO_CLIENT_ID_CHARACTERS = 26;
/** Amazon Cognito, "CreateUserPool": length of a pool id, region and underscore included. */
export const COGNITO_POOL_ID_CHARACTERS = 55;
/** OpenID Connect Core 1.0, section 2: length of `sub`, in ASCII characters. */
export const SUBJECT_CHARACTERS = 255;

/** The design: longest time between two rotations of a client's secret, in days. AWS Secrets Manager allows 1,000. */
export const ROTATION_DAYS_MAX = 365;
/** Amazon CloudWatch, "PutMetricAlarm": actions of an alarm for each state. */
export const ALARM_ACTIONS = 5;
/** The design: at a lower objective, a share of errors cannot be 14.4 times the budget. */
export const SLO_PERCENT_MIN = 95;
/** Google Cloud Monitoring, "ServiceLevelObjective": largest goal, 0.9999 (discovery document monitoring.v3). */
export const SLO_PERCENT_MAX = 99.99;
/** AWS Lambda, "Quotas": concurrent executions of an account in a region. Raised on request; new accounts have fewer. */
export const ACCOUNT_CONCURRENCY = 1000;
/** AWS Lambda, "Configuring reserved concurrency": what AWS keeps free for functions without reserved concurrency. */
export const UNRESERVED_CONCURRENCY_MIN = 100;
/** Amazon CloudWatch Logs, "PutMetricFilter": length of a filter pattern. */
export const FILTER_PATTERN_CHARACTERS = 1024;
/** Amazon CloudWatch Logs, "Quotas": metric filters of a log group. */
export const METRIC_FILTERS_PER_GROUP = 100;
/** AWS Lambda, "CreateFunction": length of a function's name. */
export const FUNCTION_NAME_CHARACTERS = 64;
/** AWS Secrets Manager, "Quotas": characters of a secret's resource-based policy. */
export const SECRET_POLICY_CHARACTERS = 20_480;
/** AWS Secrets Manager, "DeleteSecret": shortest recovery window other than none, in days. */
export const RECOVERY_DAYS_MIN = 7;
/** AWS Secrets Manager, "DeleteSecret": longest recovery window, in days. */
export const RECOVERY_DAYS_MAX = 30;
/** Amazon CloudWatch Logs, "PutRetentionPolicy": the numbers of days a log group can be kept. */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
/** Google Cloud Logging, "Quotas and limits": the longest time a log bucket keeps entries, in days. */
export const GOOGLE_LOG_RETENTION_DAYS = 3650;
/** AWS IAM, "IAM and AWS STS quotas": length of a role's trust policy. AWS raises it on request. */
export const TRUST_POLICY_CHARACTERS = 2048;
/** AWS S3, "General purpose bucket naming rules": a bucket's name has 3-63 characters. */
export const BUCKET_NAME_MIN = 3;
/** AWS S3, "General purpose bucket naming rules": a bucket's name has 3-63 characters. */
export const BUCKET_NAME_MAX = 63;
/** AWS allows 50 tags per resource, Google 64 labels. The program sets two of them itself. */
export const TAGS_MAX = 48;

/** IETF, RFC 6335: the largest port. */
export const PORT_MAX = 65_535;
/** IETF, RFC 1035: length of one label of a domain name. */
export const DNS_LABEL_CHARACTERS = 63;
/** Open Container Initiative, "Distribution Specification": length of an image's tag. */
export const IMAGE_TAG_CHARACTERS = 128;
