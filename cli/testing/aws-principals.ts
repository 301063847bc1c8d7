import {
  AWS_IAM_LIFE_SECONDS,
  awsIamToken,
  BINDING_HEADERS,
  SIGNED_HEADERS,
  stsHost,
} from "../../contract/aws-iam-token";
import type { AuthorizerPolicy } from "../../contract/policy-file";

/** Host name that the calls are sent to. */
export const TEST_HOST = "front-door.example.com";

export interface TestPrincipals {
  /** What AWS STS answers about a principal, by access key id. */
  readonly principals: Readonly<Record<string, { readonly arn: string; readonly userId: string }>>;
  /** By the caller's name. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** Tokens of the policy's AWS principals. Not signed, because a stand-in plays AWS STS, which alone checks signatures. */
export function awsPrincipals({ issuers, aws }: AuthorizerPolicy): TestPrincipals {
  const callers = issuers.flatMap((issuer) =>
    issuer.kind === "aws-iam" ? issuer.subjects.map((each) => ({ ...issuer, ...each })) : [],
  );
  const known = callers.map((caller, index) => ({ ...caller, key: `ASIA${String(index).padStart(16, "0")}` }));
  return {
    principals: Object.fromEntries(
      known.map(({ key, subject, uniqueId = "AROATEST" }) => [key, { arn: sessionOf(subject), userId: uniqueId }]),
    ),
    tokens: new Map(known.map(({ id, subject, door, key }) => [`${id}/${subject}`, tokenOf(key, door, aws.region)])),
  };
}

function tokenOf(key: string, door: string, region: string): string {
  const now = new Date();
  const date = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${date.slice(0, 8)}/${region}/sts/aws4_request`;
  const signed = [...SIGNED_HEADERS].sort().join(";");
  return awsIamToken({
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${signed}, Signature=${"0".repeat(64)}`,
    host: stsHost(region),
    "x-amz-date": date,
    [BINDING_HEADERS.host]: TEST_HOST,
    [BINDING_HEADERS.name]: door,
    [BINDING_HEADERS.expires]: String(Math.floor(now.getTime() / 1000) + AWS_IAM_LIFE_SECONDS - 1),
  });
}

/** The ARN that `GetCallerIdentity` returns: a role's session, or the user itself. */
function sessionOf(arn: string): string {
  return arn.replace(/^arn:aws:iam::(\d+):role\/(.*)$/, "arn:aws:sts::$1:assumed-role/$2/test");
}
