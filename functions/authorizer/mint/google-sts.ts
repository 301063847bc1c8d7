import { IDENTITY_REQUEST } from "../../../contract/aws-iam-token";
import { unavailable } from "../request/outcome";
import type { MintBudget } from "./budget";
import { type AwsCredentials, signedRequest } from "./signed-request";

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
    // Not JSON, or not a JSON object: handled like a wrong response.
  }
  throw unavailable("token-exchange");
}

/** A signed request in the form that Google expects. Google sends it to AWS, to learn who signed it. */
export interface SerializedRequest {
  readonly url: string;
  readonly method: "POST";
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

/**
 * A signed `GetCallerIdentity` that only one provider accepts: a signed header contains the provider's name.
 * https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds
 *
 * @param providerResource `//iam.googleapis.com/projects/…/providers/…`
 */
export function signedCallerIdentity(
  credentials: AwsCredentials,
  region: string,
  providerResource: string,
): SerializedRequest {
  const query = IDENTITY_REQUEST.body;
  const given = { "x-goog-cloud-target-resource": providerResource };
  const { host, url, headers } = signedRequest({ region, query, headers: given, body: "" }, credentials);
  const all = Object.entries({ host, ...headers });
  return { url, method: "POST", headers: all.map(([key, value]) => ({ key, value })) };
}
