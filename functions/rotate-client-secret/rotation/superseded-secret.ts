import type { CognitoSecret } from "./cognito";
import { RotationError } from "./rotation-error";

/** What is known of the two secrets that Cognito has. All dates in milliseconds since 1970. */
export interface TwoSecrets {
  readonly older: CognitoSecret;
  readonly newer: CognitoSecret;
  /** When AWSCURRENT was made: before Cognito got to know its value, unless that is the client's first. */
  readonly currentMadeAt: number;
  /** When AWSPENDING was made. */
  readonly pendingMadeAt: number;
  /**
   * Whether Cognito still knows AWSPREVIOUS. `none`: there is none of this client, or it holds the same value as
   * AWSCURRENT.
   */
  readonly previous: "known" | "unknown" | "none";
  /** Whether AWSCURRENT is the first version: then its value is the one that the client came with. */
  readonly currentIsFirst: boolean;
}

/**
 * Which of Cognito's two secrets is no longer needed. Cognito shows no values, so this works out which one belongs to
 * AWSCURRENT, and the other goes. If the evidence is contradictory, neither goes.
 *
 * - A secret that was added after AWSPENDING was made belongs to this rotation or to none: AWSCURRENT is the older one.
 * - Cognito knows AWSPREVIOUS: these two are AWSPREVIOUS and AWSCURRENT, in this order.
 * - It does not, or there never was one: the other is left over from a rotation that was abandoned after AWSCURRENT.
 */
export function supersededOf(two: TwoSecrets): CognitoSecret {
  const { older, newer, previous } = two;
  if (newer.createdAt >= two.pendingMadeAt) return newer;
  if (previous === "known") {
    // The first version is current again: the other version, which is AWSPREVIOUS now, is not the older one.
    if (two.currentIsFirst)
      throw doubt("AWSCURRENT is the first version again, and AWSPREVIOUS opens the token endpoint");
    // AWSPREVIOUS was there before AWSCURRENT was made.
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
