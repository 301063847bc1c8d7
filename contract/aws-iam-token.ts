/**
 * A caller's AWS principal as a bearer token: `aws-iam.` and the base64url of a JSON object, whose members are headers
 * of one signed request to AWS STS. `docs/how-to/call-as-an-aws-role.md#wire-format` is the specification for clients.
 */
export const AWS_IAM_PREFIX = "aws-iam.";

/** Headers that bind a token to one front door. The caller's signature must cover them. */
export const BINDING_HEADERS = {
  /** Host name that the caller sends its request to. */
  host: "x-front-door-host",
  /** Name of the environment, as in `storefront-dev`. */
  name: "x-front-door-name",
  /** Seconds since 1970. */
  expires: "x-front-door-expires",
} as const;

/** The only request that the front door sends to AWS STS. */
export const IDENTITY_REQUEST = {
  method: "POST",
  path: "/",
  body: "Action=GetCallerIdentity&Version=2011-06-15",
  contentType: "application/x-www-form-urlencoded; charset=utf-8",
} as const;

/** Headers that every signature covers. */
export const SIGNED_HEADERS: readonly string[] = [
  "content-type",
  "host",
  "x-amz-date",
  ...Object.values(BINDING_HEADERS),
];

/** Header with the session token of temporary credentials. If a token has it, the signature must cover it. */
export const SESSION_TOKEN_HEADER = "x-amz-security-token";

/**
 * Maximum time from signature to expiry, in seconds: AWS's general limit for the age of a signed request.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
export const AWS_IAM_LIFE_SECONDS = 300;

/** Host of AWS STS in a region. */
export function stsHost(region: string): string {
  return `sts.${region}.amazonaws.com`;
}

/** A token of these signed headers, with names in lower case. Other headers are left out. */
export function awsIamToken(headers: Readonly<Record<string, string>>): string {
  const names = ["authorization", "host", "x-amz-date", SESSION_TOKEN_HEADER, ...Object.values(BINDING_HEADERS)];
  const members = Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  return AWS_IAM_PREFIX + Buffer.from(JSON.stringify(members)).toString("base64url");
}
