"use strict";
/**
 * Exchanges the AWS credentials in the environment for a Google ID token with Google's own library, and prints the
 * token, or the error code of the exchange. `packages/local-front-door/function/preload.cjs` connects it to the local clouds.
 */
const { createRequire } = require("node:module");

const { packages, audience, account, target, signsResource } = JSON.parse(process.env.SETTINGS);
const load = createRequire(`${packages}/package.json`);
const { AwsClient } = load("google-auth-library");
const { AwsRequestSigner } = load("google-auth-library/build/src/auth/awsrequestsigner.js");

/** Google recommends that the signature covers the resource, but its library adds the header afterwards. */
class SigningClient extends AwsClient {
  async retrieveSubjectToken() {
    const credentials = () => this.awsSecurityCredentialsSupplier.getAwsSecurityCredentials(this.supplierContext);
    this.region = await this.awsSecurityCredentialsSupplier.getAwsRegion(this.supplierContext);
    const signer = new AwsRequestSigner(credentials, this.region);
    const headers = { "x-goog-cloud-target-resource": this.audience };
    this.awsRequestSigner = { getRequestOptions: (options) => signer.getRequestOptions({ ...options, headers }) };
    return super.retrieveSubjectToken();
  }
}

async function main() {
  const Client = signsResource ? SigningClient : AwsClient;
  const client = new Client({
    type: "external_account",
    audience,
    subject_token_type: "urn:ietf:params:aws:token-type:aws4_request",
    token_url: "https://sts.googleapis.com/v1/token",
    credential_source: {
      environment_id: "aws1",
      regional_cred_verification_url: "https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15",
    },
  });
  const url = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${account}:generateIdToken`;
  const { data } = await client.request({ url, method: "POST", data: { audience: target, includeEmail: true } });
  console.log(data.token);
}

main().catch((error) => {
  // The library has the code of the exchange's error only in its message.
  console.log(/^Error code (\w+)/.exec(error.message)?.[1] ?? error.response?.status ?? error.message);
  process.exitCode = 1;
});
