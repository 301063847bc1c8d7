import { type HttpsCall, HttpsFailure, type HttpsResponse } from "../../authorizer/request/https-call";
import { objectOf } from "./aws-api";
import { RotationError, TRIED_AGAIN } from "./rotation-error";
import type { Settings } from "./settings";

const CALL_MILLISECONDS = 5000;
const REPLY_BYTES = 64_000;

/** Claims of an access token. They are not verified, because the token came from the endpoint itself, over TLS. */
export interface TokenClaims {
  readonly client_id?: unknown;
  readonly token_use?: unknown;
  readonly scope?: unknown;
}

/**
 * The user pool's token endpoint, called as a caller does. Without `scope`, Cognito grants all scopes of the client.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export class TokenEndpoint {
  constructor(
    private readonly call: HttpsCall,
    private readonly settings: Pick<Settings, "clientId" | "tokenEndpoint">,
  ) {}

  /**
   * Claims of a token for this secret; undefined if Cognito does not accept the secret. Throws if neither is certain.
   */
  async tokenFor(clientSecret: string): Promise<TokenClaims | undefined> {
    const response = await this.ask(clientSecret);
    const body = objectOf(response.body);
    if (response.status === 200 && typeof body?.access_token === "string") return claimsOf(body.access_token);
    const error = typeof body?.error === "string" && /^\w{1,40}$/.test(body.error) ? body.error : undefined;
    if ((response.status === 400 || response.status === 401) && error === "invalid_client") return undefined;
    throw new RotationError(`the token endpoint answered ${response.status} ${error ?? ""}`.trim(), TRIED_AGAIN);
  }

  private async ask(clientSecret: string): Promise<HttpsResponse> {
    const { clientId, tokenEndpoint } = this.settings;
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const request = { method: "POST" as const, url: tokenEndpoint, headers, body: "grant_type=client_credentials" };
    try {
      return await this.call(request, { timeoutMilliseconds: CALL_MILLISECONDS, maximumBytes: REPLY_BYTES });
    } catch (error) {
      if (!(error instanceof HttpsFailure)) throw error;
      throw new RotationError(`the token endpoint did not answer: ${error.kind}`, TRIED_AGAIN);
    }
  }
}

function claimsOf(token: string): TokenClaims {
  const [, payload = ""] = token.split(".");
  return objectOf(Buffer.from(payload, "base64url").toString("utf8")) ?? {};
}
