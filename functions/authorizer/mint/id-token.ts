import type { PolicyService } from "../../../contract/policy-file";
import { unavailable } from "../request/outcome";
import { isCompactJws } from "../token/bearer";
import { nowSeconds } from "../token/clock";
import type { MintBudget } from "./budget";

export interface IdToken {
  readonly token: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

export const ACCOUNTS_URL = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts";

/** Google's ID tokens live one hour. A longer life is capped at that. */
const LONGEST_LIFE_SECONDS = 3600;

/**
 * In bytes; real ones have 900. The token is sent as a header, and API Gateway accepts 10,240 bytes of headers in all.
 */
const ID_TOKEN_BYTES = 4096;

/**
 * An ID token of the service's invoker account, whose audience is that service only.
 * https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken
 */
export async function generateIdToken(
  budget: MintBudget,
  accessToken: string,
  { serviceAccount, audience }: PolicyService,
): Promise<IdToken> {
  const reply = await budget.fetch("id-token", {
    method: "POST",
    url: `${ACCOUNTS_URL}/${encodeURIComponent(serviceAccount)}:generateIdToken`,
    headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
    body: JSON.stringify({ audience, includeEmail: true }),
  });
  return readIdToken(reply, serviceAccount, audience);
}

/**
 * Checks the token's purpose, not its signature: it came from Google over TLS, and Cloud Run verifies it. A token for
 * another purpose must not be cached or sent to a service.
 */
function readIdToken(reply: string, serviceAccount: string, audience: string): IdToken {
  try {
    const { token } = JSON.parse(reply) as Record<string, unknown>;
    if (typeof token === "string" && token.length <= ID_TOKEN_BYTES && isCompactJws(token)) {
      const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8");
      const { aud, email, exp } = JSON.parse(payload) as Record<string, unknown>;
      if (aud === audience && email === serviceAccount && typeof exp === "number") {
        return { token, expiresAt: Math.min(exp, nowSeconds() + LONGEST_LIFE_SECONDS) };
      }
    }
  } catch {
    // Not JSON, or not a JSON object: handled like a wrong response.
  }
  throw unavailable("id-token");
}
