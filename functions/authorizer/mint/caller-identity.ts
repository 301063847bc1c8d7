import { type AwsCredentials, signedRequest } from "./signed-request";

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
  const query = "Action=GetCallerIdentity&Version=2011-06-15";
  const given = { "x-goog-cloud-target-resource": providerResource };
  const { host, url, headers } = signedRequest({ region, query, headers: given, body: "" }, credentials);
  const all = Object.entries({ host, ...headers });
  return { url, method: "POST", headers: all.map(([key, value]) => ({ key, value })) };
}
