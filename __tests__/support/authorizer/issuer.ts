import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import type { HttpsCall, HttpsRequest } from "../../../functions/authorizer/request/https-call";
import { keepRsaKeys } from "../rsa-keys";

keepRsaKeys();

type Claims = Record<string, unknown>;

/** An issuer with one key. jose signs its tokens, so no code of the authorizer is involved. */
export class TestIssuer {
  private constructor(
    readonly url: string,
    readonly kid: string,
    private readonly alg: "RS256" | "ES256",
    private readonly privateKey: CryptoKey,
    readonly jwk: JWK,
  ) {}

  static async create(url: string, kid = "key-1", alg: "RS256" | "ES256" = "RS256"): Promise<TestIssuer> {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
    return new TestIssuer(url, kid, alg, privateKey, jwk);
  }

  /**
   * Signs a token that is valid for an hour; claims and header fields replace the usual ones, `undefined` removes one.
   */
  token(claims: Claims, header: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, iat: now, exp: now + 3600, ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: this.alg, kid: this.kid, ...header } as { alg: string })
      .sign(this.privateKey);
  }
}

/** A cloud that serves documents by URL. Any other URL gets a 404, unlike an unreachable host. */
export function documents(byUrl: Record<string, unknown>): { call: HttpsCall; requests: HttpsRequest[] } {
  const requests: HttpsRequest[] = [];
  const call: HttpsCall = async (request) => {
    requests.push(request);
    const found = byUrl[request.url];
    if (found === undefined) return { status: 404, body: "" };
    return { status: 200, body: typeof found === "string" ? found : JSON.stringify(found) };
  };
  return { call, requests };
}

/** Documents of a Cognito pool. */
export function cognitoDocuments(...issuers: readonly TestIssuer[]): Record<string, unknown> {
  return { [`${issuers[0]?.url}/.well-known/jwks.json`]: { keys: issuers.map(({ jwk }) => jwk) } };
}

/** Documents of any other issuer: only the discovery document states where its keys are. */
export function oidcDocuments(...issuers: readonly TestIssuer[]): Record<string, unknown> {
  const url = issuers[0]?.url;
  return {
    [`${url}/.well-known/openid-configuration`]: { issuer: url, jwks_uri: `${url}/v1/keys` },
    [`${url}/v1/keys`]: { keys: issuers.map(({ jwk }) => jwk) },
  };
}
