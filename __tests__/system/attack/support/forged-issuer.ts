import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject, sign } from "node:crypto";
import type { LocalHost } from "../../../../packages/local-front-door/net/local-http";
import { json } from "../../../../packages/local-front-door/net/local-http";
import { detached, nextRsaKey } from "../../../support/rsa-keys";
import type { Secrets } from "./secrets";

export type Claims = Readonly<Record<string, unknown>>;

export interface SigningPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** As a key set publishes it. */
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
  /** What its key set says. */
  published: readonly unknown[];
  /** What its discovery document says where its keys are. */
  jwksUri: string;
  /** Milliseconds since 1970; put forward and stopped together with the artefact's clock. */
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

  /** Good for an hour; claims and header fields replace the usual ones, `undefined` removes one. */
  token(claims: Claims, { header = {}, pair = this.pair }: { header?: Claims; pair?: SigningPair } = {}): string {
    const { kid, alg } = pair.jwk;
    const now = this.now();
    const payload = { iss: this.url, iat: now, exp: now + 3600, ...claims };
    return this.compact({ alg, kid, typ: "JWT", ...header }, payload, (input) =>
      sign("sha256", input, { key: pair.privateKey, dsaEncoding: "ieee-p1363" }),
    );
  }

  /** Any header, any payload (text is taken as it is), any signature. */
  compact(header: unknown, payload: unknown, signature: (input: Buffer) => Buffer): string {
    const part = (value: unknown) =>
      Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
    const input = `${part(header)}.${part(payload)}`;
    const token = `${input}.${signature(Buffer.from(input)).toString("base64url")}`;
    this.secrets.addToken(token);
    return token;
  }
}
