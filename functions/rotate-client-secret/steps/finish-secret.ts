import { ownClientSecret } from "../rotation/client-credentials";
import type { Done, Rotation } from "../rotation/rotation";
import { pendingOf } from "../rotation/rotation";
import { RotationError } from "../rotation/rotation-error";
import { labelled } from "../rotation/secrets-manager";

/**
 * Makes the new version current, so that callers read it. The former becomes AWSPREVIOUS and works until the next
 * rotation. AWSPENDING stays where it is: Secrets Manager removes it to mark the rotation as done.
 */
export async function finishSecret(rotation: Rotation): Promise<Done> {
  const { settings, secrets, endpoint, token, labels } = rotation;
  const value = ownClientSecret((await pendingOf(rotation)).text, "AWSPENDING", settings);
  // Nothing that does not open is ever handed to callers, in whatever order steps come.
  if ((await endpoint.tokenFor(value)) === undefined) {
    throw new RotationError("Cognito does not know the new secret", "start the rotation again: setSecret comes before");
  }
  await secrets.label("AWSCURRENT", token, labelled(labels, "AWSCURRENT"));
  return "current";
}
