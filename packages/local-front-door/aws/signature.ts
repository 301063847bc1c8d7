import { timingSafeEqual } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

/** A request as it arrived; header names in upper or lower case. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** The data of an access key. */
export interface KnownCredentials {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface VerifiedSignature {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
}

export interface SignatureScope {
  readonly region: string;
  readonly service: string;
}

/**
 * Maximum age of a signed request, and how far ahead of time it may be. STS documents no number. AWS's general limit is
 * five minutes; a few services take fifteen.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const FRESH_MILLISECONDS = 5 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([A-Z0-9]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9-]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/** Why a signature is refused, in AWS's own error codes. */
export class SignatureError extends Error {
  constructor(
    readonly code:
      | "MissingAuthenticationToken"
      | "IncompleteSignature"
      | "SignatureDoesNotMatch"
      | "InvalidClientTokenId"
      | "ExpiredToken",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Recomputes a SigV4 signature with AWS's own library, which the authorizer does not contain. Refuses the request
 * unless everything about it meets AWS's requirements.
 */
export async function verifySignature(
  request: SignedRequest,
  scope: SignatureScope,
  credentialsOf: (accessKeyId: string) => KnownCredentials | undefined,
  now = Date.now(),
): Promise<VerifiedSignature> {
  const headers = uniqueHeaders(request);
  const match = AUTHORIZATION.exec(headers.get("authorization") ?? "");
  if (match === null) throw new SignatureError("MissingAuthenticationToken", "no SigV4 authorization header");
  const [, accessKeyId = "", day = "", region = "", service = "", signed = "", signature = ""] = match;
  if (region !== scope.region || service !== scope.service) {
    throw new SignatureError(
      "SignatureDoesNotMatch",
      `credential scope ${region}/${service}, expected ${scope.region}/${scope.service}`,
    );
  }
  const signingDate = requireFreshDate(headers.get("x-amz-date"), day, now);
  const signedHeaders = signed.split(";");
  requireSignedHeaders(signedHeaders, headers, request.url);
  const credentials = credentialsOf(accessKeyId);
  if (credentials === undefined) throw new SignatureError("InvalidClientTokenId", `unknown access key ${accessKeyId}`);
  if (headers.get("x-amz-security-token") !== credentials.sessionToken) {
    throw new SignatureError("InvalidClientTokenId", "the session token does not belong to the access key");
  }
  if (credentials.expiresAt <= now) throw new SignatureError("ExpiredToken", "credentials have expired");
  const expected = await sign(request, headers, signedHeaders, scope, { ...credentials, accessKeyId }, signingDate);
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    throw new SignatureError("SignatureDoesNotMatch", "the signature does not match the request");
  }
  return { accessKeyId, signedHeaders };
}

function uniqueHeaders({ headers }: SignedRequest): ReadonlyMap<string, string> {
  const unique = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (unique.has(key)) throw new SignatureError("IncompleteSignature", `header ${key} occurs twice`);
    unique.set(key, value);
  }
  return unique;
}

function requireFreshDate(text: string | undefined, day: string, now: number): Date {
  const iso = text?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z") ?? "";
  const date = new Date(iso);
  if (Number.isNaN(date.getTime()) || !text?.startsWith(day)) {
    throw new SignatureError("IncompleteSignature", "x-amz-date is missing or differs from the credential scope");
  }
  if (Math.abs(now - date.getTime()) > FRESH_MILLISECONDS) {
    throw new SignatureError("SignatureDoesNotMatch", `signature of ${text} is not fresh`);
  }
  return date;
}

/** AWS requires `host`, every `x-amz-*` header that is present, and `content-type`. */
function requireSignedHeaders(signed: readonly string[], headers: ReadonlyMap<string, string>, url: string): void {
  const demanded = [...headers.keys()].filter((name) => name.startsWith("x-amz-") || name === "content-type");
  for (const name of ["host", ...demanded]) {
    if (!signed.includes(name)) throw new SignatureError("SignatureDoesNotMatch", `header ${name} is not signed`);
  }
  for (const name of signed) {
    if (!headers.has(name)) throw new SignatureError("IncompleteSignature", `signed header ${name} is missing`);
  }
  if (headers.get("host") !== new URL(url).host)
    throw new SignatureError("SignatureDoesNotMatch", "host differs from the URL");
}

async function sign(
  request: SignedRequest,
  headers: ReadonlyMap<string, string>,
  signedHeaders: readonly string[],
  { region, service }: SignatureScope,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string },
  signingDate: Date,
): Promise<string> {
  const url = new URL(request.url);
  const query: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value];
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query,
      headers: Object.fromEntries(signedHeaders.map((name) => [name, headers.get(name) ?? ""])),
      body: request.body,
    },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return signed.headers.authorization?.split("Signature=")[1] ?? "";
}
