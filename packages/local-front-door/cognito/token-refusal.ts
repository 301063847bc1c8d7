/** What Cognito answers instead of a token, always with 400. */
export class TokenRefusal extends Error {
  constructor(
    readonly error:
      | "invalid_request"
      | "invalid_client"
      | "invalid_grant"
      | "invalid_scope"
      | "unauthorized_client"
      | "unsupported_grant_type",
    /** For the trace: a caller sees the error's name alone. */
    reason: string,
    readonly declaration?: string,
  ) {
    super(reason);
  }
}
