/** Why a rotation stops, and the remedy. Contains no secret, no token and no part of a response. */
export class RotationError extends Error {
  constructor(
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`${reason}; ${remedy}`);
  }
}

/** Failures after which Secrets Manager retries. */
export const TRIED_AGAIN = "Secrets Manager tries again; callers go on with the current secret";
