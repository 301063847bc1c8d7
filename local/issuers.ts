import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { OAuth2Issuer, OAuth2Service } from "oauth2-mock-server";
import type { LocalFunction } from "./function";
import type { LocalAnswer, LocalHost, LocalRequest } from "./local-http";

export interface IssuerDeclaration {
  /** Id in the authorizer's policy. */
  readonly id: string;
  readonly kind: "cognito" | "oidc";
  readonly url: string;
}

/** The issuers in the policy that the functions' archives carry, as far as the functions' environment names them. */
export function issuersOf(functions: readonly LocalFunction[]): readonly IssuerDeclaration[] {
  const found = new Map<string, IssuerDeclaration>();
  for (const each of functions) {
    const { issuers } = JSON.parse(each.file("authorizer-policy.json")) as { issuers: readonly PolicyIssuer[] };
    for (const { id, kind, issuer, issuerFrom = "" } of issuers) {
      const url = issuer ?? each.variables[issuerFrom];
      if (url !== undefined) found.set(id, { id, kind, url });
    }
  }
  return [...found.values()];
}

/** What matters here of the contract between synthesis and function. */
interface PolicyIssuer {
  readonly id: string;
  readonly kind: "cognito" | "oidc";
  readonly issuer?: string;
  readonly issuerFrom?: string;
}

type Claims = Readonly<Record<string, unknown>>;

/** A token issuer of the policy, at its real URL: a maintained mock OIDC server behind the local TLS server. */
export class LocalIssuer {
  private constructor(
    readonly declaration: IssuerDeclaration,
    private readonly issuer: OAuth2Issuer,
    private readonly server: Server,
  ) {}

  static async start(declaration: IssuerDeclaration): Promise<LocalIssuer> {
    const issuer = new OAuth2Issuer();
    issuer.url = declaration.url;
    await issuer.keys.generate("RS256");
    // Cognito's keys lie at a fixed place; where others' lie, only their discovery document says (Okta's: /v1/keys).
    const jwks = declaration.kind === "cognito" ? "/.well-known/jwks.json" : "/v1/keys";
    const server = createServer(new OAuth2Service(issuer, { jwks }).requestHandler);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new LocalIssuer(declaration, issuer, server);
  }

  get host(): string {
    return new URL(this.declaration.url).host;
  }

  /** Signs a token with these claims beside `iss`, `iat`, `nbf` and `exp` (an hour); `undefined` removes one. */
  token(claims: Claims): Promise<string> {
    return this.issuer.buildToken({ scopesOrTransform: (_, payload) => Object.assign(payload, claims) });
  }

  /** The mock server serves at its root alone: the issuer's own path is taken off here. */
  readonly handle: LocalHost = async (request) => {
    const { pathname } = new URL(this.declaration.url);
    const prefix = pathname.replace(/\/$/, "");
    if (!request.target.startsWith(`${prefix}/`)) return { status: 404, body: "" };
    return this.forward({ ...request, target: request.target.slice(prefix.length) });
  };

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async forward({ method, target, body }: LocalRequest): Promise<LocalAnswer> {
    const { port } = this.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${target}`, {
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
  /** A user's id; without it the token is a client's own, from client_credentials. */
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

/** Claims of a token of `sts:GetWebIdentityToken`: who the AWS role is, and for whom; it has no scopes. */
export function awsRoleClaims(parts: { readonly roleArn: string; readonly audience: string }): Claims {
  return { sub: parts.roleArn, aud: parts.audience, nbf: undefined };
}
