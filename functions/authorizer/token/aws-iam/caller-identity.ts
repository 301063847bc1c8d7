import { IDENTITY_REQUEST } from "../../../../contract/aws-iam-token";
import { type HttpsCall, HttpsFailure, type HttpsResponse } from "../../request/https-call";
import { elementsOf, onlyElement, type Reason, unauthenticated, unavailable } from "../../request/outcome";
import type { SignedIdentity } from "./signed-identity";

/** The answer has 500 bytes. API Gateway waits 10 s for the whole decision, of which a mint may take 6. */
const LIMITS = { timeoutMilliseconds: 1500, maximumBytes: 8192 };

/** The principal that signed a token. */
export interface SigningPrincipal {
  /** ARN of a user or root user, or of a role, not of its session. */
  readonly arn: string;
  /** IAM's unique id of the role or user, which no other ever has: `AROA…`, `AIDA…`. The account's id for a root user. */
  readonly uniqueId: string | undefined;
}

/**
 * The principal that signed. One call, without retry or redirect.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @returns undefined for a principal that is not a role, user or root user, such as a federated user
 */
export async function signingPrincipal(
  call: HttpsCall,
  identity: SignedIdentity,
): Promise<SigningPrincipal | undefined> {
  const { host = "", ...signed } = identity.headers;
  const { method, path, body, contentType } = IDENTITY_REQUEST;
  const headers = { ...signed, "content-type": contentType };
  const { status, body: xml } = await sent(call({ method, url: `https://${host}${path}`, headers, body }, LIMITS));
  // AWS answers 403 for a wrong signature, an unknown key and expired credentials, and 400 also for throttling.
  if (status === 403) throw unauthenticated(refusalIn(xml));
  if (status !== 200) throw unavailable("caller-identity", status);
  const read = elementsOf(xml, "caller-identity");
  const arn = principalOf(read("Arn", "[^<]*"), read("Account", "\\d{12}"));
  return arn === undefined
    ? undefined
    : { arn, uniqueId: onlyElement(xml, "UserId", "[A-Z0-9]{1,128}(?::[^<]*)?")?.split(":")[0] };
}

/** By AWS's error code (IAM, "Managing AWS STS in an AWS Region"; STS, "Common errors"). Any other is a wrong signature. */
const REFUSALS: ReadonlyMap<string | undefined, Reason> = new Map([
  ["ExpiredToken", "credentials-expired"],
  ["InvalidClientTokenId", "credentials-unknown"],
]);

function refusalIn(xml: string): Reason {
  return REFUSALS.get(onlyElement(xml, "Code", "\\w{1,64}")) ?? "signature";
}

async function sent(answer: Promise<HttpsResponse>): Promise<HttpsResponse> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof HttpsFailure ? unavailable("caller-identity") : error;
  }
}

/** The session's ARN has the role's name without its path. A role's name is unique in its account. */
function principalOf(arn: string, account: string): string | undefined {
  const role = /^arn:aws:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/[\w+=,.@-]{2,64}$/.exec(arn);
  if (role !== null) return role[1] === account ? `arn:aws:iam::${account}:role/${role[2]}` : undefined;
  const own = /^arn:aws:iam::(\d{12}):(?:root|user\/[\w+=,.@/-]{1,576})$/.exec(arn);
  return own?.[1] === account ? arn : undefined;
}
