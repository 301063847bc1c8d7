import { unavailable } from "../request/outcome";
import type { MintBudget } from "./budget";
import type { SerializedRequest } from "./caller-identity";

export const EXCHANGE_URL = "https://sts.googleapis.com/v1/token";
const ACCESS_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:access_token";

/** The scope that a federated token needs to call `generateIdToken`; narrower than `cloud-platform`. */
const SCOPE = "https://www.googleapis.com/auth/iam";

/** Characters that a header may contain. */
const OPAQUE_TOKEN = /^[\x21-\x7e]{1,16384}$/;

/**
 * Google's access token for the AWS role that signed the request.
 * https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 */
export async function exchangeForGoogle(
  budget: MintBudget,
  callerIdentity: SerializedRequest,
  providerResource: string,
): Promise<string> {
  const body = JSON.stringify({
    audience: providerResource,
    grantType: "urn:ietf:params:oauth:grant-type:token-exchange",
    requestedTokenType: ACCESS_TOKEN_TYPE,
    scope: SCOPE,
    subjectTokenType: "urn:ietf:params:aws:token-type:aws4_request",
    subjectToken: encodeURIComponent(JSON.stringify(callerIdentity)),
  });
  const headers = { "content-type": "application/json" };
  const reply = await budget.fetch("token-exchange", { method: "POST", url: EXCHANGE_URL, headers, body });
  return readAccessToken(reply);
}

function readAccessToken(reply: string): string {
  try {
    const { access_token, issued_token_type, token_type } = JSON.parse(reply) as Record<string, unknown>;
    if (
      typeof access_token === "string" &&
      OPAQUE_TOKEN.test(access_token) &&
      issued_token_type === ACCESS_TOKEN_TYPE &&
      token_type === "Bearer"
    ) {
      return access_token;
    }
  } catch {
    // Not JSON, or JSON that is no object: as useless as a wrong answer.
  }
  throw unavailable("token-exchange");
}
