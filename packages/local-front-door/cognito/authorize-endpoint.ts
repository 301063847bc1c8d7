import type { LocalAnswer, LocalRequest } from "../net/local-http";
import type { LocalTrace } from "../trace/trace";
import type { AppClient } from "./app-client";
import { TokenRefusal } from "./app-client";
import type { AuthorizationCodes } from "./authorization-codes";
import type { UserPool } from "./pool";
import { requestedScopes } from "./token-endpoint";

/** A request that may be answered with a code. */
interface Asked {
  readonly client: AppClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
}

/**
 * `GET /oauth2/authorize` and `POST /login`: a page that asks for a made-up user's name instead of a password, and sends
 * the code where the stack allows. https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export class AuthorizeEndpoint {
  constructor(
    private readonly pool: UserPool,
    private readonly codes: AuthorizationCodes,
    private readonly trace: LocalTrace,
  ) {}

  /** The page, whose form comes back with the same query. */
  page(query: URLSearchParams): LocalAnswer {
    return this.judged(query, () => page(200, form(query)));
  }

  /** The form: off to the callback with a code. */
  login(query: URLSearchParams, { body }: LocalRequest): LocalAnswer {
    return this.judged(query, ({ client, redirectUri, scopes, challenge }) => {
      const subject = new URLSearchParams(body).get("username")?.trim() ?? "";
      if (!/^[\w.@+-]{1,64}$/.test(subject)) {
        return page(400, `<p>A name has 1 to 64 letters, digits or . @ + - _</p>${form(query)}`);
      }
      const code = this.codes.give({ clientId: client.id, redirectUri, scopes, subject, challenge });
      const where = client.localCallbackUrls.includes(redirectUri) ? ", to a local callback" : "";
      this.trace.allow("cognito", `code for ${subject}: ${scopes.join(" ")}${where}`, client.address);
      return redirect(redirectUri, { code, state: query.get("state") });
    });
  }

  /** An unknown client or callback is reported to the person; every other fault to the callback, as OAuth requires. */
  private judged(query: URLSearchParams, allowed: (asked: Asked) => LocalAnswer): LocalAnswer {
    const client = this.pool.clients.find(({ id }) => id === query.get("client_id"));
    if (client === undefined) return this.refuse("invalid_request", "the pool has no such client", this.pool.address);
    const redirectUri = query.get("redirect_uri") ?? "";
    const callbacks = [...client.callbackUrls, ...client.localCallbackUrls];
    if (!callbacks.includes(redirectUri)) {
      const help = `Callbacks, to the character: ${callbacks.join(", ")}. One more on this machine: --callback ${redirectUri}`;
      const declaration = `${client.address}.callback_urls`;
      return this.refuse("redirect_mismatch", `${redirectUri} is no callback`, declaration, help);
    }
    try {
      return allowed({
        client,
        redirectUri,
        scopes: requestedScopes(client, query),
        challenge: challengeOf(client, query),
      });
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      this.trace.refuse("cognito", error.message, error.declaration);
      return redirect(redirectUri, { error: error.error, state: query.get("state") });
    }
  }

  private refuse(error: string, reason: string, declaration: string, help = ""): LocalAnswer {
    this.trace.refuse("cognito", reason, declaration);
    return page(400, `<p>${error}: ${escaped(reason)} (${escaped(declaration)})</p><p>${escaped(help)}</p>`);
  }
}

function challengeOf(client: AppClient, query: URLSearchParams): string | undefined {
  if (query.get("response_type") !== "code") {
    throw new TokenRefusal("invalid_request", `response_type ${query.get("response_type")} is not played here`);
  }
  if (!client.flows.includes("code")) {
    throw new TokenRefusal("unauthorized_client", "no code for this client", `${client.address}.allowed_oauth_flows`);
  }
  const challenge = query.get("code_challenge") ?? undefined;
  if (challenge !== undefined && query.get("code_challenge_method") !== "S256") {
    throw new TokenRefusal("invalid_request", "code_challenge_method is not S256");
  }
  return challenge;
}

function redirect(uri: string, parameters: Readonly<Record<string, string | null>>): LocalAnswer {
  const location = new URL(uri);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) location.searchParams.set(name, value);
  return { status: 302, headers: { location: location.href, "cache-control": "no-store" }, body: "" };
}

function form(query: URLSearchParams): string {
  return (
    `<form method="post" action="login?${escaped(query.toString())}">` +
    '<label>A made-up user: <input name="username" value="ann" required autofocus></label> <button>Sign in</button></form>'
  );
}

function page(status: number, content: string): LocalAnswer {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Local sign-in</title><h1>Local sign-in</h1>${content}</html>`;
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    // No script runs here, and no page may frame it; a form's redirect goes to the callback.
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  };
  return { status, headers, body };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
