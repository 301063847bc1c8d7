import { unauthenticated } from "./outcome";

/** Signature algorithms the authorizer accepts: those that Cognito, Okta, Google, GitHub and AWS sign with. */
export type Algorithm = "RS256" | "ES256";

/** Longest `kid` worth looking up, in characters: real ones have 20 to 64. */
const KID_CHARACTERS = 256;

/** What a token claims of itself before anything is verified: good for choosing issuer and key, and for nothing else. */
export interface UnverifiedToken {
  readonly raw: string;
  readonly alg: Algorithm;
  readonly kid: string;
  readonly iss: string;
}

/** Everything that can be refused without a key. `raw` has the shape that `bearerToken` checked. */
export function readUnverified(raw: string): UnverifiedToken {
  const [headerPart = "", payloadPart = ""] = raw.split(".");
  const header = jsonObject(headerPart);
  const payload = jsonObject(payloadPart);
  const { alg, kid } = header;
  if (alg !== "RS256" && alg !== "ES256") throw unauthenticated("token-algorithm");
  if (typeof kid !== "string" || kid === "" || kid.length > KID_CHARACTERS) {
    throw unauthenticated("token-shape");
  }
  // RFC 7515, 4.1.11: whoever does not understand a critical extension must refuse. We understand none.
  if ("crit" in header) throw unauthenticated("token-shape");
  if (typeof payload.iss !== "string") throw unauthenticated("issuer-unknown");
  return { raw, alg, kid, iss: payload.iss };
}

function jsonObject(part: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unauthenticated("token-shape");
  }
  return value as Record<string, unknown>;
}
