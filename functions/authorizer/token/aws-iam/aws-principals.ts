import type { AuthorizerPolicy, PolicyAwsIamIssuer, PolicyAwsPrincipal } from "../../../../contract/policy-file";
import type { HttpsCall } from "../../request/https-call";
import type { Trace } from "../../request/log";
import { type Caller, callerNamed, forbidden, Refusal } from "../../request/outcome";
import { sha256 } from "../../request/sha256";
import { nowSeconds } from "../clock";
import { type SigningPrincipal, signingPrincipal } from "./caller-identity";
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
