/**
 * Settings for oidc-client-ts. Cognito serves its discovery document at the issuer's URL, and its endpoints at the pool's
 * domain. The settings name the endpoints, so the library discovers nothing.
 * @param issuer the output `issuers.customers.issuer`
 * @param domain `https://storefront-dev.auth.eu-west-1.amazoncognito.com`
 * @param clientId the output `clients.web.client_id`
 * @param redirectUri one of `callbackUrls`, character for character
 * @param scope the scopes that the app needs, separated by spaces
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
    // The authorization code flow; the library adds PKCE.
    response_type: "code",
    scope,
  };
}
