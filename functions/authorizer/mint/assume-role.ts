import { IDENTITY_REQUEST } from "../../../contract/aws-iam-token";
import { elementsOf, unavailable } from "../request/outcome";
import type { Environment } from "../token/issuers";
import type { MintBudget } from "./budget";
import { type AwsCredentials, signedRequest } from "./signed-request";

export interface RoleSession {
  readonly region: string;
  /** ARN of the role to assume. */
  readonly role: string;
  /** `<function>.<service>`, 2-64 characters: it is in CloudTrail and, as part of the subject, in Google's audit logs. */
  readonly sessionName: string;
}

/** Role chaining allows one hour at most. The Google token that the session obtains lives as long. */
const SESSION_SECONDS = 3600;

/** The function's own credentials: Lambda replaces them in the environment, so they are read again for every mint. */
export function functionCredentials(environment: Environment): AwsCredentials {
  const accessKeyId = environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = environment.AWS_SECRET_ACCESS_KEY;
  const sessionToken = environment.AWS_SESSION_TOKEN;
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw unavailable("aws-credentials");
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export async function assumeRole(
  budget: MintBudget,
  own: AwsCredentials,
  { region, role, sessionName }: RoleSession,
): Promise<AwsCredentials> {
  const body = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: role,
    RoleSessionName: sessionName,
    DurationSeconds: String(SESSION_SECONDS),
  }).toString();
  const headers = { "content-type": IDENTITY_REQUEST.contentType };
  const { url, headers: signed } = signedRequest({ region, query: "", headers, body }, own);
  return readCredentials(await budget.fetch("assume-role", { method: "POST", url, headers: signed, body }));
}

/**
 * The four elements of `<Credentials>` in the documented reply, each exactly once and with its own alphabet. No XML
 * parser is needed, because none of them can contain an entity.
 */
function readCredentials(xml: string): AwsCredentials {
  const read = elementsOf(elementsOf(xml, "assume-role")("Credentials", "[^]*?"), "assume-role");
  const expiration = Date.parse(read("Expiration", "[0-9TZ:.+-]+"));
  if (!(expiration > Date.now())) throw unavailable("assume-role");
  return {
    accessKeyId: read("AccessKeyId", "\\w{16,128}"),
    secretAccessKey: read("SecretAccessKey", "[\\w/+=-]+"),
    sessionToken: read("SessionToken", "\\s*[\\w/+=-]+\\s*").trim(),
  };
}
