import { createHmac } from "node:crypto";
import { SESSION_TOKEN_HEADER, stsHost } from "../../../contract/aws-iam-token";
import { sha256 } from "../request/sha256";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A POST to AWS STS in a region. */
export interface StsRequest {
  readonly region: string;
  /** Canonical already: names sorted, nothing to encode. */
  readonly query: string;
  /** Lower-case names. All of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SignedRequest {
  readonly host: string;
  readonly url: string;
  /** Without `host`, which is also signed, because every HTTP client sets it. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * AWS Signature Version 4 of the two requests that this function signs. A signing library took a fifth of the bundle.
 * It also loaded Node's `fetch`, which took 15 ms of an instance's first decision (ADR 0033).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedRequest(
  { region, query, headers, body }: StsRequest,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
): SignedRequest {
  const host = stsHost(region);
  // `20261128T014200Z`.
  const time = new Date().toISOString().replace(/[:-]|\.\d+/g, "");
  const sent = { ...headers, "x-amz-date": time, [SESSION_TOKEN_HEADER]: sessionToken };
  const all = Object.entries({ ...sent, host }).sort(([one], [other]) => (one < other ? -1 : 1));
  const names = all.map(([name]) => name).join(";");
  const lines = all.map(([name, value]) => `${name}:${value}`);
  const canonical = ["POST", "/", query, ...lines, "", names, sha256(body)].join("\n");
  const scope = [time.slice(0, 8), region, "sts", "aws4_request"];
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), sha256(canonical)].join("\n");
  const key = scope.reduce<string | Buffer>((made, part) => hmac(made, part).digest(), `AWS4${secretAccessKey}`);
  const credential = `${accessKeyId}/${scope.join("/")}`;
  const signature = hmac(key, text).digest("hex");
  return {
    host,
    url: `https://${host}/${query && `?${query}`}`,
    headers: {
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
    },
  };
}

function hmac(key: string | Buffer, text: string) {
  return createHmac("sha256", key).update(text);
}
