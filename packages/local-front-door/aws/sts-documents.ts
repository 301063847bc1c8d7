/** Credentials of a role session, as issued by AWS STS. */
export interface AwsSessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** STS answers in XML. https://docs.aws.amazon.com/STS/latest/APIReference/ */
export const XML = { "content-type": "text/xml" };
const NAMESPACE = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"';

export function credentialsDocument(
  { accessKeyId, secretAccessKey, sessionToken, expiresAt }: AwsSessionCredentials,
  arn: string,
): string {
  return `<AssumeRoleResponse ${NAMESPACE}>
  <AssumeRoleResult>
    <AssumedRoleUser><AssumedRoleId>AROALOCAL:local</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>
    <Credentials>
      <AccessKeyId>${accessKeyId}</AccessKeyId>
      <SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${sessionToken}</SessionToken>
      <Expiration>${new Date(expiresAt).toISOString()}</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>local</RequestId></ResponseMetadata>
</AssumeRoleResponse>`;
}

export function identityDocument(arn: string, account: string, userId: string): string {
  return `<GetCallerIdentityResponse ${NAMESPACE}>
  <GetCallerIdentityResult><Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account></GetCallerIdentityResult>
  <ResponseMetadata><RequestId>local</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>`;
}

export function errorDocument(code: string, message: string): string {
  const text = message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>local</RequestId></ErrorResponse>`;
}
