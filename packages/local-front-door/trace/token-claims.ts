/** A token longer than this is no token of anybody here. */
const MOST_CHARACTERS = 16_384;

/**
 * What the bearer token of an `Authorization` value says, unverified: for people to read, never to decide by. The claims
 * alone, without the signature; undefined where it is no JWT.
 */
export function presentedClaims(authorization: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const [, payload] = /^bearer [\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization ?? "") ?? [];
  if (payload === undefined || payload.length > MOST_CHARACTERS) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined;
  } catch {
    return undefined;
  }
}
