/**
 * Settings for oidc-client-ts. Cognito's discovery document lies with the issuer, its endpoints with the pool's domain:
 * named here, nothing has to be discovered.
 * @param issuer the output `issuers.customers.issuer`
 * @param domain `https://storefront-dev.auth.eu-west-1.amazoncognito.com`
 * @param clientId the output `clients.web.client_id`
 * @param redirectUri exactly one of `callbackUrls`
 * @param scope those that the app needs, with spaces between
 */
export function signInSettings({ issuer, domain, clientId, redirectUri, scope }) {
  return {
    authority: issuer,
    metadata: {
      issuer,
      authorization_endpoint: `${domain}/oauth2/authorize`,
      token_endpoint: `${domain}/oauth2/token`,
    },
    client_id: clientId,
    redirect_uri: redirectUri,
    // The code flow; the library adds PKCE by itself.
    response_type: "code",
    scope,
  };
}
