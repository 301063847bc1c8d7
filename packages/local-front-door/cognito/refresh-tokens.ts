import { randomBytes } from "node:crypto";
import type { AppClient } from "./app-client";
import { TokenRefusal } from "./app-client";

/** What a person granted a client by signing in once. */
export interface SignIn {
  readonly clientId: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Seconds of the epoch. */
  readonly authTime: number;
}

/**
 * The refresh tokens of one pool, in memory. They are not rotated, so each works until it expires.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
export class RefreshTokens {
  private readonly open = new Map<string, SignIn & { readonly expires: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  give(signIn: SignIn, seconds: number): string {
    const now = this.now();
    for (const [token, { expires }] of this.open) if (expires <= now) this.open.delete(token);
    const token = randomBytes(32).toString("base64url");
    this.open.set(token, { ...signIn, expires: now + seconds * 1000 });
    return token;
  }

  /** The original grant: a refresh cannot request other scopes. Any mismatch is `invalid_grant`. */
  redeem(client: AppClient, form: URLSearchParams): SignIn {
    const found = this.open.get(form.get("refresh_token") ?? "");
    if (found === undefined || found.expires <= this.now()) {
      throw new TokenRefusal("invalid_grant", "the refresh token is unknown or expired");
    }
    if (found.clientId === client.id) return found;
    throw new TokenRefusal("invalid_grant", "the refresh token was issued to another client");
  }
}
