import { createHash, randomUUID } from "node:crypto";
import { headerValues, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { LocalNames } from "../net/local-names";
import { LocalServer } from "../net/local-server";
import type { PortChoice } from "../net/loopback";
import { presentedClaims } from "../trace/request-log";
import { asPartOf, type LocalTrace } from "../trace/trace";
import { type AppClient, TokenRefusal } from "./app-client";
import type { UserPool } from "./pool";
import { AuthorizationCodes, requestedScopes, TokenEndpoint } from "./token-endpoint";

export type { SignedInCall };

export interface SignInProps {
  /** Style sheet of the pages. Default: none. */
  readonly look?: string;
  /** A call for a user who signed in at the front door's own callback. Default: there is no such callback. */
  readonly signedInCall?: SignedInCall;
  /** Addresses of this machine that stand for deployed ones. Default: none. */
  readonly names?: LocalNames;
}

/** The endpoints of one pool's domain. */
interface Domain {
  readonly pool: UserPool;
  readonly token: TokenEndpoint;
  readonly authorize: AuthorizeEndpoint;
  /** Where a sign-in ends if no app requested it. */
  readonly signedIn?: SignedInPage;
  /** Origins whose pages may read the token endpoint's answers. */
  readonly origins: ReadonlySet<string>;
}

/**
 * The domains of the stack's user pools. The stack reaches each at its real name. On the local port, each is below its
 * prefix.
 */
export class Cognito {
  private readonly domains: readonly Domain[];
  private readonly server = new LocalServer((request) => this.seen(request, () => this.handleLocal(request)));

  /** Set once it listens. */
  private url: string | undefined;

  constructor(
    readonly pools: readonly UserPool[],
    private readonly trace: LocalTrace,
    { look = "", signedInCall, names = new LocalNames() }: SignInProps = {},
  ) {
    const pages = new SignInPages(look);
    this.domains = pools.map((pool) => {
      const codes = new AuthorizationCodes();
      const token = new TokenEndpoint(pool, codes, trace, names);
      const ownCallback = (client: AppClient) =>
        signedInCall === undefined ? undefined : this.signedInUrl(pool, client);
      const authorize = new AuthorizeEndpoint(pool, codes, trace, pages, ownCallback);
      const signedIn = signedInCall && new SignedInPage(token, pages, signedInCall);
      return { pool, token, authorize, ...(signedIn && { signedIn }), origins: callbackOrigins(pool) };
    });
  }

  /** The front door's own callback for a client. Undefined until it listens. */
  signedInUrl({ domain }: Pick<UserPool, "domain">, { id }: Pick<AppClient, "id">): string | undefined {
    return this.url === undefined ? undefined : `${this.url}/${domain}/signed-in/${id}`;
  }

  /** The base URL of a pool is `<url>/<domain prefix>`. */
  async start(port: PortChoice = 0): Promise<string> {
    this.url = await this.server.start(port);
    return this.url;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** A request to a pool's domain in Amazon's name space. */
  handle(request: LocalRequest): Promise<LocalAnswer> {
    return this.answer(
      this.domains.find(({ pool }) => pool.host === request.host),
      request,
    );
  }

  /** A caller's request, which a person sees next to requests to the API. */
  private async seen({ method, target }: LocalRequest, work: () => Promise<LocalAnswer>): Promise<LocalAnswer> {
    const { requests } = this.trace;
    const id = randomUUID();
    const startedAt = Date.now();
    requests.begin({ id, door: "cognito", startedAt, method, path: target.split("?")[0] ?? "" });
    const answer = await asPartOf(id, work);
    requests.end(id, { status: answer.status, milliseconds: Date.now() - startedAt });
    return answer;
  }

  private handleLocal(request: LocalRequest): Promise<LocalAnswer> {
    const [, prefix = "", rest = ""] = /^\/([^/?]+)(\/.*)$/.exec(request.target) ?? [];
    return this.answer(
      this.domains.find(({ pool }) => pool.domain === prefix),
      { ...request, target: rest },
    );
  }

  private async answer(domain: Domain | undefined, request: LocalRequest): Promise<LocalAnswer> {
    const [path = "", ...query] = request.target.split("?");
    const parameters = new URLSearchParams(query.join("?"));
    const endpoint = `${request.method} ${path}`;
    if (domain && endpoint === "POST /oauth2/token")
      return readable(domain, request, await domain.token.answer(request));
    if (domain && endpoint === "GET /oauth2/authorize") return redirectToLogin(parameters);
    if (domain && endpoint === "GET /login") return domain.authorize.page(parameters);
    if (domain && endpoint === "POST /login") return domain.authorize.login(parameters, request);
    if (domain?.signedIn) {
      const own = this.signedInAt(domain, endpoint);
      if (own !== undefined) return domain.signedIn.answer(own.client, own.url, parameters);
    }
    return { status: 404, body: "this endpoint is not simulated here\n" };
  }

  /** The client whose page of this front door is being called. */
  private signedInAt({ pool }: Domain, endpoint: string) {
    for (const client of pool.clients) {
      const url = this.signedInUrl(pool, client);
      if (url !== undefined && endpoint === `GET /signed-in/${client.id}`) return { client, url };
    }
    return undefined;
  }
}

/** Cognito redirects to its sign-in page, with the query unchanged. */
function redirectToLogin(parameters: URLSearchParams): LocalAnswer {
  return { status: 302, headers: { location: `../login?${parameters}` }, body: "" };
}

/**
 * A single-page app exchanges its code by itself. Cognito lets every page read the answer. Here, any page in this
 * machine's browser could then get tokens, so only pages with a sign-in callback may read it.
 */
function readable({ origins }: Domain, request: LocalRequest, answer: LocalAnswer): LocalAnswer {
  const [origin = ""] = headerValues(request, "origin");
  const allowed = origins.has(origin) && { "access-control-allow-origin": origin };
  return { ...answer, headers: { ...answer.headers, ...allowed, "cache-control": "no-store", vary: "origin" } };
}

/** Only http and https origins. The origin of any other callback is `null`, which a sandboxed page has as well. */
function callbackOrigins({ clients }: UserPool): ReadonlySet<string> {
  const urls = clients.flatMap(({ callbackUrls, localCallbackUrls }) => [...callbackUrls, ...localCallbackUrls]);
  return new Set(urls.map((url) => new URL(url).origin).filter((origin) => origin !== "null"));
}

/** A call, as a shell command, for a user who signed in through a client. Undefined if there is none. */
type SignedInCall = (clientId: string, user: string) => string | undefined;

/**
 * The front door's own callback, one for each client that signs people in. It exchanges the code as an app would, and
 * shows the token's claims. It never shows the token.
 */
class SignedInPage {
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
class AuthorizeEndpoint {
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

/** The pages that a person sees while signing in. */
class SignInPages {
  private readonly hash: string;

  /** @param look style sheet that the front door's pages share */
  constructor(private readonly look: string) {
    this.hash = createHash("sha256").update(look).digest("base64");
  }

  /** Asks for a made-up user. Its form returns with the same query. */
  form(query: URLSearchParams, problem?: string): LocalAnswer {
    const warning = problem === undefined ? "" : `<p class="verdict no" role="alert">${escaped(problem)}</p>`;
    return this.page(
      problem === undefined ? 200 : 400,
      "Sign in",
      `${warning}<form method="post" action="login?${escaped(query.toString())}">
<label for="username">User name</label>
<input id="username" name="username" value="ann" maxlength="64" autocomplete="off" spellcheck="false" required autofocus aria-describedby="help">
<p class="hint" id="help">Any name works: users of the local user pool are made up and have no password.</p>
<button type="submit">Sign in</button>
</form>`,
    );
  }

  refused(error: string, reason: string, place: string, help = "", status = 400): LocalAnswer {
    return this.page(
      status,
      "Sign-in refused",
      `<p class="verdict no">${escaped(error)}: ${escaped(reason)}; ${escaped(place)}</p><p>${escaped(help)}</p>`,
    );
  }

  /** Where a sign-in ends if no app requested it. @param curl a call that the person may make, as a shell command */
  signedIn(claims: Readonly<Record<string, unknown>>, again: string, curl: string | undefined): LocalAnswer {
    const call =
      curl === undefined
        ? "<p>No route accepts a token of this client.</p>"
        : `<h2>Call the front door</h2>
<p>Paste this into a terminal in the project's folder:</p>
<pre tabindex="0">${escaped(curl)}</pre>`;
    const rows = Object.entries(claims).map(
      ([name, value]) =>
        `<tr><th scope="row">${escaped(name)}</th><td><code>${escaped(claimText(name, value))}</code></td></tr>`,
    );
    return this.page(
      200,
      `Signed in as ${escaped(String(claims.username ?? claims.sub))}`,
      `${call}
<h2>Claims in the access token</h2>
<table class="claims"><tbody>${rows.join("")}</tbody></table>
<p><a href="${escaped(again)}">Sign in as another user</a></p>`,
    );
  }

  private page(status: number, title: string, content: string): LocalAnswer {
    const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · local user pool</title>
<link rel="icon" href="data:,">
<style>${this.look}</style>
</head>
<body class="single">
<main class="card">
<p class="hint">Local user pool, in place of Amazon Cognito</p>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`;
    const headers = {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      // With `no-referrer`, browsers would send the form with `Origin: null`.
      "referrer-policy": "same-origin",
      // No script runs here, and no page may frame this one. A form's redirect goes to the callback.
      "content-security-policy": `default-src 'none'; style-src 'sha256-${this.hash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    };
    return { status, headers, body };
  }
}

const TIMES = ["exp", "iat", "auth_time"];

function claimText(name: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return TIMES.includes(name) ? `${text} (${new Date(Number(value) * 1000).toISOString()})` : text;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (found) => `&#${found.charCodeAt(0)};`);
}
