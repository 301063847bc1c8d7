import { IDENTITY_REQUEST } from "../../../../contract/aws-iam-token";
import type { AuthorizerPolicy, PolicyAwsIamIssuer, PolicyAwsPrincipal } from "../../../../contract/policy-file";
import { type HttpsCall, HttpsFailure, type HttpsResponse } from "../../request/https-call";
import type { Trace } from "../../request/log";
import {
  type Caller,
  callerNamed,
  elementsOf,
  forbidden,
  onlyElement,
  type Reason,
  Refusal,
  unauthenticated,
  unavailable,
} from "../../request/outcome";
import { sha256 } from "../../request/sha256";
import { nowSeconds } from "../clock";
import { readSignedIdentity, type SignedIdentity } from "./signed-identity";

/** Maximum number of tokens whose principal is remembered. */
const REMEMBERED_TOKENS = 500;

interface Remembered {
  /** Rejects if AWS refused the signature. */
  readonly principal: Promise<SigningPrincipal | undefined>;
  /** Seconds since 1970. */
  readonly until: number;
}

/** Callers that prove which AWS principal they are. Asks AWS STS once for each token, until the token expires. */
export class AwsPrincipals {
  readonly #subjects: ReadonlyMap<string, PolicyAwsPrincipal>;
  readonly #remembered = new Map<string, Remembered>();

  readonly #issuer: PolicyAwsIamIssuer;
  readonly #region: string;
  readonly #call: HttpsCall;

  private constructor(issuer: PolicyAwsIamIssuer, region: string, call: HttpsCall) {
    this.#issuer = issuer;
    this.#region = region;
    this.#call = call;
    this.#subjects = new Map(issuer.subjects.map((each) => [each.subject, each]));
  }

  /** Undefined if the policy has no such issuer, or several: a token does not say which of them it is for. */
  static of({ issuers, aws }: AuthorizerPolicy, call: HttpsCall): AwsPrincipals | undefined {
    const [issuer, second] = issuers.filter((each) => each.kind === "aws-iam");
    return issuer === undefined || second !== undefined ? undefined : new AwsPrincipals(issuer, aws.region, call);
  }

  /** @param host host name that the caller's request was sent to */
  async callerOf(token: string, host: string, trace: Trace): Promise<Caller> {
    const { id, door } = this.#issuer;
    trace.issuer = id;
    const identity = readSignedIdentity(token, { host, door, region: this.#region });
    const principal = await trace.time("verify", () => this.#principalOf(identity, trace));
    const subject = principal?.arn ?? NO_ROLE_OR_USER;
    const known = this.#subjects.get(subject);
    const refused = { issuer: id, subject, scopes: [] };
    if (known === undefined) throw forbidden("subject-unknown", refused);
    // A role that was deleted and made again has another id under the same ARN.
    if (known.uniqueId !== undefined && known.uniqueId !== principal?.uniqueId)
      throw forbidden("subject-replaced", refused);
    return callerNamed(id, subject, { ...known, id: subject });
  }

  #principalOf(identity: SignedIdentity, trace: Trace): Promise<SigningPrincipal | undefined> {
    // Keyed by the signed headers: in another order they are the same token.
    const key = sha256(JSON.stringify(Object.entries(identity.headers).sort()), "base64");
    const known = this.#remembered.get(key);
    trace.cached("token", known !== undefined);
    if (known !== undefined) return known.principal;
    this.#forgetOldest();
    const principal = signingPrincipal(this.#call, identity);
    this.#remembered.set(key, { principal, until: identity.expiresAt });
    principal.catch((error) => {
      // Only a refusal by AWS is remembered. Other failures say nothing about the token.
      if (!(error instanceof Refusal && error.decision === "unauthenticated")) this.#remembered.delete(key);
    });
    return principal;
  }

  /** Forgets expired tokens, and the oldest ones if there are too many. Entries are in insertion order. */
  #forgetOldest(): void {
    const now = nowSeconds();
    for (const [key, { until }] of this.#remembered) {
      if (until < now || this.#remembered.size >= REMEMBERED_TOKENS) this.#remembered.delete(key);
    }
  }
}

/** Stands for a principal that cannot be a caller, in the hash of the log. */
const NO_ROLE_OR_USER = "-";

/** The answer has 500 bytes. API Gateway waits 10 s for the whole decision, of which a mint may take 6. */
const LIMITS = { timeoutMilliseconds: 1500, maximumBytes: 8192 };

/** The principal that signed a token. */
interface SigningPrincipal {
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
async function signingPrincipal(call: HttpsCall, identity: SignedIdentity): Promise<SigningPrincipal | undefined> {
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
