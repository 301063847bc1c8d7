/** Scopes that say who signs in, and with what. Every client may ask for them, so they must open nothing. */
export const SIGN_IN_SCOPES: readonly string[] = [
  "openid",
  "profile",
  "email",
  "address",
  "phone",
  "offline_access",
  "aws.cognito.signin.user.admin",
];
