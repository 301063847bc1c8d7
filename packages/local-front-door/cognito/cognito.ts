import { randomUUID } from "node:crypto";
import { headerValues, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { LocalNames } from "../net/local-names";
import { LocalServer } from "../net/local-server";
import type { PortChoice } from "../net/loopback";
import { presentedClaims } from "../trace/request-log";
import { asPartOf, type LocalTrace } from "../trace/trace";
import type { AppClient } from "./app-client";
import { AuthorizationCodes } from "./authorization-codes";
import { AuthorizeEndpoint } from "./authorize-endpoint";
import type { UserPool } from "./pool";
import { SignInPages } from "./sign-in-pages";
import { TokenEndpoint } from "./token-endpoint";

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
