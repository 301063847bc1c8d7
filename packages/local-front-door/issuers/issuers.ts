import { createServer, type Server } from "node:http";
import { OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";
import { withPathClaims } from "../../../contract/route-access";
import type { LocalAnswer, LocalHost, LocalRequest } from "../net/local-http";
import { listenOnLoopback, stopListening } from "../net/loopback";
import type { TrustedIssuer } from "./trusted-issuers";

/** Properties of an issuer that its stand-in needs. */
export type IssuerDeclaration = Pick<TrustedIssuer, "id" | "kind" | "url" | "keysUrl" | "compared">;

type Claims = Readonly<Record<string, unknown>>;

/** Path below the mock server's root. */
const JWKS = "/jwks";
const DISCOVERY = "/.well-known/openid-configuration";

/** A token issuer of the policy, at its real URL: a maintained mock OIDC server behind the local TLS server. */
export class LocalIssuer {
  private readonly issuer = new OAuth2Issuer();
  /** Made when the issuer opens, because reading a stack needs none. */
  private server: Server | undefined;
  private port = 0;

  constructor(readonly declaration: IssuerDeclaration) {
    this.issuer.url = declaration.url;
  }

  static async start(declaration: IssuerDeclaration): Promise<LocalIssuer> {
    const issuer = new LocalIssuer(declaration);
    await issuer.open();
    return issuer;
  }

  /** Makes its key and takes a port. */
  async open(): Promise<void> {
    await this.makeKey();
    this.server = createServer(new OAuth2Service(this.issuer, { jwks: JWKS }).requestHandler);
    this.port = await listenOnLoopback(this.server);
  }

  /** Everything that code which only uses tokens needs. */
  async makeKey(): Promise<void> {
    await this.issuer.keys.generate("RS256");
  }

  /**
   * Names of the issuer's host, and of its keys' host if that differs. One local port stands in for all of their ports.
   */
  get hosts(): readonly string[] {
    return [...new Set([new URL(this.declaration.url).hostname, this.keys.hostname])];
  }

  /**
   * Cognito's keys have a fixed path. For other issuers, the party that trusts them gives it; the default is Okta's.
   */
  private get keys(): URL {
    const { kind, keysUrl, url } = this.declaration;
    const base = url.replace(/\/$/, "");
    if (kind === "cognito") return new URL(`${base}/.well-known/jwks.json`);
    return new URL(keysUrl ?? `${base}/v1/keys`);
  }

  /**
   * Signs a token with these claims in addition to `iss`, `iat`, `nbf` and `exp` (an hour), and the claims that routes
   * compare with their paths; `undefined` removes one.
   */
  token(given: Claims): Promise<string> {
    const claims = withPathClaims(given, this.declaration.compared ?? []);
    return this.issuer.buildToken({ scopesOrTransform: (_, payload) => Object.assign(payload, claims) });
  }

  /** Removes the paths of the issuer and of its keys, because the mock server serves only at its root. */
  readonly handle: LocalHost = async (request) => {
    const { keys } = this;
    if (request.host === keys.hostname && request.target === keys.pathname)
      return this.forward({ ...request, target: JWKS });
    const { hostname, pathname } = new URL(this.declaration.url);
    const prefix = pathname.replace(/\/$/, "");
    const target = request.target.slice(prefix.length);
    if (request.host !== hostname || !request.target.startsWith(`${prefix}/`) || target === JWKS) {
      return { status: 404, body: "" };
    }
    const answer = await this.forward({ ...request, target });
    if (target !== DISCOVERY) return answer;
    return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), jwks_uri: keys.href }) };
  };

  async stop(): Promise<void> {
    if (this.server !== undefined) await stopListening(this.server);
  }

  private async forward({ method, target, body }: LocalRequest): Promise<LocalAnswer> {
    const response = await fetch(`http://127.0.0.1:${this.port}${target}`, {
      method,
      ...(method === "POST" && { body, headers: { "content-type": "application/x-www-form-urlencoded" } }),
    });
    return {
      status: response.status,
      headers: { "content-type": response.headers.get("content-type") ?? "text/plain" },
      body: await response.text(),
    };
  }
}

/** Claims of a Cognito access token. https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
export function cognitoClaims(parts: {
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** A user's id. Without one, the token is the client's own, from client_credentials. */
  readonly subject?: string;
}): Claims {
  return {
    sub: parts.subject ?? parts.clientId,
    client_id: parts.clientId,
    token_use: "access",
    scope: parts.scopes.join(" "),
    version: 2,
    nbf: undefined,
  };
}

/** Claims of an access token of an Okta custom authorization server. https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ */
export function oktaClaims(parts: {
  readonly clientId: string;
  readonly audience: string;
  readonly scopes: readonly string[];
  readonly subject: string;
}): Claims {
  const { clientId, audience, scopes, subject } = parts;
  return { sub: subject, uid: "00u1example", cid: clientId, aud: audience, scp: [...scopes], ver: 1, nbf: undefined };
}

/** Claims of a token of `sts:GetWebIdentityToken`: the AWS role and the audience. It has no scopes. */
export function awsRoleClaims(parts: { readonly roleArn: string; readonly audience: string }): Claims {
  return { sub: parts.roleArn, aud: parts.audience, nbf: undefined };
}

/** Two issuers may share a host, as all user pools of a region do. */
export function issuerHosts(issuers: readonly LocalIssuer[]): ReadonlyMap<string, LocalHost> {
  const hosts = new Set(issuers.flatMap((issuer) => issuer.hosts));
  return new Map(
    [...hosts].map((host) => {
      const there = issuers.filter((issuer) => issuer.hosts.includes(host));
      const ask: LocalHost = async (request) => {
        for (const { handle } of there) {
          const answer = await handle(request);
          if (answer.status !== 404) return answer;
        }
        return { status: 404, body: "" };
      };
      return [host, ask] as const;
    }),
  );
}
