import { headerValues, type LocalAnswer, type LocalRequest } from "../net/local-http";
import type { LocalTrace } from "../trace/trace";
import type { AppClient } from "./app-client";
import { TokenRefusal } from "./app-client";
import type { AuthorizationCodes } from "./authorization-codes";
import type { UserPool } from "./pool";
import type { SignInPages } from "./sign-in-pages";
import { requestedScopes } from "./token-endpoint";

/** A request that may get a code. */
interface Asked {
  readonly client: AppClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly resource: string | undefined;
}

/**
 * `GET /oauth2/authorize` and `POST /login`: a page that asks for a made-up user's name instead of a password. It sends
 * the code to the callbacks that the stack allows.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export class AuthorizeEndpoint {
  constructor(
    private readonly pool: UserPool,
    private readonly codes: AuthorizationCodes,
    private readonly trace: LocalTrace,
    private readonly pages: SignInPages,
    /** The front door's own callback for a client, if it has one. */
    private readonly ownCallback: (client: AppClient) => string | undefined,
  ) {}

  /** The page. Its form returns with the same query. */
  page(query: URLSearchParams): LocalAnswer {
    return this.judged(query, () => this.pages.form(query));
  }

  /** The form: redirects to the callback with a code. */
  login(query: URLSearchParams, request: LocalRequest): LocalAnswer {
    if (isOfAnotherPage(request)) {
      const reason = "a page of another origin sent the sign-in form";
      const help = "It would sign you in as a user of its choice. Open the address of the sign-in yourself.";
      return this.refuse("invalid_request", reason, this.pool.address, help, 403);
    }
    return this.judged(query, ({ client, redirectUri, ...asked }) => {
      const { scopes } = asked;
      const subject = new URLSearchParams(request.body).get("username")?.trim() ?? "";
      if (!/^[\w.@+-]{1,64}$/.test(subject)) {
        return this.pages.form(query, "A user name has 1 to 64 characters: letters, digits, or . @ + - _");
      }
      const code = this.codes.give({ ...asked, clientId: client.id, redirectUri, subject });
      const where = this.whereTo(client, redirectUri);
      this.trace.allow("cognito", `issued a code for ${subject}: ${scopes.join(" ")}${where}`, client.address);
      return redirect(redirectUri, { code, state: query.get("state") });
    });
  }

  /**
   * An unknown client or callback is shown to the person. OAuth requires that every other fault goes to the callback.
   */
  private judged(query: URLSearchParams, allowed: (asked: Asked) => LocalAnswer): LocalAnswer {
    const client = this.pool.clients.find(({ id }) => id === query.get("client_id"));
    if (client === undefined)
      return this.refuse("invalid_request", "the user pool has no such client", this.pool.address);
    const redirectUri = query.get("redirect_uri") ?? "";
    const callbacks = [...client.callbackUrls, ...client.localCallbackUrls];
    if (!callbacks.includes(redirectUri) && redirectUri !== this.ownCallback(client)) {
      const help = `Accepted callbacks, compared character by character: ${callbacks.join(", ")}. To add one on this machine: --callback ${redirectUri}`;
      const declaration = `${client.address}.callback_urls`;
      return this.refuse("redirect_mismatch", `${redirectUri} is not a declared callback`, declaration, help);
    }
    try {
      return allowed({
        client,
        redirectUri,
        scopes: requestedScopes(client, query),
        challenge: challengeOf(client, query),
        resource: resourceOf(query),
      });
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      this.trace.refuse("cognito", error.message, error.declaration);
      return redirect(redirectUri, { error: error.error, state: query.get("state") });
    }
  }

  private whereTo(client: AppClient, redirectUri: string): string {
    if (redirectUri === this.ownCallback(client)) return ", to the front door's own page";
    return client.localCallbackUrls.includes(redirectUri) ? ", to a local callback" : "";
  }

  private refuse(error: string, reason: string, declaration: string, help = "", status = 400): LocalAnswer {
    this.trace.refuse("cognito", reason, declaration);
    return this.pages.refused(error, reason, declaration, help, status);
  }
}

/**
 * Whether a browser says that a page of another origin sent the request: login CSRF. Cognito requires a token of its
 * page and a cookie. Programs send neither header, and have no session that another could give them.
 */
function isOfAnotherPage(request: LocalRequest): boolean {
  const [host = ""] = headerValues(request, "host");
  const own = [`http://${host}`, `https://${host}`];
  return (
    headerValues(request, "sec-fetch-site").some((site) => site !== "same-origin" && site !== "none") ||
    headerValues(request, "origin").some((origin) => !own.includes(origin))
  );
}

function challengeOf(client: AppClient, query: URLSearchParams): string | undefined {
  if (query.get("response_type") !== "code") {
    throw new TokenRefusal("invalid_request", `response_type ${query.get("response_type")} is not supported here`);
  }
  if (!client.flows.includes("code")) {
    throw new TokenRefusal(
      "unauthorized_client",
      "the client does not sign people in",
      `${client.address}.allowed_oauth_flows`,
    );
  }
  const challenge = query.get("code_challenge") ?? undefined;
  if (challenge !== undefined && query.get("code_challenge_method") !== "S256") {
    throw new TokenRefusal("invalid_request", "code_challenge_method is not S256");
  }
  return challenge;
}

/**
 * What the client wants a token for. Cognito accepts a URL that begins with `https://`, `http://localhost` or a scheme of
 * its own; here, http on 127.0.0.1 stands for https.
 */
function resourceOf(query: URLSearchParams): string | undefined {
  const resource = query.get("resource") ?? undefined;
  if (resource === undefined || URL.canParse(resource)) return resource;
  throw new TokenRefusal("invalid_request", "resource is not a URL");
}

function redirect(uri: string, parameters: Readonly<Record<string, string | null>>): LocalAnswer {
  const location = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) location.searchParams.set(name, value);
  return { status: 302, headers: { location: location.href, "cache-control": "no-store" }, body: "" };
}
