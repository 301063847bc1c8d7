import { AwsV4Signer } from "aws4fetch";
import type { AwsCredentials } from "./assume-role";

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
export async function signedCallerIdentity(
  credentials: AwsCredentials,
  region: string,
  providerResource: string,
): Promise<SerializedRequest> {
  const signer = new AwsV4Signer({
    ...credentials,
    method: "POST",
    url: `https://sts.${region}.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15`,
    service: "sts",
    region,
    headers: { "x-goog-cloud-target-resource": providerResource },
  });
  const { url, headers } = await signer.sign();
  // `host` is signed, yet no header that a `Headers` object holds.
  const all: [string, string][] = [["host", url.host], ...headers];
  return { url: url.href, method: "POST", headers: all.map(([key, value]) => ({ key, value })) };
}
