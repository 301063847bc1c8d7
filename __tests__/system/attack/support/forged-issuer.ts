import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import type { LocalHost } from "../../../../packages/local-front-door/net/local-http";
import { json } from "../../../../packages/local-front-door/net/local-http";
import { detached, nextRsaKey } from "../../../support/rsa-keys";
import type { Secrets } from "./secrets";

export type Claims = Readonly<Record<string, unknown>>;

export interface SigningPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The key in the form of a key set. */
  readonly jwk: JsonWebKey & { readonly kid: string; readonly alg: "RS256" | "ES256" };
}

export async function signingPair(kid: string, alg: "RS256" | "ES256" = "RS256"): Promise<SigningPair> {
  const privateKey =
    alg === "RS256" ? await nextRsaKey() : detached(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" } };
}

/** An issuer of the policy whose every part can be wrong: its keys, its documents, its tokens. */
export class ForgedIssuer {
  /** The keys in its key set. */
  published: readonly unknown[];
  /** The key URL in its discovery document. */
  jwksUri: string;
  /** Milliseconds since 1970; advanced and stopped together with the artefact's clock. */
  clock: () => number = Date.now;

  constructor(
    readonly url: string,
    readonly pair: SigningPair,
    private readonly secrets: Secrets,
  ) {
    this.published = [pair.jwk];
    this.jwksUri = `${url}/v1/keys`;
    secrets.add(String(pair.privateKey.export({ format: "jwk" }).d));
  }

  get host(): string {
    return new URL(this.url).host;
  }

  readonly handle: LocalHost = async ({ target }) => {
    const url = `https://${this.host}${target}`;
    if (url === `${this.url}/.well-known/openid-configuration`) {
      return json(200, { issuer: this.url, jwks_uri: this.jwksUri });
    }
    const places = [`${this.url}/.well-known/jwks.json`, `${this.url}/v1/keys`];
    return places.includes(url) ? json(200, { keys: this.published }) : { status: 404, body: "" };
  };

  now(): number {
    return Math.floor(this.clock() / 1000);
  }

  /**
   * Signs a token that is valid for an hour; claims and header fields replace the usual ones, `undefined` removes one.
   */
  token(claims: Claims, { header = {}, pair = this.pair }: { header?: Claims; pair?: SigningPair } = {}): string {
    const { kid, alg } = pair.jwk;
    const now = this.now();
    const payload = { iss: this.url, iat: now, exp: now + 3600, ...claims };
    return this.compact({ alg, kid, typ: "JWT", ...header }, payload, (input) =>
      sign("sha256", input, { key: pair.privateKey, dsaEncoding: "ieee-p1363" }),
    );
  }

  /** Makes a token of any header, payload (strings are used unchanged) and signature. */
  compact(header: unknown, payload: unknown, signature: (input: Buffer) => Buffer): string {
    const part = (value: unknown) =>
      Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
    const input = `${part(header)}.${part(payload)}`;
    const token = `${input}.${signature(Buffer.from(input)).toString("base64url")}`;
    this.secrets.addToken(token);
    return token;
  }
}
