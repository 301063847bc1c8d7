import type { LocalAnswer } from "../net/local-http";
import { presentedClaims } from "../trace/request-log";
import type { AppClient } from "./app-client";
import type { SignInPages } from "./sign-in-pages";
import type { TokenEndpoint } from "./token-endpoint";

/** A call, as a shell command, for a user who signed in through a client. Undefined if there is none. */
export type SignedInCall = (clientId: string, user: string) => string | undefined;

/**
 * The front door's own callback, one for each client that signs people in. It exchanges the code as an app would, and
 * shows the token's claims. It never shows the token.
 */
export class SignedInPage {
  constructor(
    private readonly token: TokenEndpoint,
    private readonly pages: SignInPages,
    private readonly call: SignedInCall,
  ) {}

  /** @param url of this page, as the sign-in used it for its callback */
  async answer(client: AppClient, url: string, query: URLSearchParams): Promise<LocalAnswer> {
    const again = `../oauth2/authorize?${new URLSearchParams({ response_type: "code", client_id: client.id, redirect_uri: url })}`;
    const refusal = query.get("error");
    if (refusal !== null) return this.pages.refused(refusal, "the user pool issued no code", client.address);
    const form = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: client.id,
      redirect_uri: url,
      code: query.get("code") ?? "",
      ...(client.secret !== undefined && { client_secret: client.secret }),
    });
    const { status, body } = await this.token.answer({
      method: "POST",
      host: "",
      target: "/oauth2/token",
      headers: [["content-type", "application/x-www-form-urlencoded"]],
      body: form.toString(),
    });
    const { access_token, error } = JSON.parse(body) as { readonly access_token?: string; readonly error?: string };
    const claims = presentedClaims(`Bearer ${access_token}`);
    if (status !== 200 || claims === undefined) {
      const help = "A code works once, within five minutes. Open the printed address again.";
      return this.pages.refused(error ?? "invalid_grant", "the code is used or expired", client.address, help);
    }
    return this.pages.signedIn(claims, again, this.call(client.id, String(claims.username)));
  }
}
