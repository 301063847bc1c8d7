import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import {
  AWS_IAM_LIFE_SECONDS,
  awsIamToken,
  BINDING_HEADERS,
  IDENTITY_REQUEST,
  SIGNED_HEADERS,
  stsHost,
} from "../../contract/aws-iam-token";
import { type AuthorizerPolicy, POLICY_FILE } from "../../contract/policy-file";
import type { AwsSts } from "./aws/sts";
import type { AwsSessionCredentials } from "./aws/sts-documents";
import type { DeclaredCaller } from "./callers";
import type { LocalFunction } from "./function/function";

/**
 * Returns the AWS principals that a function's policy names, with credentials of the local AWS STS.
 *
 * @param host host name that they send their requests to
 */
export function awsCallers(
  functions: readonly Pick<LocalFunction, "file">[],
  sts: Pick<AwsSts, "outsideCredentials">,
  host: () => string,
): readonly DeclaredCaller[] {
  const found = new Map<string, DeclaredCaller>();
  for (const each of functions) {
    const text = each.file(POLICY_FILE);
    const policy = text === undefined ? undefined : (JSON.parse(text) as AuthorizerPolicy);
    for (const issuer of policy?.issuers ?? []) {
      if (issuer.kind !== "aws-iam") continue;
      const region = policy?.aws.region ?? "";
      for (const { subject, uniqueId } of issuer.subjects) {
        const name = `${issuer.id}/${subject}`;
        const token = () =>
          signed(sts.outsideCredentials(subject, uniqueId), { region, door: issuer.door, host: host() });
        found.set(name, { name, kind: "aws", token });
      }
    }
  }
  return [...found.values()];
}

interface Door {
  readonly region: string;
  readonly door: string;
  readonly host: string;
}

/** Signs the request with AWS's own library, as a caller does. */
async function signed(credentials: AwsSessionCredentials, { region, door, host }: Door): Promise<string> {
  const signingDate = new Date();
  const expires = Math.floor(signingDate.getTime() / 1000) + AWS_IAM_LIFE_SECONDS;
  const signer = new SignatureV4({ credentials, region, service: "sts", sha256: Sha256, applyChecksum: false });
  const { headers } = await signer.sign(
    {
      method: IDENTITY_REQUEST.method,
      protocol: "https:",
      hostname: stsHost(region),
      path: IDENTITY_REQUEST.path,
      headers: {
        host: stsHost(region),
        "content-type": IDENTITY_REQUEST.contentType,
        [BINDING_HEADERS.host]: host,
        [BINDING_HEADERS.name]: door,
        [BINDING_HEADERS.expires]: String(expires),
      },
      body: IDENTITY_REQUEST.body,
    },
    { signingDate, signableHeaders: new Set(SIGNED_HEADERS) },
  );
  return awsIamToken(headers);
}
