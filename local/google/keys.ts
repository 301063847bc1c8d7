import { type CryptoKey, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";

export const GOOGLE_ISSUER = "https://accounts.google.com";

const KID = "google-local-1";

/** Google's signing key, as far as ID tokens of service accounts go. Made anew at every start. */
export class GoogleKeys {
  private constructor(
    private readonly privateKey: CryptoKey,
    private readonly publicKey: CryptoKey,
  ) {}

  static async create(): Promise<GoogleKeys> {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    return new GoogleKeys(privateKey, publicKey);
  }

  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT({ iss: GOOGLE_ISSUER, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: KID, typ: "JWT" })
      .sign(this.privateKey);
  }

  /** The claims of a token this key signed that is valid at the given time; rejects for any other. */
  async verify(token: string, now: number): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, this.publicKey, {
      issuer: GOOGLE_ISSUER,
      algorithms: ["RS256"],
      requiredClaims: ["aud", "exp", "email"],
      currentDate: new Date(now),
    });
    return payload;
  }
}
