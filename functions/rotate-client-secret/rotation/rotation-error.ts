/** Why a rotation goes no further, and the remedy. Holds no secret and no token, nor any part of an answer. */
export class RotationError extends Error {
  constructor(
    readonly reason: string,
    readonly remedy: string,
  ) {
    super(`${reason}; ${remedy}`);
  }
}

/** What Secrets Manager tries again by itself. */
export const TRIED_AGAIN = "Secrets Manager tries again; callers go on with the current secret";
