import { createHash, randomUUID } from "node:crypto";
import type { AppClient } from "./app-client";
import { TokenRefusal } from "./app-client";

/** Cognito's codes are valid for five minutes and work once. */
const LIFETIME_MILLISECONDS = 5 * 60_000;

/** What a code represents until it is redeemed. */
interface Authorization {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly subject: string;
  /** What the client wants a token for (RFC 8707); undefined if it did not name it. */
  readonly resource: string | undefined;
  /** SHA-256 of the verifier, base64url; undefined if the client did not use PKCE, which Cognito allows. */
  readonly challenge: string | undefined;
}

/** The authorization codes of one pool, in memory. */
export class AuthorizationCodes {
  private readonly open = new Map<string, Authorization & { readonly expires: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  give(authorization: Authorization): string {
    const now = this.now();
    for (const [code, { expires }] of this.open) if (expires <= now) this.open.delete(code);
    const code = randomUUID();
    this.open.set(code, { ...authorization, expires: now + LIFETIME_MILLISECONDS });
    return code;
  }

  /** Any mismatch is `invalid_grant`, and a code is removed after the first attempt. */
  redeem(client: AppClient, form: URLSearchParams): Pick<Authorization, "resource" | "scopes" | "subject"> {
    const code = form.get("code") ?? "";
    const found = this.open.get(code);
    this.open.delete(code);
    if (found === undefined || found.expires <= this.now()) throw refusal("the code is unknown, used or expired");
    if (found.clientId !== client.id) throw refusal("the code was issued to another client");
    if (found.redirectUri !== form.get("redirect_uri"))
      throw refusal("the redirect_uri differs from the one that the code was sent to");
    const verifier = form.get("code_verifier");
    const given = verifier === null ? undefined : createHash("sha256").update(verifier).digest("base64url");
    if (given !== found.challenge) throw refusal("the code_verifier does not match the code_challenge");
    return found;
  }
}

function refusal(reason: string): TokenRefusal {
  return new TokenRefusal("invalid_grant", reason);
}
