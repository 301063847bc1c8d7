import type { Rotation } from "../rotation";
import { RotationError } from "../rotation-error";
import type { SecretVersion } from "../secrets-manager";

/** The version that `createSecret` has made. */
export async function pendingOf({ secrets, token }: Rotation): Promise<SecretVersion> {
  const pending = await secrets.version("AWSPENDING", token);
  if (pending !== undefined) return pending;
  throw new RotationError("this rotation has made no value yet", "start the rotation anew: createSecret comes first");
}
