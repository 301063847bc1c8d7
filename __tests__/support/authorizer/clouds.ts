import type { HttpsCall, HttpsRequest, HttpsResponse } from "../../../functions/authorizer/request/https-call";
import { ORDERS } from "./policy";

export const INVOKER = {
  accessKeyId: "ASIAINVOKERINVOKER00",
  secretAccessKey: "invoker/secret+invoker/secret+invoker/00",
  sessionToken: "InvokerSessionToken/+==",
};

/** The reply in AWS's documentation of AssumeRole, with our values. */
export function assumeRoleReply(values: Partial<typeof INVOKER> & { expiration?: string } = {}): string {
  const { accessKeyId, secretAccessKey, sessionToken } = { ...INVOKER, ...values };
  const expiration = values.expiration ?? new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
  <SourceIdentity>Alice</SourceIdentity>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::111122223333:assumed-role/shop-dev-orders/callers.orders</Arn>
      <AssumedRoleId>ARO123EXAMPLE123:callers.orders</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>
       ${sessionToken}
      </SessionToken>
      <Expiration>${expiration}</Expiration>
    </Credentials>
    <PackedPolicySize>8</PackedPolicySize>
  </AssumeRoleResult>
  <ResponseMetadata>
    <RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId>
  </ResponseMetadata>
</AssumeRoleResponse>`;
}

/** One time for a whole test file, because tokens from different seconds would differ. */
const IN_AN_HOUR = Math.floor(Date.now() / 1000) + 3600;

/** An ID token as Google mints it, with a signature that is not checked here. */
export function googleIdToken(claims: Record<string, unknown> = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const payload = {
    iss: "https://accounts.google.com",
    aud: ORDERS.audience,
    email: ORDERS.serviceAccount,
    exp: IN_AN_HOUR,
    ...claims,
  };
  return `${part({ alg: "RS256", kid: "google", typ: "JWT" })}.${part(payload)}.c2lnbmF0dXJl`;
}

export const EXCHANGE_REPLY = {
  access_token: "ya29.d.federated-token",
  issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
  token_type: "Bearer",
  expires_in: 3599,
};

const ok = (body: unknown): HttpsResponse => ({
  status: 200,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

type Answer = (request: HttpsRequest) => HttpsResponse | Promise<HttpsResponse>;

/** Both clouds with successful answers; any host's answer can be replaced. */
export function clouds(replaced: { aws?: Answer; sts?: Answer; iam?: Answer } = {}) {
  const requests: HttpsRequest[] = [];
  const call: HttpsCall = async (request) => {
    requests.push(request);
    const { host } = new URL(request.url);
    if (host === "sts.eu-west-1.amazonaws.com") return (replaced.aws ?? (() => ok(assumeRoleReply())))(request);
    if (host === "sts.googleapis.com") return (replaced.sts ?? (() => ok(EXCHANGE_REPLY)))(request);
    if (host === "iamcredentials.googleapis.com") {
      return (replaced.iam ?? (() => ok({ token: googleIdToken() })))(request);
    }
    throw new Error(`unexpected host ${host}`);
  };
  return { call, requests, hosts: () => requests.map(({ url }) => new URL(url).host) };
}
