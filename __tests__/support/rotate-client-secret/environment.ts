export const REGION = "eu-west-1";
export const USER_POOL_ID = `${REGION}_AbCdEfGhI`;
export const CLIENT_ID = "1h57kf5cpq17m0eml12EXAMPLE";
export const SCOPES = ["orders/export", "orders/read"];
export const TOKEN_HOST = "storefront-dev.auth.eu-west-1.amazoncognito.com";
export const TOKEN_ENDPOINT = `https://${TOKEN_HOST}/oauth2/token`;
export const FIRST_SECRET = "theSecretThatCognitoMadeWithTheClientItself12345678";
export const CREDENTIALS = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "secretAccessKeyOfTheFunction",
  sessionToken: "sessionTokenOfTheFunction",
};

/** The variables that the stack declares, and those that Lambda adds. */
export function environmentFor(secretArn: string): Record<string, string> {
  return {
    CLIENT: "reporting-agent",
    CLIENT_ID,
    FIRST_LABEL: "FIRST",
    SCOPE: SCOPES.join(" "),
    SECRET_ARN: secretArn,
    TOKEN_ENDPOINT,
    USER_POOL_ID,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_SESSION_TOKEN: CREDENTIALS.sessionToken,
  };
}

/** A version's text, as Terraform writes the first one. */
export function textOf(secret: string, clientId = CLIENT_ID): string {
  return JSON.stringify({ client_id: clientId, client_secret: secret, token_endpoint: TOKEN_ENDPOINT, scope: "x" });
}

export function secretIn(text: string | undefined): string {
  return JSON.parse(text ?? "{}").client_secret;
}
