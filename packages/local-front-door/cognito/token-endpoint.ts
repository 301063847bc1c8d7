import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { headerValues, json, type LocalAnswer, type LocalRequest } from "../net/local-http";
import type { LocalNames } from "../net/local-names";
import type { LocalTrace } from "../trace/trace";
import { type AppClient, TokenRefusal } from "./app-client";
import { accessToken, type UserPool } from "./pool";

/**
 * `POST /oauth2/token`: issues a client's own token for its secret, a user's tokens for a code, and new ones for a
 * refresh token. https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export class TokenEndpoint {
  private readonly refreshTokens = new RefreshTokens();

  constructor(
    private readonly pool: UserPool,
    private readonly codes: AuthorizationCodes,
    private readonly trace: LocalTrace,
    private readonly names: LocalNames,
  ) {}

  async answer(request: LocalRequest): Promise<LocalAnswer> {
    try {
      return json(200, await this.grant(request));
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      this.trace.refuse("cognito", error.message, error.declaration);
      return json(400, { error: error.error });
    }
  }

  private async grant(request: LocalRequest) {
    const [type = ""] = headerValues(request, "content-type");
    if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) {
      throw new TokenRefusal("invalid_request", "the body is not a form (application/x-www-form-urlencoded)");
    }
    const form = new URLSearchParams(request.body);
    const grant = form.get("grant_type");
    if (grant === null) throw new TokenRefusal("invalid_request", "grant_type is missing");
    if (grant !== "client_credentials" && grant !== "authorization_code" && grant !== "refresh_token") {
      throw new TokenRefusal("unsupported_grant_type", `unknown grant_type ${grant}`);
    }
    const client = this.authenticate(request, form);
    const flow = grant === "client_credentials" ? grant : "code";
    if (!client.flows.includes(flow)) {
      throw new TokenRefusal(
        "unauthorized_client",
        `the client does not allow ${flow}`,
        `${client.address}.allowed_oauth_flows`,
      );
    }
    if (grant === "client_credentials") {
      const scopes = requestedScopes(client, form);
      return this.granted(grant, client, await accessToken(this.pool, client, { scopes }));
    }
    const signIn = grant === "refresh_token" ? this.refreshTokens.redeem(client, form) : this.signIn(client, form);
    const answer = this.granted(grant, client, await accessToken(this.pool, client, signIn));
    // A refresh returns no new refresh token: the first one stays valid.
    if (grant === "refresh_token") return answer;
    return { ...answer, refresh_token: this.refreshTokens.give(signIn, client.refreshTokenSeconds) };
  }

  private signIn(client: AppClient, form: URLSearchParams): SignIn {
    const { scopes, subject, resource } = this.codes.redeem(client, form);
    const audience = resource && this.names.toDeployed(resource);
    return { clientId: client.id, scopes, subject, audience, authTime: Math.floor(Date.now() / 1000) };
  }

  private granted(
    grant: string,
    client: AppClient,
    { token, seconds, scopes }: Awaited<ReturnType<typeof accessToken>>,
  ) {
    this.trace.allow("cognito", `issued a token by ${grant}: ${scopes.join(" ")}`, client.address);
    return { access_token: token, expires_in: seconds, token_type: "Bearer" };
  }

  /** By `Basic` header or in the form. A client without a secret only gives its id. */
  private authenticate(request: LocalRequest, form: URLSearchParams): AppClient {
    const [header] = headerValues(request, "authorization");
    const basic = /^basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? "")?.[1];
    const [basicId, basicSecret] = splitOnce(Buffer.from(basic ?? "", "base64").toString());
    const id = basic === undefined ? form.get("client_id") : basicId;
    const secret = basic === undefined ? form.get("client_secret") : basicSecret;
    const client = this.pool.clients.find((candidate) => candidate.id === id);
    if (client === undefined)
      throw new TokenRefusal("invalid_client", `the user pool has no client ${id ?? "(none named)"}`);
    if (!same(client.secret ?? "", secret ?? "")) {
      throw new TokenRefusal("invalid_client", "the client secret is wrong", client.address);
    }
    return client;
  }
}

/** The scopes that the client requests, or all that it may have. One forbidden scope refuses the whole request. */
export function requestedScopes(client: AppClient, form: URLSearchParams): readonly string[] {
  const asked = (form.get("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const other = asked.find((scope) => !client.scopes.includes(scope));
  if (other !== undefined) {
    throw new TokenRefusal(
      "invalid_scope",
      `the client does not have the scope ${other}`,
      `${client.address}.allowed_oauth_scopes`,
    );
  }
  return asked.length > 0 ? asked : client.scopes;
}

function splitOnce(text: string): readonly [string, string] {
  const at = text.indexOf(":");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What a person granted a client by signing in once. */
interface SignIn {
  readonly clientId: string;
  readonly subject: string;
  readonly scopes: readonly string[];
  /** The resource that the token is for. */
  readonly audience?: string | undefined;
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
