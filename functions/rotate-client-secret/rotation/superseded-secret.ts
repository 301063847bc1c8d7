import type { CognitoSecret } from "./cognito";
import { RotationError } from "./rotation-error";

/** The known facts about Cognito's two secrets. All dates are in milliseconds since 1970. */
export interface TwoSecrets {
  readonly older: CognitoSecret;
  readonly newer: CognitoSecret;
  /** When AWSCURRENT was created: before Cognito got its value, unless that is the client's first secret. */
  readonly currentMadeAt: number;
  /** When AWSPENDING was created. */
  readonly pendingMadeAt: number;
  /**
   * Whether Cognito still accepts AWSPREVIOUS. `none`: this client has no AWSPREVIOUS, or it has the same value as
   * AWSCURRENT.
   */
  readonly previous: "known" | "unknown" | "none";
  /** Whether AWSCURRENT is the first version. Its value is then the secret with which the client was created. */
  readonly currentIsFirst: boolean;
}

/**
 * Returns which of Cognito's two secrets is no longer needed. Cognito shows no values, so this function works out which
 * one belongs to AWSCURRENT; the other one is superseded. Throws if the evidence is contradictory.
 *
 * - A secret that was added after AWSPENDING was created belongs to this rotation or to none: AWSCURRENT is the older
 *   one.
 * - Cognito accepts AWSPREVIOUS: the two secrets are AWSPREVIOUS and AWSCURRENT, in this order.
 * - Cognito does not accept it, or there never was one: the other secret is left over from a rotation that was
 *   abandoned after AWSCURRENT.
 */
export function supersededOf(two: TwoSecrets): CognitoSecret {
  const { older, newer, previous } = two;
  if (newer.createdAt >= two.pendingMadeAt) return newer;
  if (previous === "known") {
    // The first version is current again: the other version, which is AWSPREVIOUS now, is not the older one.
    if (two.currentIsFirst)
      throw doubt("AWSCURRENT is the first version again, and AWSPREVIOUS opens the token endpoint");
    // AWSPREVIOUS existed before AWSCURRENT was created.
    if (older.createdAt < two.currentMadeAt) return older;
    throw doubt("AWSPREVIOUS opens the token endpoint, and both secrets are younger than AWSCURRENT");
  }
  if (previous === "unknown" || two.currentIsFirst) return newer;
  throw doubt("there is no AWSPREVIOUS to tell the two by, and AWSCURRENT is not the first version");
}

function doubt(sign: string): RotationError {
  return new RotationError(
    `Cognito has two secrets, and which of them callers use is not certain: ${sign}`,
    "delete the unused one by hand (docs/how-to/secrets.md, When a rotation fails)",
  );
}
