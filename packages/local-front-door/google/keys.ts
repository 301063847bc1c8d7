import { type GenerateKeyPairResult, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";

const GOOGLE_ISSUER = "https://accounts.google.com";

const KID = "google-local-1";

/** Limit of the cache. A stack has few services, each with one token an hour. */
const MOST_VERIFIED = 1000;

interface Verified {
  readonly claims: JWTPayload;
  /** The period in which the token's times are valid, in milliseconds. Outside it, the token is verified again. */
  readonly since: number;
  readonly until: number;
}

/** Google's signing key for ID tokens of service accounts. New at every start. */
export class GoogleKeys {
  /** By the whole token: the gateway sends the same one for an hour, and its signature does not change. */
  private readonly verified = new Map<string, Verified>();

  private pair: Promise<GenerateKeyPairResult> | undefined;

  static async create(): Promise<GoogleKeys> {
    const keys = new GoogleKeys();
    await keys.make();
    return keys;
  }

  /** Makes the key, which takes a moment. Calls that need the key wait for it. */
  make(): Promise<GenerateKeyPairResult> {
    this.pair ??= generateKeyPair("RS256");
    return this.pair;
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { privateKey } = await this.make();
    return new SignJWT({ iss: GOOGLE_ISSUER, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: KID, typ: "JWT" })
      .sign(privateKey);
  }

  /** The claims of a token that was verified before and is still valid; undefined for any other. */
  known(token: string, now: number): JWTPayload | undefined {
    const known = this.verified.get(token);
    return known !== undefined && known.since <= now && now < known.until ? known.claims : undefined;
  }

  /** The claims of a token that this key signed and that is valid at the given time; rejects any other. */
  async verify(token: string, now: number): Promise<JWTPayload> {
    const known = this.known(token, now);
    if (known !== undefined) return known;
    const { publicKey } = await this.make();
    const { payload } = await jwtVerify(token, publicKey, {
      issuer: GOOGLE_ISSUER,
      algorithms: ["RS256"],
      requiredClaims: ["aud", "exp", "email"],
      currentDate: new Date(now),
    });
    if (this.verified.size >= MOST_VERIFIED) this.verified.clear();
    this.verified.set(token, { claims: payload, since: now, until: Number(payload.exp) * 1000 });
    return payload;
  }
}
